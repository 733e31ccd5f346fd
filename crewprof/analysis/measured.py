"""What recorded runs have cost, per task and agent, with its spread over the kickoffs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.models.catalogue import CatalogueEntry, cost
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field
from crewprof.recorded.statistics import Sums, spread_of, sums_of

if TYPE_CHECKING:
    from crewprof.recorded.runs import Call, Kickoff, Recorded, Run

Catalogue = Callable[[str], CatalogueEntry]
"""What is known of a model, by its name as recorded."""


PricedPair = tuple["Call", "Decimal | None"]
"""A call and its cost in USD, ``None`` without a price."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a task, an agent or a whole kickoff has used, per kickoff.

    ``cost_usd`` is ``None`` when no call of it has a price; ``unpriced`` calls are missing in it. Among
    them are the ``uncounted`` ones, whose usage was not reported: they are missing in the tokens too.
    ``kickoffs``: how many it is based on.
    """

    name: str
    kickoffs: int
    calls: Range[float]
    input_tokens: Range[float]
    cached_input_tokens: Range[float]
    output_tokens: Range[float]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    tool_uses: Range[float]
    failed_calls: int
    unpriced: int
    uncounted: int
    models: tuple[str, ...]
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PricedCall:
    """A call with its cost in USD, ``None`` without a price, and the crew and run it belongs to."""

    call: Call
    crew: str | None
    run: str
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class MeasuredCrew:
    """The kickoffs of one crew; ``name`` is ``None`` for what ran outside of any crew.

    ``unattributed``: calls that nothing says the task of. ``latest``: the last kickoff, for its timeline.
    """

    name: str | None
    path: str | None
    total: Measured
    tasks: tuple[Measured, ...]
    agents: tuple[Measured, ...]
    unattributed: Measured | None
    latest: Kickoff


@dataclass(frozen=True, slots=True)
class MeasuredRuns:
    """A recorded file, priced. ``dearest``: every call, the most expensive first."""

    recorded: Recorded
    crews: tuple[MeasuredCrew, ...]
    dearest: tuple[PricedCall, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, as they were recorded."""
        return self.recorded.runs


def measure(recorded: Recorded, catalogue: Catalogue) -> MeasuredRuns:
    """``recorded`` with its costs, by today's prices."""
    crews: dict[str | None, list[Kickoff]] = {}
    priced: list[PricedCall] = []
    for run in recorded.runs:
        for kickoff in run.kickoffs:
            crews.setdefault(kickoff.crew, []).append(kickoff)
            priced += [
                PricedCall(call, kickoff.crew, run.id, cost_of_call(call, catalogue))
                for call in kickoff.calls
                if not call.failed
            ]
    priced.sort(key=lambda one: (-(one.cost_usd or Decimal(0)), -_tokens(one.call)))
    measured = (_crew(name, kickoffs, catalogue) for name, kickoffs in crews.items())
    return MeasuredRuns(recorded, tuple(measured), tuple(priced))


def cost_of_call(call: Call, catalogue: Catalogue) -> Decimal | None:
    """USD of a call; ``None`` when its usage or its model's price is not known. A refused one costs
    nothing."""
    if call.failed:
        return Decimal(0)
    if call.model is None or call.prompt is None or call.completion is None:
        return None
    entry = catalogue(call.model)
    return cost(entry, call.prompt, call.completion, call.cached or 0, call.written or 0, call.requests)


def _tokens(call: Call) -> int:
    return (call.prompt or 0) + (call.completion or 0)


def _crew(name: str | None, kickoffs: Sequence[Kickoff], catalogue: Catalogue) -> MeasuredCrew:
    tasks: dict[str, _Share] = {}
    agents: dict[str, _Share] = {}
    whole, loose = _Share(name or ""), _Share("")
    for kickoff in kickoffs:
        priced = [(call, cost_of_call(call, catalogue)) for call in kickoff.calls]
        whole.add(priced, _kickoff_seconds(kickoff), len(kickoff.tools))
        loose.add([pair for pair in priced if pair[0].task is None])
        _share_out(kickoff, priced, tasks, agents)
    measured_agents = [share.padded(len(kickoffs)) for share in agents.values()]
    has_loose = name is not None and any(call.task is None for kickoff in kickoffs for call in kickoff.calls)
    return MeasuredCrew(
        name=name,
        path=next((kickoff.path for kickoff in reversed(kickoffs) if kickoff.path), None),
        total=whole.measured(),
        tasks=tuple(share.measured() for share in tasks.values()),
        agents=tuple(share.measured() for share in measured_agents),
        unattributed=loose.measured() if has_loose else None,
        latest=kickoffs[-1],
    )


