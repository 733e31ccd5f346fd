"""The body of Gemini's generateContent, in the spellings of the REST API and of Google's libraries."""

from __future__ import annotations

from crewprof.tokens.bodies.fields import Body, as_json, first_of, mapping, objects, text
from crewprof.tokens.messages import Api, Message, Request, ResponseFormat, ToolCall, ToolDefinition

_SIGNATURES = ("thoughtSignature", "thought_signature", "thought")


def read(body: Body) -> Request:
    """The request in ``body``. Raises ``InputError`` where it is not one."""
    uncounted: list[str] = []
    system = _system(first_of(body, "systemInstruction", "system_instruction"))
    messages = [Message("system", system)] if system else []
    given = body.get("contents")
    contents = [{"role": "user", "parts": [{"text": given}]}] if isinstance(given, str) else given
    for at, one in enumerate(objects(contents, "contents")):
        messages += _messages(one, f"contents[{at}]", uncounted)
    given = body.get("tools")
    groups = objects([given] if isinstance(given, dict) else given, "tools")
    declared = [
        one
        for group in groups
        for one in objects(
            first_of(group, "functionDeclarations", "function_declarations"), "functionDeclarations"
        )
    ]
    return Request(
        api=Api.GEMINI,
        model=text(body.get("model"), "model") or None,
        messages=tuple(messages),
        tools=tuple(_tool(one) for one in declared),
        forced_tool=_mode(body) == "ANY",
        response=_response(
            mapping(first_of(body, "generationConfig", "generation_config"), "generationConfig")
        ),
        hosted_tools=tuple(
            name
            for group in groups
            for name in group
            if name not in ("functionDeclarations", "function_declarations")
        ),
        uncounted=tuple(dict.fromkeys(uncounted)),
    )


def _system(found: object) -> str:
    if found is None or isinstance(found, str):
        return found or ""
    parts = objects(mapping(found, "systemInstruction").get("parts"), "systemInstruction.parts")
    return "".join(text(part.get("text"), "systemInstruction.parts[].text") for part in parts)


def _messages(one: Body, what: str, uncounted: list[str]) -> list[Message]:
    role = "assistant" if one.get("role") == "model" else "user"
    texts: list[str] = []
    calls: list[ToolCall] = []
    results: list[Message] = []
    for part in objects(one.get("parts"), f"{what}.parts"):
        call = mapping(first_of(part, "functionCall", "function_call"), f"{what}.functionCall")
        result = mapping(first_of(part, "functionResponse", "function_response"), f"{what}.functionResponse")
        if call:
            calls.append(ToolCall(text(call.get("name"), "functionCall.name"), as_json(call.get("args", {}))))
        elif result:
            name = text(result.get("name"), "functionResponse.name")
            uncounted.extend(["functionResponse.parts"] if "parts" in result else [])
            results.append(Message("tool", as_json(result.get("response", {})), tool=name))
        elif "text" in part:
            texts.append(text(part["text"], f"{what}.parts[].text"))
        else:
            uncounted.extend(key for key in part if key not in _SIGNATURES)
    # A content of results alone is no message of its own beside them.
    if results and not texts and not calls:
        return results
    return [*results, Message(role, "".join(texts), tuple(calls))]


def _tool(one: Body) -> ToolDefinition:
    schema = first_of(one, "parameters", "parametersJsonSchema", "parameters_json_schema")
    return ToolDefinition(
        text(one.get("name"), "functionDeclarations[].name"),
        text(one.get("description"), "functionDeclarations[].description"),
        mapping(schema, "functionDeclarations[].parameters"),
    )


def _mode(body: Body) -> object:
    config = mapping(first_of(body, "toolConfig", "tool_config"), "toolConfig")
    return mapping(first_of(config, "functionCallingConfig", "function_calling_config"), "toolConfig").get(
        "mode"
    )


def _response(config: Body) -> ResponseFormat | None:
    schema = first_of(
        config, "responseSchema", "responseJsonSchema", "response_schema", "response_json_schema"
    )
    return None if schema is None else ResponseFormat("", mapping(schema, "responseSchema"))
