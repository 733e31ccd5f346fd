"""How OpenAI frames a conversation: tokens of messages beside those of their text.

Source: the token-counting recipe of the OpenAI cookbook
(https://github.com/openai/openai-cookbook/blob/main/examples/How_to_count_tokens_with_tiktoken.ipynb),
exact on 3,200 recorded calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.tokens.encoding import count_text, encoding_for
from crewprof.tokens.family import is_gpt_5, is_reasoning
from crewprof.tokens.tool_calls import calling_message_tokens, parallel_result_tokens, result_message_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.tokens.messages import Message

PER_REQUEST = 3
"""Tokens that prime the answer; gpt-5 and the o-series from o3 on take one less when no tools are given."""
PER_MESSAGE = 4
"""Tokens around a message: 3, and 1 for its role."""
_PER_NAME = 1
"""Beside the tokens of a speaker's name. On a tool result a name costs nothing more than the tool's."""
_GPT_5_CALL = 6
"""More around a message with tool calls on gpt-5. Fit on 6 recorded calls of gpt-5-nano, exact."""


def per_request_tokens(model: str) -> int:
    """Tokens a request without tools costs beside its messages on the OpenAI model ``model``."""
    return PER_REQUEST - 1 if is_reasoning(model) else PER_REQUEST


def messages_tokens(messages: Iterable[Message], model: str) -> int:
    """Tokens of ``messages``, tool calls and results among them, on the OpenAI model ``model``."""
    encoding, _ = encoding_for(model)
    total = 0
    parallel = False
    for message in messages:
        if message.calls:
            # OpenAI writes several calls of one message as a single call of ``multi_tool_use.parallel``, so
            # their results are counted otherwise than that of one call.
            parallel = len(message.calls) > 1
            total += calling_message_tokens(message, encoding) + (_GPT_5_CALL if is_gpt_5(model) else 0)
        elif message.role != "tool":
            total += PER_MESSAGE + count_text(message.content, encoding)
            total += _PER_NAME + count_text(message.name, encoding) if message.name else 0
        elif parallel:
            total += parallel_result_tokens(message.content, model)
        else:
            total += result_message_tokens(message.content, message.tool or "", encoding)
    return total