def _share_out(
    kickoff: Kickoff,
    priced: Sequence[PricedPair],
    tasks: dict[str, _Share],
    agents: dict[str, _Share],
) -> None:
    """Give every task and agent of a kickoff what is its own; a task that did not run gets nothing."""
    of_task: dict[str, list[PricedPair]] = {}
    of_agent: dict[str, list[PricedPair]] = {}
    seconds: dict[str, float] = {}
    for span in kickoff.spans:
        seconds[span.task] = seconds.get(span.task, 0.0) + span.seconds
        # A task that made no call ran all the same: a skipped one has no span.
        of_task.setdefault(span.task, [])
    for pair in priced:
        if pair[0].task is not None:
            of_task.setdefault(pair[0].task, []).append(pair)
        if pair[0].agent is not None:
            of_agent.setdefault(pair[0].agent, []).append(pair)
    task_uses = Counter(use.task for use in kickoff.tools)
    agent_uses = Counter(use.agent for use in kickoff.tools)
    # In the order the crew lists them, then those that it does not list.
    listed = [name for name in kickoff.tasks if name in of_task]
    for name in dict.fromkeys([*listed, *of_task]):
        share = tasks.setdefault(name, _Share(name))
        share.add(of_task[name], seconds.get(name), task_uses[name])
    for name, pairs in of_agent.items():
        agents.setdefault(name, _Share(name)).add(pairs, None, agent_uses[name])


def _kickoff_seconds(kickoff: Kickoff) -> float:
    if kickoff.seconds is not None:
        return kickoff.seconds
    ends = [call.ended for call in kickoff.calls]
    return max(ends) - min(call.started for call in kickoff.calls) if ends else 0.0


@dataclass
class _Share:
    """What is of one task, agent or crew, an entry a kickoff."""

    name: str
    sums: list[Sums] = field(default_factory=list)
    costs: list[list[Decimal | None]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    models: dict[str, None] = field(default_factory=dict)
    agents: dict[str, None] = field(default_factory=dict)

    def add(self, priced: Sequence[PricedPair], seconds: float | None = None, uses: int = 0) -> None:
        """The calls of another kickoff with their costs; without ``seconds`` those of the calls."""
        calls = [call for call, _ in priced]
        self.sums.append(sums_of(calls))
        self.costs.append([cost for call, cost in priced if not call.failed])
        self.seconds.append(sum(call.seconds for call in calls) if seconds is None else seconds)
        self.uses.append(uses)
        self.models.update(dict.fromkeys(call.model for call in calls if call.model is not None))
        self.agents.update(dict.fromkeys(call.agent for call in calls if call.agent is not None))

    def padded(self, kickoffs: int) -> _Share:
        """The same, with nothing for the kickoffs it had no part in."""
        for _ in range(kickoffs - len(self.sums)):
            self.sums.append(sums_of(()))
            self.costs.append([])
            self.seconds.append(0.0)
            self.uses.append(0)
        return self

    def measured(self) -> Measured:
        """The mean a kickoff, with its spread."""
        unknown = any(one.unknown for one in self.sums)
        return Measured(
            name=self.name,
            kickoffs=len(self.sums),
            calls=spread_of([float(one.calls) for one in self.sums]),
            input_tokens=_spread([float(one.prompt) for one in self.sums], is_open=unknown),
            cached_input_tokens=spread_of([float(one.cached) for one in self.sums]),
            output_tokens=_spread([float(one.completion) for one in self.sums], is_open=unknown),
            cost_usd=_cost_spread(self.costs),
            seconds=spread_of(self.seconds),
            tool_uses=spread_of([float(one) for one in self.uses]),
            failed_calls=sum(one.failed for one in self.sums),
            unpriced=sum(cost is None for one in self.costs for cost in one),
            uncounted=sum(one.unknown for one in self.sums),
            models=tuple(self.models),
            agents=tuple(self.agents),
        )


def _spread(values: Sequence[float], *, is_open: bool) -> Range[float]:
    spread = spread_of(values)
    return spread.opened() if is_open else spread


def _cost_spread(costs: Sequence[Sequence[Decimal | None]]) -> Range[Decimal] | None:
    known = [cost for one in costs for cost in one if cost is not None]
    if not known and any(costs):
        return None
    sums = [sum((cost for cost in one if cost is not None), Decimal(0)) for one in costs]
    low, high = min(sums), max(sums)
    mean = sum(sums, Decimal(0)) / len(sums)
    spread = Range(low, min(max(mean, low), high), high)
    return spread.opened() if any(cost is None for one in costs for cost in one) else spread
