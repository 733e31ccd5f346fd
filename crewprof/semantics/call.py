"""The words for what CrewAI sends: prompts made of segments, and rules for the calls of a task."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Model, OutputSchema
    from crewprof.source.place import Place

Part: TypeAlias = Literal["framework", "role", "task", "tools", "context", "memory"]
"""What a piece of a prompt is: CrewAI's own text, the agent, the task, tool texts, other tasks'
outputs with their dividers, recalled memory and knowledge."""


SlotOf: TypeAlias = Literal[
    "output",
    "outputs",
    "tool_result",
    "memory",
    "memory_at_start",
    "knowledge",
    "plan",
    "answer",
    "feedback",
    "step",
    "definitions",
]
"""What a slot stands for. ``memory_at_start``: what memory recalls before any task has saved."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Text that only a run produces, of estimated length.

    ``of``: what it is. ``task``: whose output it is, for an output; for the definitions of tools the server
    or app they come from. ``tasks``: whose outputs they are, for several with CrewAI's dividers between them:
    a task may receive hundreds, which are one slot here.
    """

    of: SlotOf
    task: str | None = None
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a message and the part of the profile it belongs to.

    ``place``: where its author wrote it, ``None`` for CrewAI's own words. Where a text stands does not change
    what is sent: segments that differ only in it are equal.
    """

    part: Part
    content: str | Slot
    place: Place | None = field(default=None, compare=False)


_FINAL: Final = "Final Answer:"
_OWN_PARTS: Final = frozenset({"framework", "tools"})
"""Parts of a prompt in which CrewAI says what an answer has to look like."""


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """A chat message; its content is the segments joined without anything between."""

    role: Literal["system", "user", "assistant", "tool"]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool as CrewAI presents it to the LLM (after its own name and schema treatment).

    ``reference`` is the author's word for it, or CrewAI's own tool name for tools a feature adds.
    ``known``: False when name, description and schema are a stand-in for a tool that cannot be read.
    ``added_by``: the feature that adds it (``delegation``, ``memory`` …), ``None`` for the author's own.
    """

    name: str
    description: str
    parameters: Mapping[str, object]
    reference: str
    known: bool = True
    added_by: str | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request: messages, tool definitions on the wire, and the schema sent as ``response_format``.

    ``layout``: ``plain`` (no tools), ``native`` (tools on the wire) or ``react`` (tools in the text).
    ``gaps``: what is sent but could not be known, so that it is missing here or a stand-in. ``unseen``: the
    MCP servers and apps whose definitions are sent, but not among ``tools``: only a run shows them.
    """

    messages: tuple[PromptMessage, ...]
    tools: tuple[ToolDefinition, ...] = ()
    response_schema: OutputSchema | None = None
    layout: Literal["plain", "native", "react"] = "plain"
    gaps: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def wants_thought_first(self) -> bool:
        """Whether CrewAI's words ask for the answer behind a thought: ``Final Answer: …``."""
        return any(
            segment.part in _OWN_PARTS and isinstance(segment.content, str) and _FINAL in segment.content
            for message in self.messages
            for segment in message.segments
        )


class CallKind(Enum):
    """Why a call is made."""

    TASK = "task"
    """The first call of a task, or of a guardrail's retry."""
    LOOP = "loop"
    """The call after a tool result: everything is sent again, with the result."""
    FORCED_FINAL = "forced-final"
    CONVERTER = "converter"
    GUARDRAIL = "guardrail"
    PLAN = "plan"
    STEP = "step"
    OBSERVATION = "observation"
    SYNTHESIS = "synthesis"
    KNOWLEDGE_QUERY = "knowledge-query"
    MEMORY_RECALL = "memory-recall"
    MEMORY_SAVE = "memory-save"
    CREW_PLANNING = "crew-planning"
    WORKER = "worker"
    """A coworker's own run, started by a delegation (its tool loop included)."""


class Driver(Enum):
    """What the number of calls of a rule depends on; ``estimate`` has the assumption for each."""

    ONCE = "once"
    TOOL_USE = "tool use"
    DELEGATION = "delegation"
    GUARDRAIL_FAILURE = "guardrail failure"
    INVALID_OUTPUT = "invalid output"
    PLAN_STEP = "plan step"
    MEMORY_STATEMENT = "memory statement"
    MEMORY_DOUBT = "memory doubt"
    ITERATION_LIMIT = "iteration limit"


@dataclass(frozen=True, slots=True)
class CallRule:
    """Calls of one kind a task causes.

    ``least`` happen in every run; each occurrence of ``driver`` adds ``per_driver`` calls; at most
    ``most`` happen before CrewAI stops (``None``: nothing stops it, for the reason
    ``unbounded_because``). ``llm`` is the model the calls go to, ``agent`` whose run they are part of.
    """

    kind: CallKind
    agent: str | None
    llm: Model | None
    prompt: Prompt
    driver: Driver
    least: int
    per_driver: int = 1
    most: int | None = None
    unbounded_because: str | None = None
