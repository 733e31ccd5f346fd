"""What recorded runs have cost, per task and agent, with its spread over the kickoffs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.models.catalogue import CatalogueEntry, cost
from crewprof.quantity import Range
from crewprof.recorded.statistics import spread_of, sums_of

if TYPE_CHECKING:
    from crewprof.recorded.runs import Call, Kickoff, Recorded, Run

Catalogue = Callable[[str], CatalogueEntry]
"""What is known of a model, by its name as recorded."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a task, an agent or a whole kickoff has used, per kickoff.

    ``cost_usd`` is ``None`` when no call of it has a price; ``unpriced`` calls, which have none or no usage,
    are missing in it. ``kickoffs``: how many it rests on.
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
    tasks = dict.fromkeys(
        name
        for kickoff in kickoffs
        for name in (*kickoff.tasks, *(call.task for call in kickoff.calls if call.task is not None))
    )
    agents = dict.fromkeys(
        call.agent for kickoff in kickoffs for call in kickoff.calls if call.agent is not None
    )
    loose = [call for kickoff in kickoffs for call in kickoff.calls if call.task is None]
    return MeasuredCrew(
        name=name,
        path=next((kickoff.path for kickoff in reversed(kickoffs) if kickoff.path), None),
        total=_measured(name or "", kickoffs, catalogue, lambda _: True, _kickoff_seconds),
        tasks=tuple(
            _measured(task, _having(kickoffs, task), catalogue, _of_task(task), _task_seconds(task))
            for task in tasks
            if _having(kickoffs, task)
        ),
        agents=tuple(
            _measured(agent, kickoffs, catalogue, _of_agent(agent), _agent_seconds(agent)) for agent in agents
        ),
        unattributed=_measured("", kickoffs, catalogue, _of_task(None), _no_seconds)
        if loose and name is not None
        else None,
        latest=kickoffs[-1],
    )


def _having(kickoffs: Sequence[Kickoff], task: str) -> list[Kickoff]:
    """The kickoffs in which ``task`` ran."""
    return [
        one
        for one in kickoffs
        if any(span.task == task for span in one.spans) or any(call.task == task for call in one.calls)
    ]


def _of_task(task: str | None) -> Callable[[Call], bool]:
    return lambda call: call.task == task


def _of_agent(agent: str) -> Callable[[Call], bool]:
    return lambda call: call.agent == agent


def _kickoff_seconds(kickoff: Kickoff) -> float:
    if kickoff.seconds is not None:
        return kickoff.seconds
    ends = [call.ended for call in kickoff.calls]
    return max(ends) - min(call.started for call in kickoff.calls) if ends else 0.0


def _task_seconds(task: str) -> Callable[[Kickoff], float]:
    def seconds(kickoff: Kickoff) -> float:
        spans = [span.seconds for span in kickoff.spans if span.task == task]
        return sum(spans) if spans else sum(call.seconds for call in kickoff.calls if call.task == task)

    return seconds


def _agent_seconds(agent: str) -> Callable[[Kickoff], float]:
    return lambda kickoff: sum(call.seconds for call in kickoff.calls if call.agent == agent)


def _no_seconds(kickoff: Kickoff) -> float:
    return sum(call.seconds for call in kickoff.calls if call.task is None)


def _measured(
    name: str,
    kickoffs: Sequence[Kickoff],
    catalogue: Catalogue,
    belongs: Callable[[Call], bool],
    seconds: Callable[[Kickoff], float],
) -> Measured:
    own = [[call for call in kickoff.calls if belongs(call)] for kickoff in kickoffs]
    sums = [sums_of(calls) for calls in own]
    costs = [[cost_of_call(call, catalogue) for call in calls if not call.failed] for calls in own]
    every = [call for calls in own for call in calls]
    return Measured(
        name=name,
        kickoffs=len(kickoffs),
        calls=spread_of([float(one.calls) for one in sums]),
        input_tokens=_spread([float(one.prompt) for one in sums], any(one.unknown for one in sums)),
        cached_input_tokens=spread_of([float(one.cached) for one in sums]),
        output_tokens=_spread([float(one.completion) for one in sums], any(one.unknown for one in sums)),
        cost_usd=_cost_spread(costs),
        seconds=spread_of([seconds(kickoff) for kickoff in kickoffs]),
        tool_uses=spread_of(
            [float(_uses(kickoff, calls)) for kickoff, calls in zip(kickoffs, own, strict=True)]
        ),
        failed_calls=sum(one.failed for one in sums),
        unpriced=sum(cost is None for one in costs for cost in one),
        models=tuple(dict.fromkeys(call.model for call in every if call.model is not None)),
        agents=tuple(dict.fromkeys(call.agent for call in every if call.agent is not None)),
    )


def _uses(kickoff: Kickoff, calls: Iterable[Call]) -> int:
    """Uses of tools by the tasks and agents of ``calls``."""
    pairs = {(call.task, call.agent) for call in calls}
    return sum((use.task, use.agent) in pairs for use in kickoff.tools)


def _spread(values: Sequence[float], is_open: bool) -> Range[float]:  # noqa: FBT001 - a property of the values
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
