"""The body of Anthropic's Messages API."""

from __future__ import annotations

from crewprof.tokens.bodies.fields import Body, as_json, first_of, mapping, objects, text
from crewprof.tokens.messages import Api, Message, Request, ResponseFormat, ToolCall, ToolDefinition


def read(body: Body) -> Request:
    """The request in ``body``. Raises ``InputError`` where it is not one."""
    uncounted: list[str] = []
    system = _text_of(body.get("system"), "system", uncounted)
    messages = [Message("system", system)] if system else []
    names: dict[str, str] = {}
    for at, one in enumerate(objects(body.get("messages"), "messages")):
        messages += _messages(one, f"messages[{at}]", names, uncounted)
    tools = objects(body.get("tools"), "tools")
    own = [one for one in tools if one.get("type", "custom") == "custom"]
    hosted = tuple(text(one.get("type"), "tools[].type") for one in tools if one not in own)
    # Deferred tools are read when a search brings them; a hosted search does so within the request.
    searched = any(kind.startswith("tool_search") for kind in hosted)
    shown = [one for one in own if searched or not one.get("defer_loading")]
    choice = mapping(body.get("tool_choice"), "tool_choice")
    return Request(
        api=Api.ANTHROPIC,
        model=text(body.get("model"), "model") or None,
        messages=tuple(messages),
        tools=tuple(
            ToolDefinition(
                text(one.get("name"), "tools[].name"),
                text(one.get("description"), "tools[].description"),
                mapping(one.get("input_schema"), "tools[].input_schema"),
            )
            for one in shown
        ),
        forced_tool=choice.get("type") in ("tool", "any"),
        response=_response(body),
        thinking=mapping(body.get("thinking"), "thinking").get("type") == "enabled",
        hosted_tools=hosted,
        uncounted=tuple(dict.fromkeys(uncounted)),
    )


def _messages(one: Body, what: str, names: dict[str, str], uncounted: list[str]) -> list[Message]:
    role = text(one.get("role"), f"{what}.role")
    found = one.get("content")
    if found is None or isinstance(found, str):
        return [Message(role, found or "")]
    texts: list[str] = []
    calls: list[ToolCall] = []
    results: list[Message] = []
    for block in objects(found, f"{what}.content"):
        kind = block.get("type")
        if kind == "text":
            texts.append(text(block.get("text"), f"{what}.content[].text"))
        elif kind == "tool_use":
            name = text(block.get("name"), f"{what}.content[].name")
            names[str(block.get("id"))] = name
            calls.append(ToolCall(name, as_json(block.get("input", {}))))
        elif kind == "tool_result":
            result = _text_of(block.get("content"), f"{what}.content[].content", uncounted)
            results.append(Message("tool", result, tool=names.get(str(block.get("tool_use_id")))))
        elif kind != "thinking":  # earlier thinking is dropped by the provider
            uncounted.append(str(kind))
    if results and not texts and not calls:
        return results
    return [*results, Message(role, "".join(texts), tuple(calls))]


def _text_of(found: object, what: str, uncounted: list[str]) -> str:
    if found is None or isinstance(found, str):
        return found or ""
    blocks = objects(found, what)
    uncounted.extend(str(block.get("type")) for block in blocks if block.get("type", "text") != "text")
    return "".join(text(block.get("text"), f"{what}[].text") for block in blocks)


def _response(body: Body) -> ResponseFormat | None:
    config = mapping(body.get("output_config"), "output_config")
    found = mapping(first_of(config, "format") or body.get("output_format"), "output_format")
    return ResponseFormat("", mapping(found["schema"], "output_format.schema")) if "schema" in found else None
