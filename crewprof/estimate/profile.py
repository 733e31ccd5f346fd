"""The profile of a crew: where the tokens, the money and the seconds of one kickoff go.

Tokens are whole numbers kept as float while ranges are computed; money is USD; ``None`` is unknown.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from crewprof.estimate.gaps import Gap, Spending
    from crewprof.quantity import Amount, Range
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

    ``exact``: every part but context was counted on the very text and tokenizer. ``input_tokens`` is ``None``
    when too little is known of the request; each part is then what it is at least.
    """

    input_tokens: int | None
    exact: bool
    parts: dict[Part, int]

    @property
    def least_tokens(self) -> int:
        """What the request has at least; all of it when it is known."""
        return sum(self.parts.values())


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

    def or_nothing(self) -> CallLine:
        """The line of a task that may be skipped: at least nothing."""
        usd = self.cost_usd
        return replace(
            self,
            calls=replace(self.calls, low=0.0),
            input_tokens=replace(self.input_tokens, low=0.0),
            cached_input_tokens=replace(self.cached_input_tokens, low=0.0),
            output_tokens=replace(self.output_tokens, low=0.0),
            cost_usd=None if usd is None else replace(usd, low=usd.low * 0),
            seconds=replace(self.seconds, low=0.0),
        )


@dataclass(frozen=True, slots=True)
class TaskProfile:
    """One task: sums over all its calls, its workers' and its features' calls included.

    ``known``: everything its calls rest on (agent, model, tools …) is known. Else its ranges span what is
    possible, ``agent`` is ``None`` if it is the agent that is not known, and each line is what all
    possibilities have in common.
    """

    name: str
    agent: str | None
    async_execution: bool
    depends_on: tuple[Dependency, ...]
    calls: Amount[float]
    input_tokens: Range[float]
    cached_input_tokens: Range[float]
    output_tokens: Amount[float]
    cost_usd: Range[Decimal] | None
    seconds: Amount[float]
    answer_tokens: Range[float]
    """Length of the final answer: what tasks that get it as context receive."""
    asked_tokens: Range[float]
    """What that would be if nothing ended the answer."""
    first_call: FirstCall
    ceiling: Ceiling
    lines: tuple[CallLine, ...]
    assumed: tuple[str, ...] = ()
    """Names of the assumptions this task's numbers rest on."""
    known: bool = True

    @property
    def runs(self) -> int:
        """How many recorded runs its numbers come from, 0 without any."""
        return self.calls.runs


@dataclass(frozen=True, slots=True)
class AgentModel:
    """The model of an agent as the report names it; ``id`` is ``None`` when it is not known."""

    id: str | None
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
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The whole kickoff. ``seconds`` is the makespan; ``unpriced_calls`` counts expected calls on
    models without a price, which ``cost_usd`` leaves out (it is ``None`` when no call has a price).

    ``lower_bounds``: what is at least so much, for parts of it are not known.
    """

    calls: Range[float]
    input_tokens: Range[float]
    cached_input_tokens: Range[float]
    output_tokens: Range[float]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    ceiling: Ceiling
    unpriced_calls: float = 0.0
    lower_bounds: frozenset[Spending] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether nothing that is spent or waited for is missing."""
        return not self.lower_bounds - {"ceiling"}


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


@dataclass(frozen=True)
class Profile:
    """The profile of one crew. What is asked for every task or agent is looked up, not searched."""

    agents: tuple[AgentProfile, ...]
    tasks: tuple[TaskProfile, ...]
    overhead: tuple[CallLine, ...]
    """Calls that belong to no task (crew planning)."""
    total: Total
    schedule: Schedule
    assumptions: tuple[UsedAssumption, ...]
    notes: tuple[str, ...] = ()
    """What was skipped or could not be known, as sentences with their line."""
    gaps: tuple[Gap, ...] = ()
    """What is not known and makes numbers lower bounds."""

    def task(self, name: str) -> TaskProfile:
        """The task called ``name``; ``KeyError`` if there is none."""
        return self._by_name[name]

    def tasks_of(self, agent: str) -> Sequence[TaskProfile]:
        """The tasks assigned to ``agent``, in order."""
        return self._tasks_by_agent.get(agent, ())

    def lines_of(self, agent: str) -> Sequence[CallLine]:
        """The lines of the bill whose calls ``agent`` makes, in order."""
        return self._lines_by_agent.get(agent, ())

    @cached_property
    def lines(self) -> tuple[CallLine, ...]:
        """Every line of the bill, those of no task included and first."""
        return (*self.overhead, *(line for task in self.tasks for line in task.lines))

    @cached_property
    def _by_name(self) -> dict[str, TaskProfile]:
        # Of several tasks with one name the first counts, as it does for ``Crew.task``.
        return {task.name: task for task in reversed(self.tasks)}

    @cached_property
    def _tasks_by_agent(self) -> dict[str | None, list[TaskProfile]]:
        found: dict[str | None, list[TaskProfile]] = {}
        for task in self.tasks:
            found.setdefault(task.agent, []).append(task)
        return found

    @cached_property
    def _lines_by_agent(self) -> dict[str | None, list[CallLine]]:
        found: dict[str | None, list[CallLine]] = {}
        for line in self.lines:
            found.setdefault(line.agent, []).append(line)
        return found
