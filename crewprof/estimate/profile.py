"""The profile of a crew: where the tokens, the money and the seconds of one kickoff go.

Tokens are whole numbers kept as float while ranges are computed; money is USD; ``None`` is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from crewprof.quantity import Range
    from crewprof.semantics.call import Part

PARTS: tuple[Part, ...] = ("framework", "role", "task", "tools", "context", "memory")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Most that can be spent before CrewAI stops by itself; ``None`` when nothing stops it."""

    tokens: int | None
    cost_usd: Decimal | None
    unbounded_because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstCall:
    """The first request of a task, as billed. ``parts`` add up to ``input_tokens``.

    ``exact``: every part but context was counted on the very text and tokenizer.
    """

    input_tokens: int
    exact: bool
    parts: dict[Part, int]


@dataclass(frozen=True, slots=True)
class Dependency:
    """An edge of the graph: how it is known and whether it is certain."""

    task: str
    via: Literal["context", "default", "text"]
    certain: bool


@dataclass(frozen=True, slots=True)
class CallLine:
    """One line of a task's bill: calls of one kind on one model (``loop``, ``converter``, ``memory`` …)."""

    kind: str
    model: str | None
    calls: Range[float]
    input_tokens: Range[float]
    cached_input_tokens: Range[float]
    output_tokens: Range[float]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    agent: str | None = None
    """The agent in whose run the calls are made; ``None`` for CrewAI's own (memory, guardrails …)."""


@dataclass(frozen=True, slots=True)
class TaskProfile:
    """One task: sums over all its calls, its workers' and its features' calls included."""

    name: str
    agent: str | None
    async_execution: bool
    depends_on: tuple[Dependency, ...]
    calls: Range[float]
    input_tokens: Range[float]
    cached_input_tokens: Range[float]
    output_tokens: Range[float]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    answer_tokens: Range[float]
    """Length of the final answer: what tasks that get it as context receive."""
    first_call: FirstCall
    ceiling: Ceiling
    lines: tuple[CallLine, ...]
    assumed: tuple[str, ...] = ()
    """Names of the assumptions this task's numbers rest on."""


@dataclass(frozen=True, slots=True)
class AgentModel:
    """The model of an agent as the report names it."""

    id: str
    source: Literal["declared", "environment", "default", "unknown"]
    tier: str | None
    priced: bool
    counting: Literal["exact", "approximate"]


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """One agent: the tasks it works on and what they spend on its model."""

    name: str
    model: AgentModel
    tasks: tuple[str, ...]
    cost_usd: Range[Decimal] | None
    input_tokens: Range[float]
    output_tokens: Range[float]


@dataclass(frozen=True, slots=True)
class Total:
    """The whole kickoff. ``seconds`` is the makespan; ``unpriced_calls`` counts expected calls on
    models without a price, which ``cost_usd`` leaves out (it is ``None`` when no call has a price)."""

    calls: Range[float]
    input_tokens: Range[float]
    cached_input_tokens: Range[float]
    output_tokens: Range[float]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    ceiling: Ceiling
    unpriced_calls: float = 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which tasks run together, in time order, and the expected makespan in seconds."""

    seconds: float
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class UsedAssumption:
    """An assumption the profile rests on, with its value, unit and source."""

    name: str
    value: object
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of one crew."""

    agents: tuple[AgentProfile, ...]
    tasks: tuple[TaskProfile, ...]
    overhead: tuple[CallLine, ...]
    """Calls that belong to no task (crew planning)."""
    total: Total
    schedule: Schedule
    assumptions: tuple[UsedAssumption, ...]
    notes: tuple[str, ...] = ()
    """What was skipped or could not be known, as sentences with their line."""

    def task(self, name: str) -> TaskProfile:
        """The task called ``name``; ``KeyError`` if there is none."""
        for task in self.tasks:
            if task.name == name:
                return task
        raise KeyError(name)
