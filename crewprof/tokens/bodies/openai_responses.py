"""The body of OpenAI's Responses API."""

from __future__ import annotations

from crewprof.tokens.bodies import openai_chat
from crewprof.tokens.bodies.fields import Body, as_json, mapping, objects, text
from crewprof.tokens.messages import Api, Message, Request, ResponseFormat, ToolCall


def read(body: Body) -> Request:
    """The request in ``body``. Raises ``InputError`` where it is not one."""
    given = body.get("input")
    items = [{"role": "user", "content": given}] if isinstance(given, str) else objects(given, "input")
    instructions = text(body.get("instructions"), "instructions")
    messages = [Message("system", instructions)] if instructions else []
    uncounted: list[str] = ["previous_response_id"] if body.get("previous_response_id") else []
    names: dict[str, str] = {}
    for item in items:
        _add(item, messages, names, uncounted)
    tools = objects(body.get("tools"), "tools")
    functions = [one for one in tools if one.get("type", "function") == "function"]
    return Request(
        api=Api.RESPONSES,
        model=text(body.get("model"), "model") or None,
        messages=tuple(messages),
        tools=tuple(openai_chat.tool_definition(one) for one in functions),
        forced_tool=isinstance(body.get("tool_choice"), dict),
        response=_format(mapping(mapping(body.get("text"), "text").get("format"), "text.format")),
        hosted_tools=tuple(text(one.get("type"), "tools[].type") for one in tools if one not in functions),
        uncounted=tuple(dict.fromkeys(uncounted)),
    )


def _add(item: Body, messages: list[Message], names: dict[str, str], uncounted: list[str]) -> None:
    kind = text(item.get("type", "message"), "input[].type")
    if kind == "function_call":
        call = ToolCall(text(item.get("name"), "input[].name"), as_json(item.get("arguments", {})))
        names[str(item.get("call_id"))] = call.name
        # Calls made at once are items of their own here and one message in chat, as they are counted.
        if messages and messages[-1].calls:
            messages[-1] = Message("assistant", messages[-1].content, (*messages[-1].calls, call))
        else:
            messages.append(Message("assistant", "", (call,)))
    elif kind == "function_call_output":
        output = item.get("output")
        found = openai_chat.content(
            output if isinstance(output, list) else as_json(output or ""), "input[].output"
        )
        messages.append(Message("tool", found.text, tool=names.get(str(item.get("call_id")))))
    elif kind == "message":
        found = openai_chat.content(item.get("content"), "input[].content")
        role = text(item.get("role"), "input[].role")
        messages.append(Message("system" if role == "developer" else role, found.text))
        uncounted.extend(found.uncounted)
    else:
        uncounted.append(kind)


def _format(found: Body) -> ResponseFormat | None:
    return openai_chat.response_format(found) if found.get("type") == "json_schema" else None
