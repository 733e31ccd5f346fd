"""The parts of a request that cost tokens, in one form for all providers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call a model made: the tool's name and its arguments as JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    ``role`` is ``system``, ``user``, ``assistant`` or ``tool``; ``calls`` are an assistant's tool calls;
    ``tool`` names the tool whose result a ``tool`` message is, where that is known.
    """

    role: str
    content: str
    calls: tuple[ToolCall, ...] = ()
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool offered to the model; ``parameters`` is the JSON schema of its arguments."""

    name: str
    description: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """A JSON schema the answer must follow."""

    name: str
    schema: Mapping[str, object]
    description: str = ""
