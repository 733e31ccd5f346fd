"""The parts of a request that cost tokens, in one form for all providers."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, field

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
    ``tool`` names the tool whose result a ``tool`` message is, where that is known; ``name`` tells speakers
    of one role apart.
    """

    role: str
    content: str
    calls: tuple[ToolCall, ...] = ()
    tool: str | None = None
    name: str | None = None


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


class Api(Enum):
    """The APIs a request can be made for."""

    CHAT = "OpenAI chat"
    FUNCTIONS = "OpenAI chat with legacy functions"
    RESPONSES = "OpenAI Responses"
    ANTHROPIC = "Anthropic Messages"
    GEMINI = "Gemini generateContent"
    CONVERSE = "Bedrock Converse"
    OLLAMA = "Ollama generate"


@dataclass(frozen=True, slots=True)
class Request:
    """What a request to a chat API holds, whatever the API.

    ``forced_tool`` says that the model must call one named tool (or any, where the API has only that);
    ``thinking`` that it may think aloud at a price. ``uncounted`` names what cannot be counted from the body:
    pictures, files, a conversation kept by the provider.
    """

    api: Api
    model: str | None
    messages: tuple[Message, ...]
    tools: tuple[ToolDefinition, ...] = ()
    forced_tool: bool = False
    response: ResponseFormat | None = None
    thinking: bool = False
    hosted_tools: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()

    @property
    def system(self) -> str | None:
        """The text of the first message if it is a system message."""
        first = self.messages[0] if self.messages else None
        return first.content if first is not None and first.role == "system" else None

    @property
    def plain_answers(self) -> int:
        """Assistant messages without tool calls."""
        return sum(message.role == "assistant" and not message.calls for message in self.messages)
