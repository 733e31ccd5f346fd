"""Tokens of the parts of a request, for any model: exact for OpenAI's, by calibration for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.tokens.calibration import calibration_of
from crewprof.tokens.chat import PER_REQUEST, messages_tokens, per_request_tokens
from crewprof.tokens.encoding import count_text, encoding_for
from crewprof.tokens.messages import Message, ResponseFormat, ToolDefinition
from crewprof.tokens.response_format import response_schema_tokens
from crewprof.tokens.tool_definitions import tools_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
        return Counting(encoding, exact, 0.0, "the model's own encoding and framing")
    calibration = calibration_of(model)
    return Counting(encoding, exact, calibration.relative_error, calibration.source)


def text_tokens(text: str, model: str) -> int:
    """Tokens of ``text`` by itself."""
    encoding, exact = encoding_for(model)
    tokens = count_text(text, encoding)
    return tokens if exact else round(tokens * calibration_of(model).ratio)


def count_messages(messages: Sequence[Message], model: str) -> int:
    """Tokens of a request that holds just ``messages`` (tool calls and results among them included)."""
    if encoding_for(model)[1]:
        return per_request_tokens(model) + messages_tokens(messages, model)
    fit = calibration_of(model)
    return round(fit.per_request + sum(fit.message(message) for message in messages))


def tool_definitions_tokens(
    tools: Sequence[ToolDefinition], system: str | None, model: str, *, forced: bool = False
) -> int:
    """Tokens that offering ``tools`` adds to a request whose system message is ``system``.

    ``forced`` says that ``tool_choice`` names one of them.
    """
    if not tools:
        return 0
    if encoding_for(model)[1]:
        priming = PER_REQUEST - per_request_tokens(model)
        return tools_tokens(tools, system, model, forced=forced) + priming
    return round(calibration_of(model).tools.definitions(tools, forced=forced))


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
    if exact:
        return response_schema_tokens(
            ResponseFormat(name, schema, description),
            system=system,
            plain_answers=plain_assistant_messages,
            beside_tools=tools_present,
            encoding=encoding,
        )
    return round(calibration_of(model).schema(schema))
