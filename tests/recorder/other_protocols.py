"""How Gemini's and Bedrock's own interfaces say what the tests' provider answers."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.recorder.answers import Answer, Body, Served


def as_chat(path: str, body: Body) -> Body:
    """A request of either, in the words of a chat request that the scripts answer to."""
    return _of_gemini(path, body) if "/models/" in path else _of_bedrock(path, body)


def _of_gemini(path: str, body: Body) -> Body:
    declared = [one for tool in body.get("tools", ()) for one in tool.get("functionDeclarations", ())]
    tools = [{**one, "parameters": _lowered(_schema(one))} for one in declared]
    messages: list[Body] = []
    for content in body.get("contents", ()):
        for part in content["parts"]:
            role = "tool" if "functionResponse" in part else content.get("role", "user")
            messages.append({"role": role, "content": json.dumps(part)})
    model = path.rpartition("/models/")[2].partition(":")[0]
    return {"model": model, "messages": messages, "tools": [{"function": one} for one in tools]}


def _schema(declared: Body) -> Body:
    schema: Body = declared.get("parameters") or declared.get("parameters_json_schema") or {}
    return schema


def _lowered(schema: Any) -> Any:
    """A schema with its types as JSON Schema writes them."""
    if isinstance(schema, dict):
        return {
            key: one.lower() if key == "type" and isinstance(one, str) else _lowered(one)
            for key, one in schema.items()
        }
    return [_lowered(one) for one in schema] if isinstance(schema, list) else schema


def _of_bedrock(path: str, body: Body) -> Body:
    messages = [
        {"role": "tool" if "toolResult" in part else message["role"], "content": json.dumps(part)}
        for message in body["messages"]
        for part in message["content"]
    ]
    specs = [one["toolSpec"] for one in body.get("toolConfig", {}).get("tools", ())]
    tools = [{"function": {**one, "parameters": one["inputSchema"]["json"]}} for one in specs]
    return {"model": unquote(path.split("/")[2]), "messages": messages, "tools": tools}


def gemini_response(served: Served, answer: Answer) -> Body:
    parts = [{"functionCall": {"name": name, "args": given}} for name, given in answer.tools]
    return {
        "candidates": [
            {
                "content": {"role": "model", "parts": parts or [{"text": answer.text}]},
                "finishReason": "STOP",
                "index": 0,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": served.prompt,
            "candidatesTokenCount": served.completion - served.reasoning,
            "thoughtsTokenCount": served.reasoning,
            "cachedContentTokenCount": served.cached,
            "totalTokenCount": served.prompt + served.completion,
        },
        "modelVersion": served.model,
    }


def bedrock_usage(served: Served) -> Body:
    """Bedrock's input leaves out what was read from the cache."""
    return {
        "inputTokens": served.prompt - served.cached,
        "outputTokens": served.completion,
        "totalTokens": served.prompt + served.completion,
        "cacheReadInputTokens": served.cached,
        "cacheWriteInputTokens": 0,
    }


def _tool_uses(answer: Answer) -> list[Body]:
    return [
        {"toolUseId": f"tooluse_{number}_{id(answer)}", "name": name, "input": given}
        for number, (name, given) in enumerate(answer.tools)
    ]


def _stop_reason(answer: Answer) -> str:
    return "tool_use" if answer.tools else "end_turn"


def bedrock_response(served: Served, answer: Answer) -> Body:
    content: list[Body] = [{"toolUse": one} for one in _tool_uses(answer)]
    return {
        "output": {"message": {"role": "assistant", "content": content or [{"text": answer.text}]}},
        "stopReason": _stop_reason(answer),
        "usage": bedrock_usage(served),
        "metrics": {"latencyMs": 1},
    }


def bedrock_stream(served: Served, answer: Answer) -> bytes:
    """The same as frames of AWS's event stream."""
    events: list[tuple[str, Body]] = [("messageStart", {"role": "assistant"})]
    for number, use in enumerate(_tool_uses(answer)):
        start = {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"]}}
        events.append(("contentBlockStart", {"contentBlockIndex": number, "start": start}))
        delta = {"toolUse": {"input": json.dumps(use["input"])}}
        events.append(("contentBlockDelta", {"contentBlockIndex": number, "delta": delta}))
        events.append(("contentBlockStop", {"contentBlockIndex": number}))
    if not answer.tools:
        events.append(("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": answer.text}}))
        events.append(("contentBlockStop", {"contentBlockIndex": 0}))
    events.append(("messageStop", {"stopReason": _stop_reason(answer)}))
    events.append(("metadata", {"usage": bedrock_usage(served), "metrics": {"latencyMs": 1}}))
    return b"".join(_frame(name, body) for name, body in events)


def _frame(name: str, body: Body) -> bytes:
    headers = b"".join(
        _header(key, value)
        for key, value in (
            (":event-type", name),
            (":content-type", "application/json"),
            (":message-type", "event"),
        )
    )
    payload = json.dumps(body).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += _checksum(prelude)
    frame = prelude + headers + payload
    return frame + _checksum(frame)


def _header(key: str, value: str) -> bytes:
    return bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()


def _checksum(data: Iterable[int]) -> bytes:
    return struct.pack(">I", zlib.crc32(bytes(data)) & 0xFFFFFFFF)
