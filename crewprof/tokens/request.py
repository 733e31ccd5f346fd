"""Tokens of a whole request, as it is sent to a chat API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass
from crewprof.tokens.bodies.recognize import read_request
from crewprof.tokens.calibration import calibration_of
from crewprof.tokens.chat import PER_REQUEST, per_request_tokens
from crewprof.tokens.counting import count_messages, response_format_tokens, tool_definitions_tokens
from crewprof.tokens.encoding import count_text, encoding_for
from crewprof.tokens.family import is_gpt_5
from crewprof.tokens.messages import Api
from crewprof.tokens.tool_definitions import render_tools

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.tokens.messages import Request

_RESPONSES_TOOLS = 3
"""Around tools in the Responses API, whatever the system message. Fit on 30 recorded calls, exact."""
_RESPONSES_TOOLS_GPT_5 = 8
"""The same on gpt-5: nothing is said of channels there. Fit on 40 recorded calls, within 1."""
_RESPONSES_TURN = -2
"""A turn with a tool call in the Responses API against one in chat. Fit on 12 recorded calls, exact."""
_RESPONSES_SCHEMA = -7
"""A response schema in the Responses API against one in chat. Fit on 1 recorded call."""
_FORCED_FUNCTION = -15
"""A legacy function that must be called against such a tool. Fit on 26 recorded calls of gpt-4."""
_WEB_SEARCH = 294
"""Instructions of the hosted web search on gpt-4o-mini. Fit on 2 recorded calls."""
_WEB_SEARCH_GPT_5 = 4295
"""The same on gpt-5. Fit on 1 recorded call."""


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Input tokens of a request; ``uncounted`` names what could not be counted, such as pictures."""

    model: str
    tokens: int
    exact: bool
    encoding: str
    uncounted: tuple[str, ...] = ()


def count_request(request: Mapping[str, object], model: str | None = None) -> RequestCount:
    """The tokens that the provider bills for the body ``request`` on ``model``, or on the model it names.

    Raises :class:`InputError` for what is no request, and when neither names a model.
    """
    try:
        return _count(read_request(request), model)
    except RecursionError as error:
        raise InputError("request: nested too deeply") from error


def _count(read: Request, model: str | None) -> RequestCount:
    name = model or read.model
    if not name:
        raise InputError("the request names no model", hint="name one with --model")
    encoding, own = encoding_for(name)
    tokens = (
        count_messages(read.messages, name)
        + (_responses_tools(read, name) if own and read.api is Api.RESPONSES else _tools(read, name))
        + _response_format(read, name)
        + (_openai_extra(read, name) if own else _calibrated_extra(read, name))
    )
    uncounted = (*read.hosted_tools, *read.uncounted)
    exact = own and not uncounted and read.api in (Api.CHAT, Api.FUNCTIONS, Api.RESPONSES)
    return RequestCount(name, max(tokens, 0), exact, encoding, uncounted)


def _tools(read: Request, model: str) -> int:
    return tool_definitions_tokens(read.tools, read.system, model, forced=read.forced_tool)


def _responses_tools(read: Request, model: str) -> int:
    if not read.tools:
        return 0
    encoding, _ = encoding_for(model)
    around = _RESPONSES_TOOLS_GPT_5 if is_gpt_5(model) else _RESPONSES_TOOLS
    turns = 0 if is_gpt_5(model) else sum(bool(message.calls) for message in read.messages)
    priming = PER_REQUEST - per_request_tokens(model)
    return count_text(render_tools(read.tools), encoding) + around + priming + turns * _RESPONSES_TURN


def _response_format(read: Request, model: str) -> int:
    if read.response is None:
        return 0
    return response_format_tokens(
        read.response.name,
        read.response.schema,
        model,
        description=read.response.description,
        plain_assistant_messages=read.plain_answers,
        system=read.system,
        tools_present=bool(read.tools),
    )


def _openai_extra(read: Request, model: str) -> int:
    tokens = 0
    if read.response and read.api is Api.RESPONSES:
        tokens += _RESPONSES_SCHEMA
    if read.tools and read.api is Api.FUNCTIONS and read.forced_tool:
        tokens += _FORCED_FUNCTION
    if any(tool.startswith("web_search") for tool in read.hosted_tools):
        tokens += _WEB_SEARCH_GPT_5 if is_gpt_5(model) else _WEB_SEARCH
    return tokens


def _calibrated_extra(read: Request, model: str) -> int:
    return round(calibration_of(model).thinking) if read.thinking else 0
