"""Telling from a request's body which chat API it was made for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from crewprof.errors import InputError
from crewprof.tokens.bodies import anthropic, converse, gemini, ollama, openai_chat, openai_responses

if TYPE_CHECKING:
    from crewprof.tokens.bodies.fields import Body
    from crewprof.tokens.messages import Request

_HINT = (
    "crewprof counts bodies of OpenAI chat (messages) and Responses (input), Anthropic (messages, system), "
    "Gemini (contents), Bedrock Converse (messages, toolConfig) and Ollama (prompt)"
)


def read_request(body: object) -> Request:
    """The request that ``body`` is. Raises ``InputError`` when it is none of a known API."""
    if not isinstance(body, Mapping):
        raise InputError(f"not a request: {type(body).__name__} where an object was expected", hint=_HINT)
    return _reader(body)(body)


def _reader(body: Body) -> Callable[[Body], Request]:
    if "contents" in body:
        return gemini.read
    if "messages" in body:
        if _is_converse(body):
            return converse.read
        return anthropic.read if _is_anthropic(body) else openai_chat.read
    if "input" in body:
        return openai_responses.read
    if "prompt" in body:
        return ollama.read
    raise InputError("not a request: no messages, contents, input or prompt in it", hint=_HINT)


def _is_converse(body: Body) -> bool:
    if any(key in body for key in ("toolConfig", "inferenceConfig", "modelId")):
        return True
    return any(
        isinstance(block, Mapping) and "type" not in block and set(block) & {"text", "toolUse", "toolResult"}
        for block in _blocks(body)
    )


def _is_anthropic(body: Body) -> bool:
    if any(key in body for key in ("system", "stop_sequences", "thinking", "anthropic_version")):
        return True
    tools = body.get("tools")
    if isinstance(tools, list) and any(
        isinstance(tool, Mapping) and "input_schema" in tool for tool in tools
    ):
        return True
    return any(
        isinstance(block, Mapping) and block.get("type") in ("tool_use", "tool_result")
        for block in _blocks(body)
    )


def _blocks(body: Body) -> list[object]:
    messages = body.get("messages")
    contents = (
        [one.get("content") for one in messages if isinstance(one, Mapping)]
        if isinstance(messages, list)
        else []
    )
    return [block for content in contents if isinstance(content, list) for block in content]
