"""Requests to OpenAI models whose price OpenAI documents or whose arithmetic is known."""

from __future__ import annotations

from typing import Any

import pytest

from crewprof.errors import InputError
from crewprof.tokens.encoding import count_text
from crewprof.tokens.messages import ToolDefinition
from crewprof.tokens.request import count_request
from crewprof.tokens.tool_definitions import render_tools

# Both from OpenAI's cookbook, "How to count tokens with tiktoken", with the usage the API returned there.
JARGON = [
    {
        "role": "system",
        "content": "You are a helpful, pattern-following assistant that translates corporate jargon into "
        "plain English.",
    },
    {
        "role": "system",
        "name": "example_user",
        "content": "New synergies will help drive top-line growth.",
    },
    {
        "role": "system",
        "name": "example_assistant",
        "content": "Things working well together will increase revenue.",
    },
    {
        "role": "system",
        "name": "example_user",
        "content": "Let's circle back when we have more bandwidth to touch base on opportunities for "
        "increased leverage.",
    },
    {
        "role": "system",
        "name": "example_assistant",
        "content": "Let's talk later when we're less busy about how to do better.",
    },
    {
        "role": "user",
        "content": "This late pivot means we don't have time to boil the ocean for the client deliverable.",
    },
]
WEATHER: dict[str, Any] = {
    "messages": [
        {
            "role": "system",
            "content": "You are a helpful assistant that can answer to questions about the weather.",
        },
        {"role": "user", "content": "What's the weather like in San Francisco?"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "get_current_weather",
                "description": "Get the current weather in a given location",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "location": {
                            "type": "string",
                            "description": "The city and state, e.g. San Francisco, CA",
                        },
                        "unit": {
                            "type": "string",
                            "description": "The unit of temperature to return",
                            "enum": ["celsius", "fahrenheit"],
                        },
                    },
                    "required": ["location"],
                },
            },
        }
    ],
}


@pytest.mark.parametrize(
    ("model", "billed"), [("gpt-3.5-turbo", 129), ("gpt-4", 129), ("gpt-4o", 124), ("gpt-4o-mini", 124)]
)
def test_messages_of_the_cookbook(model: str, billed: int) -> None:
    count = count_request({"model": model, "messages": JARGON})
    assert (count.tokens, count.exact) == (billed, True)


@pytest.mark.parametrize(
    ("model", "billed"), [("gpt-3.5-turbo", 105), ("gpt-4", 105), ("gpt-4o", 101), ("gpt-4o-mini", 101)]
)
def test_tools_of_the_cookbook(model: str, billed: int) -> None:
    assert count_request(WEATHER, model).tokens == billed


def test_the_model_given_beats_the_one_in_the_request() -> None:
    request = {"model": "gpt-4", "messages": [{"role": "user", "content": "Hello"}]}
    count = count_request(request, "gpt-4o")
    assert (count.model, count.encoding) == ("gpt-4o", "o200k_base")


def test_parts_of_text_are_text_and_pictures_are_told() -> None:
    said = {"role": "user", "content": "What is this?"}
    shown = {
        "role": "user",
        "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        ],
    }
    plain = count_request({"model": "gpt-4o", "messages": [said]})
    pictured = count_request({"model": "gpt-4o", "messages": [shown]})
    assert pictured.tokens == plain.tokens
    assert (plain.exact, pictured.exact, pictured.uncounted) == (True, False, ("image_url",))


def test_a_tool_loop_costs_the_call_and_its_result() -> None:
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "get_current_weather", "arguments": '{"location": "Paris"}'},
    }
    turn = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "Sunny"},
    ]
    loop = {**WEATHER, "messages": [*WEATHER["messages"], *turn]}

    def n(text: str) -> int:
        return count_text(text, "o200k_base")

    called = 3 + n("functions.get_current_weather") + n('{"location":"Paris"}')
    answered = 9 + n("Sunny") + n("get_current_weather")
    assert count_request(loop, "gpt-4o").tokens == 101 + called + answered


def test_arguments_are_rendered_as_typescript() -> None:
    schema: dict[str, Any] = {
        "$defs": {
            "Place": {
                "title": "Place",
                "type": "object",
                "properties": {"city": {"title": "City", "type": "string"}},
                "required": ["city"],
            }
        },
        "type": "object",
        "properties": {
            "query": {"title": "Query", "description": "What to look for\nin the index", "type": "string"},
            "limit": {"title": "Limit", "type": "integer", "default": 10},
            "order": {"enum": ["newest", "oldest"], "type": "string", "default": "newest"},
            "tags": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
            "place": {"$ref": "#/$defs/Place"},
            "spans": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"start": {"type": "number"}, "end": {"type": "number"}},
                    "required": ["start"],
                },
            },
        },
        "required": ["query"],
    }
    now = ToolDefinition("now", "The time.\n\n  In UTC.", {"type": "object", "properties": {}})
    search = ToolDefinition("search", "", schema)
    assert render_tools([now, search]) == (
        "namespace functions {\n\n"
        "// The time.\n//\n// In UTC.\n"
        "type now = () => any;\n\n"
        "type search = (_: {\n"
        "// Query\n//\n// What to look for\n// in the index\nquery: string,\n"
        "// Limit\nlimit?: number, // default: 10\n"
        'order?: "newest" | "oldest", // default: newest\n'
        "tags?: string[] | null,\n"
        "place?:     // Place\n{\n    city: string,\n    },\n"
        "spans?: { start: number, end?: number }[],\n"
        "}) => any;\n\n"
        "} // namespace functions"
    )


@pytest.mark.parametrize(
    "inner",
    [
        {"$ref": "#/$defs/Node"},
        {"type": "array", "items": {"$ref": "#/$defs/Node"}},
        {"allOf": [{"$ref": "#/$defs/Node"}]},
        {"$ref": "#"},
    ],
)
def test_a_schema_that_contains_itself_ends(inner: dict[str, Any]) -> None:
    node = {"type": "object", "properties": {"next": inner}}
    tool = ToolDefinition("walk", "", {"$defs": {"Node": node}, **node})
    assert "object" in render_tools([tool])


def test_a_definition_that_is_only_itself_ends() -> None:
    loop = {"type": "array", "items": {"$ref": "#/$defs/Loop"}}
    tool = ToolDefinition("walk", "", {"$defs": {"Loop": loop}, "properties": {"next": loop}})
    assert "next?: " in render_tools([tool])


def test_too_deep_a_request_is_refused() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(5_000):
        schema = {"type": "array", "items": schema}
    tool = {"name": "dig", "parameters": {"properties": {"deep": schema}}}
    with pytest.raises(InputError, match="too deeply"):
        count_request({"model": "gpt-4o", "messages": [], "tools": [{"function": tool}]})


@pytest.mark.parametrize(
    ("request_body", "says"),
    [
        ({}, "no messages"),
        ({"messages": []}, "names no model"),
        ({"model": "gpt-4o", "messages": "Hello"}, "messages is text, not a list"),
        ({"model": "gpt-4o", "messages": [1]}, "messages[0] is a number, not an object"),
        (
            {"model": "gpt-4o", "messages": [{"role": "user", "content": 3}]},
            "messages[0].content is a number",
        ),
        ({"model": "gpt-4o", "messages": [], "tools": [{"function": "f"}]}, "tools[].function is text"),
    ],
)
def test_what_is_no_request_is_refused_with_the_field(request_body: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        count_request(request_body)
    assert says in error.value.message
