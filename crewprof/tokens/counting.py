"""Tokens of the parts of a request, for any model: exact for OpenAI's, by calibration for the others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crewprof.tokens.calibration import Calibration, calibration_of
from crewprof.tokens.chat import PER_MESSAGE, PER_REQUEST, plain_message_tokens
from crewprof.tokens.encoding import O200K, count_text, encoding_for
from crewprof.tokens.family import Family, bare_name, family_of, is_gpt_5, is_reasoning
from crewprof.tokens.messages import Message, ResponseFormat, ToolCall, ToolDefinition
from crewprof.tokens.response_format import response_schema_tokens
from crewprof.tokens.tool_calls import calling_message_tokens, parallel_result_tokens, result_message_tokens
from crewprof.tokens.tool_definitions import AROUND_TOOLS, join_tokens, render_tools

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_GPT_5_TOOLS = 84
_GPT_5_CALL = 6


@dataclass(frozen=True, slots=True)
class Counting:
    """How a model's tokens are counted, and how far off the count may be (mean relative error)."""

    encoding: str
    exact: bool
    relative_error: float | None
    source: str


def counting(model: str) -> Counting:
    """How tokens are counted for ``model``."""
    encoding, exact = encoding_for(model)
    if exact:
        return Counting(
            encoding, exact=True, relative_error=0.0, source="the model's own encoding and framing"
        )
    calibration = calibration_of(model)
    return Counting(
        encoding, exact=False, relative_error=calibration.relative_error, source=calibration.source
    )


def text_tokens(text: str, model: str) -> int:
    """Tokens of ``text`` by itself."""
    encoding, exact = encoding_for(model)
    tokens = count_text(text, encoding)
    return tokens if exact else round(tokens * calibration_of(model).ratio)


def count_messages(messages: Sequence[Message], model: str) -> int:
    """Tokens of a request that holds just ``messages`` (tool calls and results among them included)."""
    encoding, exact = encoding_for(model)
    if exact:
        return _per_request(model) + _openai_messages(messages, model, encoding)
    return round(_calibrated_messages(messages, calibration_of(model)))


def tool_definitions_tokens(tools: Sequence[ToolDefinition], system: str | None, model: str) -> int:
    """Tokens that offering ``tools`` adds to a request whose system message is ``system``."""
    if not tools:
        return 0
    encoding, exact = encoding_for(model)
    if exact:
        text = render_tools(tools, titles=bare_name(model) != "gpt-4")
        extra = _GPT_5_TOOLS + PER_REQUEST - _per_request(model) if is_gpt_5(model) else 0
        return count_text(text, encoding) + AROUND_TOOLS + join_tokens(system, encoding) + extra
    fit = calibration_of(model)
    rendered = sum(count_text(_definition_json(tool), O200K) for tool in tools)
    return round(fit.tools_base + fit.per_tool * len(tools) + fit.tool_ratio * rendered)


def tool_turn_tokens(calls: Sequence[ToolCall], results: Sequence[str], content: str, model: str) -> int:
    """Tokens that a turn with tools adds to the next request: calls, their ``content``, and ``results``."""
    answered = zip(calls, results, strict=True)
    turn = [Message("assistant", content, tuple(calls))]
    turn += [Message("tool", result, tool=call.name) for call, result in answered]
    encoding, exact = encoding_for(model)
    if exact:
        return _openai_messages(turn, model, encoding)
    fit = calibration_of(model)
    return round(sum(_calibrated_message(message, fit) for message in turn))


def response_format_tokens(
    name: str,
    schema: Mapping[str, object],
    model: str,
    *,
    description: str = "",
    plain_assistant_messages: int = 0,
    system: str | None = None,
    tools_present: bool = False,
) -> int:
    """Tokens that demanding an answer by a JSON ``schema`` adds to a request."""
    encoding, exact = encoding_for(model)
    response = ResponseFormat(name, schema, description)
    if exact:
        return response_schema_tokens(
            response,
            system=system,
            plain_answers=plain_assistant_messages,
            beside_tools=tools_present,
            encoding=encoding,
        )
    return round(calibration_of(model).schema_ratio * count_text(json.dumps(schema), O200K))


def _per_request(model: str) -> int:
    return PER_REQUEST - 1 if is_reasoning(model) else PER_REQUEST


def _openai_messages(messages: Iterable[Message], model: str, encoding: str) -> int:
    total = 0
    parallel = False
    for message in messages:
        if message.calls:
            parallel = len(message.calls) > 1
            total += calling_message_tokens(message, encoding)
            total += _GPT_5_CALL if is_gpt_5(model) else 0
        elif message.role != "tool":
            total += plain_message_tokens(message, encoding)
        elif parallel:
            total += parallel_result_tokens(message.content, encoding)
        else:
            total += result_message_tokens(message.content, message.tool or "", encoding)
    return total


def _calibrated_messages(messages: Sequence[Message], fit: Calibration) -> float:
    return fit.per_request + sum(_calibrated_message(message, fit) for message in messages)


def _calibrated_message(message: Message, fit: Calibration) -> float:
    tokens = fit.per_message
    tokens += count_text(message.content, O200K) * (fit.result_ratio if message.role == "tool" else fit.ratio)
    for call in message.calls:
        tokens += fit.per_call + fit.call_ratio * count_text(call.name + call.arguments, O200K)
    return tokens


def _definition_json(tool: ToolDefinition) -> str:
    definition = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return json.dumps(definition, separators=(",", ":"), ensure_ascii=False)


__all__ = [
    "PER_MESSAGE",
    "Counting",
    "Family",
    "count_messages",
    "counting",
    "family_of",
    "response_format_tokens",
    "text_tokens",
    "tool_definitions_tokens",
    "tool_turn_tokens",
]
