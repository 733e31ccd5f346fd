"""The body of OpenAI's chat completions, which Azure, OpenRouter, Ollama and many others take too."""

from __future__ import annotations

from crewprof.quick_dataclasses import dataclass
from crewprof.tokens.bodies.fields import Body, as_json, first_of, mapping, objects, text
from crewprof.tokens.messages import Api, Message, Request, ResponseFormat, ToolCall, ToolDefinition


def read(body: Body) -> Request:
    """The request in ``body``. Raises ``InputError`` where it is not one."""
    names: dict[str, str] = {}
    contents = [
        _message(one, f"messages[{at}]", names)
        for at, one in enumerate(objects(body.get("messages"), "messages"))
    ]
    tools = objects(first_of(body, "tools", "functions"), "tools")
    functions = [one for one in tools if one.get("type", "function") == "function"]
    choice = first_of(body, "tool_choice", "function_call")
    return Request(
        api=Api.FUNCTIONS if "functions" in body and "tools" not in body else Api.CHAT,
        model=text(body.get("model"), "model") or None,
        messages=tuple(message for message, _ in contents),
        tools=tuple(tool_definition(one) for one in functions),
        forced_tool=isinstance(choice, dict),
        response=_response_format(mapping(body.get("response_format"), "response_format")),
        hosted_tools=tuple(text(one.get("type"), "tools[].type") for one in tools if one not in functions),
        uncounted=tuple(dict.fromkeys(kind for _, kinds in contents for kind in kinds)),
    )


def tool_definition(one: Body) -> ToolDefinition:
    """The tool that ``one`` describes, with or without the wrapping ``function``."""
    function = mapping(one.get("function", one), "tools[].function")
    return ToolDefinition(
        name=text(function.get("name"), "tools[].function.name"),
        description=text(function.get("description"), "tools[].function.description"),
        parameters=mapping(function.get("parameters"), "tools[].function.parameters"),
    )


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a message's content and the kinds of parts that are not text."""

    text: str
    uncounted: tuple[str, ...]


def content(found: object, what: str) -> Content:
    """Content given as text or as a list of parts."""
    if found is None or isinstance(found, str):
        return Content(found or "", ())
    texts, others = [], []
    for part in objects(found, what):
        kind = text(part.get("type"), f"{what}[].type")
        if "text" in part:
            texts.append(text(part["text"], f"{what}[].text"))
        elif kind == "refusal":
            texts.append(text(part.get("refusal"), f"{what}[].refusal"))
        else:
            others.append(kind or "unknown part")
    return Content("".join(texts), tuple(others))


def _message(one: Body, what: str, names: dict[str, str]) -> tuple[Message, tuple[str, ...]]:
    found = content(one.get("content"), f"{what}.content")
    calls = [mapping(call.get("function"), f"{what}.tool_calls[].function") for call in _calls(one, what)]
    calls += [mapping(one["function_call"], f"{what}.function_call")] if one.get("function_call") else []
    for call in _calls(one, what):
        function = mapping(call.get("function"), f"{what}.tool_calls[].function")
        names[str(call.get("id"))] = text(function.get("name"), f"{what}.tool_calls[].function.name")
    role = text(one.get("role"), f"{what}.role")
    # ``developer`` is what the o-series and gpt-5 call the system message; ``function`` is the role of
    # results before there were tools.
    role = {"developer": "system", "function": "tool"}.get(role, role)
    name = text(one.get("name"), f"{what}.name") or None
    message = Message(
        role=role,
        content=found.text,
        calls=tuple(
            ToolCall(text(call.get("name"), f"{what}.tool_calls[].name"), as_json(call.get("arguments", {})))
            for call in calls
        ),
        tool=(names.get(str(one.get("tool_call_id"))) or name) if role == "tool" else None,
        name=None if role == "tool" else name,
    )
    return message, found.uncounted


def _calls(one: Body, what: str) -> list[Body]:
    return objects(one.get("tool_calls"), f"{what}.tool_calls")


def _response_format(found: Body) -> ResponseFormat | None:
    if found.get("type") != "json_schema":
        return None
    return response_format(mapping(found.get("json_schema"), "response_format.json_schema"))


def response_format(found: Body) -> ResponseFormat:
    """The JSON schema with its name that ``found`` gives."""
    return ResponseFormat(
        name=text(found.get("name"), "response_format name"),
        schema=mapping(found.get("schema"), "response_format schema"),
        description=text(found.get("description"), "response_format description"),
    )
