"""What tool calls and their results cost on OpenAI models when a conversation is sent again.

Found by comparing recorded tool loops with the billed prompt tokens; exact on 130 of 132.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crewprof.tokens.encoding import count_text, encoding_for
from crewprof.tokens.family import bare_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.tokens.messages import Message, ToolCall

_AROUND_CALL = 3
_AROUND_RESULT = 9
_AROUND_CALLS = 3 + 18
_RECIPIENT = "functions."


def calling_message_tokens(message: Message, encoding: str) -> int:
    """Tokens of an assistant message with one or more tool calls."""
    if len(message.calls) == 1:
        (call,) = message.calls
        return (
            _AROUND_CALL
            + count_text(message.content, encoding)
            + count_text(_RECIPIENT + call.name, encoding)
            + count_text(_compact(call.arguments), encoding)
        )
    return (
        _AROUND_CALLS + count_text(message.content, encoding) + count_text(_parallel(message.calls), encoding)
    )


def result_message_tokens(content: str, tool: str, encoding: str) -> int:
    """Tokens of the message with the result of a single call of ``tool``."""
    return _AROUND_RESULT + count_text(content, encoding) + count_text(tool, encoding)


def parallel_result_tokens(content: str, model: str) -> int:
    """Tokens of one of several results of calls made at once: one JSON string, no message of its own.

    Only gpt-4o-mini is sent it with everything outside ASCII escaped. Fit on 20 recorded results.
    """
    encoding, _ = encoding_for(model)
    return count_text(json.dumps(content, ensure_ascii=bare_name(model).startswith("gpt-4o-mini")), encoding)


def _parallel(calls: Sequence[ToolCall]) -> str:
    uses = ",".join(
        f'{{"recipient_name":{json.dumps(_RECIPIENT + call.name)},"parameters":{_compact(call.arguments)}}}'
        for call in calls
    )
    return f'{{"tool_uses":[{uses}]}}'


def _compact(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments), separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError):
        return arguments
