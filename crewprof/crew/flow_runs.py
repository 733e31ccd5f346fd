"""How often each method of a flow runs in one kickoff of it.

CrewAI's engine is followed step by step (``flow_engine``) over every way the flow can take: a router whose
answer is not known may give any of the events somebody waits for, or another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.flow_engine import Run, net_of
from crewprof.crew.flow_steps import first_steps
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.crew.flow_steps import Step

MAX_METHOD_CALLS: Final = 100
"""Times CrewAI runs a method before it takes the flow for endless (``FlowConfigDefinition``)."""

_ROUNDS: Final = 3
"""Times one method is followed in one way; what then still grows is taken for a loop."""
_STEP_LIMIT: Final = 6_000
"""Methods run over all ways that are followed; a flow with a few routers needs some dozens."""


def runs_of(steps: Sequence[Step], limit: int = MAX_METHOD_CALLS) -> Mapping[str, Range[int]]:
    """How often each step runs; open at the top where nothing stops a loop before ``limit`` does.

    Expected is the mean over the ways the flow can take, each answer of a router as likely as the others,
    but at least once if it may run: what may be paid for is not expected to be free.
    """
    try:
        shorter, longer = (_Ways(steps, rounds).explored() for rounds in (_ROUNDS - 1, _ROUNDS))
    except (_TooManyWays, RecursionError):
        return {step.name: _unfollowed(step, steps, limit) for step in steps}
    return {step.name: _range(step.name, shorter, longer, limit) for step in steps}


def _unfollowed(step: Step, steps: Sequence[Step], limit: int) -> Range[int]:
    always = step in first_steps(steps)
    return Range(int(always), 1, limit).opened()


@dataclass
class _Counts:
    """Runs of each step over the ways followed: the least, the most, and the mean."""

    least: dict[str, int]
    most: dict[str, int]
    mean: dict[str, float]


def _range(name: str, shorter: _Counts, longer: _Counts, limit: int) -> Range[int]:
    low, high = longer.least[name], longer.most[name]
    expected = max(round(longer.mean[name]), int(high > 0), low)
    # One more round runs it once more: a loop, which nothing stops before the engine's limit.
    if high > shorter.most[name]:
        return Range(low, min(expected, limit), max(limit, low)).opened()
    return Range(low, min(expected, high), high)


class _TooManyWays(Exception):
    """There are more ways than can be followed."""


class _Ways:
    """Follows every way, each from the start: the answers of routers so far decide which one it is."""

    def __init__(self, steps: Sequence[Step], rounds: int) -> None:
        self.steps = steps
        self.rounds = rounds
        self.run_in_all = 0
        self.net = net_of(steps)

    def explored(self) -> _Counts:
        names = [step.name for step in self.steps]
        counts = _Counts(dict.fromkeys(names, 1 << 30), dict.fromkeys(names, 0), dict.fromkeys(names, 0.0))
        cut: list[tuple[Run, float]] = []
        whole = False
        for run, weight in self._runs(()):
            if run.is_cut:
                cut.append((run, weight))
            else:
                whole = True
                self._count(counts, run, weight, ends=True)
        # Ways that go round were cut off: they tell of the least only where no way ends.
        for run, weight in cut:
            self._count(counts, run, weight, ends=not whole)
        return counts

    @staticmethod
    def _count(counts: _Counts, run: Run, weight: float, *, ends: bool) -> None:
        for name in counts.most:
            times = run.times[name]
            counts.most[name] = max(counts.most[name], times)
            counts.mean[name] += weight * times
            if ends:
                counts.least[name] = min(counts.least[name], times - run.lost[name])

    def _runs(self, chosen: tuple[int, ...], weight: float = 1.0) -> Iterator[tuple[Run, float]]:
        run = Run(self.steps, self.net, chosen, self.rounds)
        run.go()
        self.run_in_all += sum(run.times.values())
        if self.run_in_all > _STEP_LIMIT:
            raise _TooManyWays
        if run.open_choice is None:
            yield run, weight
            return
        for index in range(run.open_choice):
            yield from self._runs((*chosen, index), weight / run.open_choice)
