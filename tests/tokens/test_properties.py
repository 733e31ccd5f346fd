"""What must hold for any messages, tools and bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.errors import InputError
from crewprof.tokens.counting import (
    count_messages,
    response_format_tokens,
    text_tokens,
    tool_definitions_tokens,
)
from crewprof.tokens.encoding import count_text, encoding_for
from crewprof.tokens.messages import Message, ToolCall, ToolDefinition
from crewprof.tokens.request import count_request

OPENAI = ["gpt-4o", "gpt-4.1-mini", "gpt-4", "gpt-3.5-turbo", "gpt-5", "o3-mini"]
OTHERS = [
    "claude-sonnet-4-5",
    "claude-opus-4-8",
    "gemini-2.0-flash",
    "gemini-2.5-pro",
    "llama3.3",
    "my-model",
]
WORDS = st.text(alphabet="ab cdefgh\n.é你", max_size=60)
PLAIN = st.builds(Message, st.sampled_from(["system", "user", "assistant"]), WORDS)
SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "integer", "number", "boolean"])},
        optional={"title": WORDS, "description": WORDS, "default": st.none() | st.integers() | WORDS},
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            }
        ),
    ),
    max_leaves=5,
)
PARAMETERS = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("xyz"), SCHEMAS, max_size=3)}
)
TOOLS = st.builds(ToolDefinition, st.sampled_from(["search", "read_file"]), WORDS, PARAMETERS)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10)
FIELDS = st.sampled_from(
    [
        "messages",
        "contents",
        "input",
        "prompt",
        "tools",
        "functions",
        "role",
        "content",
        "parts",
        "text",
        "type",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "tool_choice",
        "response_format",
        "json_schema",
        "schema",
        "system",
        "toolConfig",
        "toolSpec",
        "inputSchema",
        "functionDeclarations",
        "systemInstruction",
        "generationConfig",
        "responseSchema",
        "thinking",
        "output_config",
    ]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=25,
)


@pytest.mark.parametrize("model", OPENAI)
@settings(max_examples=40, deadline=None)
@given(messages=st.lists(PLAIN, max_size=4), more=PLAIN)
def test_a_message_adds_its_text_and_four(model: str, messages: list[Message], more: Message) -> None:
    added = count_messages([*messages, more], model) - count_messages(messages, model)
    assert added == 4 + count_text(more.content, encoding_for(model)[0])


@pytest.mark.parametrize("model", OPENAI + OTHERS)
@settings(max_examples=20, deadline=None)
@given(messages=st.lists(PLAIN, max_size=3), result=WORDS, query=WORDS)
def test_a_tool_turn_adds_the_same_whatever_was_said_before(
    model: str, messages: list[Message], result: str, query: str
) -> None:
    call = ToolCall("search", json.dumps({"query": query}))
    turn = [Message("assistant", "", (call,)), Message("tool", result, tool="search")]
    added = count_messages([*messages, *turn], model) - count_messages(messages, model)
    alone = count_messages(turn, model) - count_messages([], model)
    assert abs(added - alone) <= 1  # approximate counts are rounded
    assert added > 0


@pytest.mark.parametrize("model", OPENAI + OTHERS)
@settings(max_examples=30, deadline=None)
@given(tools=st.lists(TOOLS, min_size=1, max_size=3), system=st.none() | WORDS)
def test_every_tool_costs_more(model: str, tools: list[ToolDefinition], system: str | None) -> None:
    costs = [tool_definitions_tokens(tools[:some], system, model) for some in range(len(tools) + 1)]
    assert costs[0] == 0
    assert costs == sorted(set(costs))


@settings(max_examples=50, deadline=None)
@given(schema=PARAMETERS, answers=st.integers(0, 3))
def test_plain_answers_are_marked_with_the_name_of_the_schema(schema: dict[str, Any], answers: int) -> None:
    none = response_format_tokens("Report", schema, "gpt-4o")
    some = response_format_tokens("Report", schema, "gpt-4o", plain_assistant_messages=answers)
    assert some - none == answers * (2 + count_text("Report", "o200k_base"))


@pytest.mark.parametrize("model", OTHERS)
@settings(max_examples=20, deadline=None)
@given(text=WORDS)
def test_approximate_text_stays_near_the_text(model: str, text: str) -> None:
    tokens = count_text(text, "o200k_base")
    assert 0.9 * tokens <= text_tokens(text, model) <= 1.5 * tokens + 1


@settings(max_examples=400, deadline=None)
@given(body=st.dictionaries(FIELDS, JSON, max_size=5), model=st.sampled_from(OPENAI + OTHERS))
def test_any_json_is_counted_or_refused(body: dict[str, Any], model: str) -> None:
    try:
        count = count_request(body, model)
    except InputError:
        return
    assert count.tokens >= 0
    assert count.model == model
