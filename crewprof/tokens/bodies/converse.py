"""The body of Amazon Bedrock's Converse API. The model is part of the address, not of the body."""

from __future__ import annotations

import json

from crewprof.errors import InputError
from crewprof.tokens.bodies.fields import Body, as_json, mapping, objects, text
from crewprof.tokens.messages import Api, Message, Request, ResponseFormat, ToolCall, ToolDefinition


def read(body: Body) -> Request:
    """The request in ``body``. Raises ``InputError`` where it is not one."""
    system = _joined(objects(body.get("system"), "system"), "system")
    messages = [Message("system", system)] if system else []
    uncounted: list[str] = []
    names: dict[str, str] = {}
    for at, one in enumerate(objects(body.get("messages"), "messages")):
        messages += _messages(one, f"messages[{at}]", names, uncounted)
    config = mapping(body.get("toolConfig"), "toolConfig")
    specs = [
        mapping(one.get("toolSpec"), "toolSpec") for one in objects(config.get("tools"), "toolConfig.tools")
    ]
    choice = mapping(config.get("toolChoice"), "toolConfig.toolChoice")
    return Request(
        api=Api.CONVERSE,
        model=text(body.get("modelId"), "modelId") or None,
        messages=tuple(messages),
        tools=tuple(
            ToolDefinition(
                text(one.get("name"), "toolSpec.name"),
                text(one.get("description"), "toolSpec.description"),
                mapping(
                    mapping(one.get("inputSchema"), "toolSpec.inputSchema").get("json"), "inputSchema.json"
                ),
            )
            for one in specs
            if one
        ),
        forced_tool="tool" in choice or "any" in choice,
        response=_response(mapping(body.get("outputConfig"), "outputConfig")),
        thinking=_thinks(mapping(body.get("additionalModelRequestFields"), "additionalModelRequestFields")),
        uncounted=tuple(dict.fromkeys(uncounted)),
    )


def _messages(one: Body, what: str, names: dict[str, str], uncounted: list[str]) -> list[Message]:
    role = text(one.get("role"), f"{what}.role")
    texts: list[str] = []
    calls: list[ToolCall] = []
    results: list[Message] = []
    for block in objects(one.get("content"), f"{what}.content"):
        use = mapping(block.get("toolUse"), f"{what}.toolUse")
        result = mapping(block.get("toolResult"), f"{what}.toolResult")
        if use:
            name = text(use.get("name"), f"{what}.toolUse.name")
            names[str(use.get("toolUseId"))] = name
            calls.append(ToolCall(name, as_json(use.get("input", {}))))
        elif result:
            blocks = objects(result.get("content"), f"{what}.toolResult.content")
            uncounted.extend(key for one in blocks for key in one if key not in ("text", "json"))
            content = _joined(blocks, what)
            results.append(Message("tool", content, tool=names.get(str(result.get("toolUseId")))))
        elif "text" in block:
            texts.append(text(block["text"], f"{what}.text"))
        else:
            uncounted.extend(key for key in block if key not in ("reasoningContent", "cachePoint"))
    if results and not texts and not calls:
        return results
    return [*results, Message(role, "".join(texts), tuple(calls))]


def _thinks(fields: Body) -> bool:
    return mapping(fields.get("thinking"), "additionalModelRequestFields.thinking").get("type") == "enabled"


def _response(config: Body) -> ResponseFormat | None:
    structure = mapping(
        mapping(config.get("textFormat"), "textFormat").get("structure"), "textFormat.structure"
    )
    given = mapping(structure.get("jsonSchema"), "textFormat.structure.jsonSchema")
    try:
        schema = json.loads(text(given.get("schema"), "jsonSchema.schema") or "null")
    except (ValueError, RecursionError) as error:
        raise InputError(f"request: outputConfig's jsonSchema.schema is not JSON: {error}") from error
    return None if schema is None else ResponseFormat("", mapping(schema, "jsonSchema.schema"))


def _joined(blocks: list[Body], what: str) -> str:
    return "".join(
        as_json(block["json"]) if "json" in block else text(block.get("text"), f"{what}[].text")
        for block in blocks
    )
