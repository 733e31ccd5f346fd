"""How often each method of a flow runs in one kickoff of it.

CrewAI's engine (crewai/flow/runtime, ``_execute_listeners``) is followed step by step over every way the
flow can take: a router whose answer is not known may give any of the events somebody waits for, or another.
Methods that CrewAI starts at the same time are followed one after the other, which starts the same methods.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Condition: TypeAlias = "str | All | Any"
"""When a method runs: the name of a method or event, or a combination."""

MAX_METHOD_CALLS: Final = 100
"""Times CrewAI runs a method before it takes the flow for endless (``FlowConfigDefinition``)."""

_ROUNDS: Final = 3
"""Times one method is followed in one way; what then still grows is taken for a loop."""
_STEP_LIMIT: Final = 6_000
"""Methods run over all ways that are followed; a flow with a few routers needs some dozens."""


@dataclass(frozen=True, slots=True)
class All:
    """Holds when all branches do."""

    branches: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when one branch does."""

    branches: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A method as the engine sees it.

    ``starts``: runs at kickoff; a condition starts it again when an event of a router satisfies it.
    ``emits``: what a router can give; ``None`` is something nobody waits for.
    """

    name: str
    starts: bool | Condition = False
    listens: Condition | None = None
    is_router: bool = False
    emits: tuple[str | None, ...] = ()


def events_of(condition: Condition | None) -> Iterator[str]:
    """The names in a condition, in order."""
    if isinstance(condition, str):
        yield condition
    elif condition is not None:
        for branch in condition.branches:
            yield from events_of(branch)


def waited_for(step: Step) -> Iterator[str]:
    """The events that start a step, or start it again."""
    yield from events_of(step.listens)
    if not isinstance(step.starts, bool):
        yield from events_of(step.starts)


def in_order(steps: list[Step]) -> list[str]:
    """The methods as they can run: starts first, each after one that starts it; last what nothing starts."""
    levels = {step.name: 0 for step in steps if step.starts}
    for _ in steps:
        events = dict(levels)
        for step in steps:
            for event in step.emits:
                if event is not None and step.name in levels:
                    events[event] = min(levels[step.name], events.get(event, levels[step.name]))
        for step in steps:
            reached = [events[event] + 1 for event in waited_for(step) if event in events]
            if reached and step.name not in levels:
                levels[step.name] = max(reached) if isinstance(step.listens, All) else min(reached)
    return sorted((step.name for step in steps), key=lambda name: levels.get(name, len(steps)))


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
    always = step in _first_steps(steps)
    return Range(int(always), 1, limit).opened()


def _first_steps(steps: Sequence[Step]) -> list[Step]:
    """What runs at kickoff: conditional starts only where there are no others."""
    surely = [step for step in steps if step.starts is True]
    return surely or [step for step in steps if step.starts]


@dataclass
class _Counts:
    """Runs of each step over the ways followed: the least, the most, and the mean."""

    least: dict[str, int]
    most: dict[str, int]
    mean: dict[str, float]


def _range(name: str, shorter: _Counts, longer: _Counts, limit: int) -> Range[int]:
    low, high = longer.least[name], longer.most[name]
    expected = max(round(longer.mean[name]), int(high > 0), low)
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
        self.net = _net(steps)

    def explored(self) -> _Counts:
        names = [step.name for step in self.steps]
        counts = _Counts(dict.fromkeys(names, 1 << 30), dict.fromkeys(names, 0), dict.fromkeys(names, 0.0))
        cut: list[tuple[_Run, float]] = []
        whole = False
        for run, weight in self._runs(()):
            if run.is_cut:
                cut.append((run, weight))
            else:
                whole = True
                self._count(counts, run, weight, ends=True)
        for run, weight in cut:
            self._count(counts, run, weight, ends=not whole)
        return counts

    @staticmethod
    def _count(counts: _Counts, run: _Run, weight: float, *, ends: bool) -> None:
        for name in counts.most:
            times = run.times[name]
            counts.most[name] = max(counts.most[name], times)
            counts.mean[name] += weight * times
            if ends:
                counts.least[name] = min(counts.least[name], times - run.lost[name])

    def _runs(self, chosen: tuple[int, ...], weight: float = 1.0) -> Iterator[tuple[_Run, float]]:
        run = _Run(self.steps, self.net, chosen, self.rounds)
        run.go()
        self.run_in_all += sum(run.times.values())
        if self.run_in_all > _STEP_LIMIT:
            raise _TooManyWays
        if run.open_choice is None:
            yield run, weight
            return
        for index in range(run.open_choice):
            yield from self._runs((*chosen, index), weight / run.open_choice)


@dataclass(frozen=True, slots=True)
class _Net:
    """Who waits for an event, in order, and the events that race: each alone feeds the same one method."""

    waiting: Mapping[str, tuple[Step, ...]]
    races: tuple[frozenset[str], ...]


def _net(steps: Sequence[Step]) -> _Net:
    waiting: dict[str, list[Step]] = {}
    for step in steps:
        for event in dict.fromkeys(events_of(step.listens)):
            waiting.setdefault(event, []).append(step)
    plain = {event: [one for one in every if not one.is_router] for event, every in waiting.items()}
    races = (
        frozenset(one for one in _alternatives(step.listens) if plain[one] == [step])
        for step in steps
        if isinstance(step.listens, Any) and not step.is_router
    )
    return _Net(
        {event: tuple(every) for event, every in waiting.items()}, tuple(one for one in races if len(one) > 1)
    )


class _Stopped(Exception):
    """A way needs an answer that is not chosen yet, or goes round too often."""


@dataclass
class _Run:
    """One way through the flow, as CrewAI's engine goes it."""

    steps: Sequence[Step]
    net: _Net
    chosen: tuple[int, ...]
    rounds: int
    times: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    """Runs among ``times`` that another method was faster than: they may have been stopped at their start."""
    open_choice: int | None = None
    """How many ways there are at the first fork where none is chosen yet."""
    is_cut: bool = False
    _answers: int = 0
    _pending: dict[str, set[str]] = field(default_factory=dict)
    _fired: set[str] = field(default_factory=set)
    _completed: set[str] = field(default_factory=set)

    def go(self) -> None:
        try:
            for step in _first_steps(self.steps):
                self._start(step)
        except _Stopped:
            return

    def _start(self, step: Step) -> None:
        answer = self._execute(step)
        self._tell(step.name)
        if step.is_router and answer is not None:
            self._tell(answer)

    def _execute(self, step: Step) -> str | None:
        if self.times[step.name] >= self.rounds:
            self.is_cut = True
            raise _Stopped
        if step.name in self._completed:
            self._fired.clear()
        answer = self._answer(step) if step.is_router else None
        self.times[step.name] += 1
        self._completed.add(step.name)
        return answer

    def _answer(self, step: Step) -> str | None:
        emits = step.emits or (None,)
        return emits[self._choice(len(emits))]

    def _choice(self, count: int) -> int:
        """Which way is gone of ``count``."""
        if count == 1:
            return 0
        if self._answers == len(self.chosen):
            self.open_choice = count
            raise _Stopped
        self._answers += 1
        return self.chosen[self._answers - 1]

    def _listener(self, step: Step) -> str | None:
        """Run a step that was triggered, and what it triggers."""
        answer = self._execute(step)
        self._tell(step.name)
        return answer

    def _tell(self, event: str) -> None:
        """Everything that follows an event: routers first, then listeners, then conditional starts."""
        events = [event]
        ran: dict[str, set[str]] = {}
        trigger: str | None = event
        while trigger is not None:
            routers = self._triggered(trigger, routers=True)
            if not routers:
                break
            ran.setdefault(trigger, set()).update(step.name for step in routers)
            for router in routers:
                trigger = self._listener(router)
                if trigger is not None:
                    events.append(trigger)
        rearmable = set(self._fired)
        for index, one in enumerate(events):
            if index:
                self._rearm(one, rearmable)
            listeners = self._triggered(one, routers=False)
            ran.setdefault(one, set()).update(step.name for step in listeners)
            self._run_together(listeners)
            if index:
                self._restart(one, ran)

    def _run_together(self, listeners: list[Step]) -> None:
        """Run what one event started. Of methods that feed one ``or`` and nothing else the first to finish
        wins; the others have begun, but nothing follows them (``_execute_racing_listeners``)."""
        racing = self._racing(listeners)
        winner = racing[self._choice(len(racing))] if racing else None
        for step in listeners:
            if step in racing and step is not winner:
                self.times[step.name] += 1
                self.lost[step.name] += 1
            else:
                self._listener(step)

    def _racing(self, listeners: list[Step]) -> list[Step]:
        for alternatives in self.net.races if len(listeners) > 1 else ():
            racing = [one for one in listeners if one.name in alternatives]
            if len(racing) > 1:
                return racing
        return []

    def _rearm(self, event: str, rearmable: set[str]) -> None:
        for step in self.steps:
            if step.name in self._fired & rearmable and event in events_of(step.listens):
                self._fired.discard(step.name)
                rearmable.discard(step.name)

    def _restart(self, event: str, ran: Mapping[str, set[str]]) -> None:
        for step in self.steps:
            condition = None if isinstance(step.starts, bool) else step.starts
            if condition is None or not self._is_met(condition, event, f"start:{step.name}"):
                continue
            if step.name not in ran.get(event, ()):
                self._start(step)

    def _triggered(self, event: str, *, routers: bool) -> list[Step]:
        found: list[Step] = []
        for step in self.net.waiting.get(event, ()):
            if step.listens is None or step.is_router is not routers:
                continue
            fires_once = isinstance(step.listens, Any) and len(step.listens.branches) > 1 and not routers
            if fires_once and step.name in self._fired:
                continue
            if self._is_met(step.listens, event, step.name):
                found.append(step)
                if fires_once:
                    self._fired.add(step.name)
        return found

    def _is_met(self, condition: Condition, event: str, key: str) -> bool:
        seen = self._pending.setdefault(key, set())
        seen.add(event)
        if not _holds(condition, seen):
            return False
        del self._pending[key]
        return True


def _alternatives(condition: Condition | None) -> Iterator[str]:
    """The events of which each alone is enough; none under an ``and``."""
    if isinstance(condition, str):
        yield condition
    elif isinstance(condition, Any):
        for branch in condition.branches:
            yield from _alternatives(branch)


def _holds(condition: Condition, seen: set[str]) -> bool:
    match condition:
        case str():
            return condition in seen
        case All():
            return all(_holds(branch, seen) for branch in condition.branches)
        case Any():
            return any(_holds(branch, seen) for branch in condition.branches)
