"""One way through a flow, as CrewAI's engine goes it (crewai/flow/runtime, ``_execute_listeners``).

Methods that CrewAI starts at the same time are followed one after the other, which starts the same methods.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from crewprof.crew.flow_steps import All, Any, events_of, first_steps
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crewprof.crew.flow_steps import Condition, Step


@dataclass(frozen=True, slots=True)
class Net:
    """Who waits for an event, in order, and the events that race: each alone feeds the same one method."""

    waiting: Mapping[str, tuple[Step, ...]]
    races: tuple[frozenset[str], ...]


def net_of(steps: Sequence[Step]) -> Net:
    """Who waits for what in a flow of ``steps``."""
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
    return Net(
        {event: tuple(every) for event, every in waiting.items()}, tuple(one for one in races if len(one) > 1)
    )


class _Stopped(Exception):
    """A way needs an answer that is not chosen yet, or goes round too often."""


@dataclass
class Run:
    """One way through the flow, as CrewAI's engine goes it."""

    steps: Sequence[Step]
    net: Net
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
        """Go the way to its end, to the first fork where none is chosen, or until it goes round too often."""
        with suppress(_Stopped):
            self._all_of([partial(self._start, step) for step in first_steps(self.steps)])

    def _all_of(self, runs: Sequence[Callable[[], object]]) -> None:
        """Run what begins at the same time: what goes round for ever does not keep the others from it."""
        stopped: _Stopped | None = None
        for run in runs:
            try:
                run()
            except _Stopped as one:
                if self.open_choice is not None:
                    raise
                stopped = one
        if stopped is not None:
            raise stopped

    def _start(self, step: Step) -> None:
        answer = self._execute(step)
        self._tell(step.name)
        if step.is_router and answer is not None:
            self._tell(answer)

    def _execute(self, step: Step) -> str | None:
        if self.times[step.name] >= self.rounds:
            self.is_cut = True
            raise _Stopped
        # A method that runs again begins a new round: what fires once a round may fire once more.
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
        # Only what had fired before these listeners may fire again: else two events of one router would start
        # one method twice.
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
        wins; the others have begun, but nothing follows them (``_execute_racing_listeners``).

        What follows the winner may be stopped, too: CrewAI waits for the first of them that has ended with
        all that follows it, and another one ends as soon as it finds that the ``or`` has been told already.
        """
        racing = self._racing(listeners)
        winner = racing[self._choice(len(racing))] if racing else None
        going = [step for step in listeners if step not in racing or step is winner]
        for step in listeners:
            if step not in going:
                self.times[step.name] += 1
                self.lost[step.name] += 1
        self._all_of([partial(self._winner if step is winner else self._listener, step) for step in going])

    def _winner(self, step: Step) -> None:
        before = self.times.copy()
        try:
            self._listener(step)
        finally:
            followed = self.times - before
            followed[step.name] -= 1
            self.lost.update(followed)

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
