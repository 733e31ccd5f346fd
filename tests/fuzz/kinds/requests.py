"""Requests to chat APIs, for ``count``."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from tests.fuzz.attempts import Case
from tests.fuzz.hostile import texts, values
from tests.fuzz.mutations import spoiled
from tests.fuzz.tokens import JSON_TOKENS

MESSAGE_KEYS: Final = (
    *("role", "content", "type", "text", "name", "tool_calls", "function", "arguments", "parameters", "id"),
    *("image_url", "url", "detail", "input_schema", "properties", "items", "enum", "description", "required"),
    *("anyOf", "$ref", "$defs", "additionalProperties", "parts", "functionDeclarations", "toolSpec", "json"),
)
BODY_KEYS: Final = (
    *(
        "messages",
        "tools",
        "tool_choice",
        "response_format",
        "model",
        "system",
        "contents",
        "input",
        "prompt",
    ),
    *("toolConfig", "systemInstruction", "instructions", "thinking", "text", "functions", "modelId"),
)


@st.composite
def count_bodies(draw: st.DrawFn) -> Case:
    """Requests of every chat API, alone and one a line."""
    bodies = [draw(_bodies()) for _ in range(draw(st.integers(1, 2)))]
    data = draw(
        spoiled(b"\n".join(json.dumps(one).encode() if _dumps(one) else b"{}" for one in bodies), JSON_TOKENS)
    )
    options = draw(
        st.sampled_from([(), ("-f", "json"), ("--model", "gpt-4o"), ("--model", "claude-3-haiku")])
    )
    if draw(st.integers(0, 4)) == 0:
        return Case(("count", *options, "-"), stdin=data)
    return Case(("count", *options, "r.json"), {"r.json": data})


def _dumps(value: Any) -> bool:
    try:
        json.dumps(value)
    except ValueError:
        return False
    return True


@cache
def _bodies() -> st.SearchStrategy[Any]:
    anything = values(st.sampled_from(MESSAGE_KEYS) | texts)
    content = texts | st.lists(
        st.dictionaries(st.sampled_from(MESSAGE_KEYS), anything, max_size=3), max_size=2
    )
    message = st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "system", "assistant", "tool"]), "content": content},
        optional={"tool_calls": anything, "name": anything, "parts": anything},
    )
    schema = st.fixed_dictionaries({"type": st.just("object"), "properties": anything}) | anything
    tool = st.fixed_dictionaries(
        {
            "type": st.just("function"),
            "function": st.fixed_dictionaries({"name": texts, "parameters": schema}),
        }
    )
    base = st.fixed_dictionaries(
        {"model": st.sampled_from(["gpt-4o", "claude-sonnet-4-5", "gemini-2.0-flash"]) | texts},
        optional={"messages": st.lists(message, max_size=2), "tools": st.lists(tool | anything, max_size=2)},
    )
    more = st.dictionaries(st.sampled_from(BODY_KEYS), anything, max_size=2)
    return st.tuples(base, more).map(lambda pair: {**pair[0], **pair[1]})
