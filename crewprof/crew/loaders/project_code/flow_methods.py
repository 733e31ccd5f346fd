"""Following the methods of a flow: one after the other, and in any order from where it is not known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.crew.flow_order import surely_before
from crewprof.crew.flow_steps import All, waited_for
from crewprof.python.leaving import TooLong
from crewprof.python.machine import ASKED_LIMIT
from crewprof.python.values import Argument
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.crew.flow_steps import Step
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.paths import Changes
    from crewprof.python.values import FunctionValue, Instance, MethodCall, Value
    from crewprof.source.place import Place

_MOST_TOGETHER: Final = 6
"""Methods that may run at the same time of which each is followed after each choice of the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """What following a method made and called."""

    made: tuple[Instance, ...]
    method_calls: tuple[MethodCall, ...]


@dataclass
class MethodsFollowed:
    """The methods of the flow ``receiver``, followed as CrewAI runs them; ``events`` of each in that order.

    A method that surely runs once, and surely before or after each of the others, finds what those before it
    left. Of methods that may run at the same time, several times or not at all each finds what holds however
    often, and in whichever order, the others ran.
    """

    interpreter: Interpreter
    receiver: Instance
    methods: Mapping[str, FunctionValue]
    steps: Mapping[str, Step]
    times: Mapping[str, Range[int]]
    place: Place
    events: dict[str, Events] = field(default_factory=dict)
    _results: dict[str, Value] = field(default_factory=dict)
    """What methods gave that ran before those that wait for them alone."""
    _earlier: list[Instance] = field(default_factory=list)
    """What methods made that were followed only to see what they change."""

    def __post_init__(self) -> None:
        self.earlier = surely_before(list(self.steps.values()))
        place = self.place
        self.why = Unknown("which methods of the flow have run is only known when it runs", place)

    def follow(self, order: Sequence[str]) -> None:
        """Follow the methods in ``order``."""
        once = Range.exactly(1)
        loose = [name for name in order if self.times[name] != once]
        surely = [name for name in order if all(name in self.earlier[one] for one in loose)]
        surely = [name for name in surely if self.times[name] == once]
        for group in self._groups(surely):
            if len(group) == 1:
                self._results[group[0]] = self._recorded(group[0], partial(self._call, group[0]))
            else:
                together = self._together if len(group) <= _MOST_TOGETHER else self._in_any_order
                with self.interpreter.afresh():
                    together(group)
        rest = [name for name in order if name not in surely]
        if rest:
            with self.interpreter.afresh():
                self._in_any_order(rest)
        self._take_for_earlier()

    def _groups(self, names: Sequence[str]) -> list[list[str]]:
        """The methods in order; those that no order is sure of, and what runs between them, are one group."""
        groups: list[list[str]] = []
        for name in names:
            group = [name]
            while groups and any(one not in self.earlier[name] for one in groups[-1]):
                group = [*groups.pop(), *group]
            groups.append(group)
        return groups

    def _together(self, group: Sequence[str]) -> None:
        """Follow methods of which some run at the same time."""
        found = self.interpreter.alternatives
        for name in group:
            before = [one for one in group if one in self.earlier[name]]
            beside = [
                one for one in group if one != name and one not in before and name not in self.earlier[one]
            ]
            start = partial(self._after, before, beside)
            _, changes = found.aside([], start, self.why)
            self._results[name], _ = self._aside(name, [changes])
        orders = [partial(self._after, names, ()) for names in (group, self._reversed(group))]
        self.interpreter.either(orders, self.why)

    def _reversed(self, group: Sequence[str]) -> list[str]:
        """The same methods in the order furthest from theirs that is possible."""
        made: list[str] = []
        waiting = list(reversed(group))
        while waiting:
            ready = next(
                one for one in waiting if all(other in made for other in self.earlier[one] if other in group)
            )
            waiting.remove(ready)
            made.append(ready)
        return made

    def _after(self, before: Sequence[str], beside: Sequence[str]) -> None:
        """Run the methods ``before``, then some of those ``beside``; what they start is not of interest."""
        start = len(self.interpreter.made), len(self.interpreter.method_calls)
        for name in before:
            self._call(name)
        for name in beside:
            self.interpreter.either([_nothing, partial(self._call, name)], self.why)
        self._forget_events(*start)

    def _forget_events(self, made: int, calls: int) -> None:
        self._earlier += self.interpreter.made[made:]
        del self.interpreter.made[made:], self.interpreter.method_calls[calls:]

    def _call(self, name: str) -> Value:
        with self.interpreter.afresh(ASKED_LIMIT):
            return self._called(name)

    def _called(self, name: str) -> Value:
        """Run a method; one that waits for a single method gets what that gave, if it takes anything."""
        method = self.methods[name]
        waited = list(waited_for(self.steps[name]))
        source = waited[0] if len(waited) == 1 else ""
        is_given = source in self._results and len(method.node.args.args) > 1
        given = [self._results[source]] if is_given else []
        return self.interpreter.call_on(method, self.receiver, *given)

    def _recorded(self, name: str, run: Callable[[], Value]) -> Value:
        made, calls = self.interpreter.made, self.interpreter.method_calls
        start = len(made), len(calls)
        value = run()
        self.events[name] = Events(tuple(made[start[0] :]), tuple(calls[start[1] :]))
        return value

    def _in_any_order(self, rest: Sequence[str]) -> None:
        start = len(self.interpreter.made), len(self.interpreter.method_calls)
        self._join_what_they_change(rest)
        self._forget_events(*start)
        left: dict[str, Changes] = {}
        is_parallel = self._is_parallel(rest)
        for name in rest:
            before = [] if is_parallel else self._before(name, left)
            self._results[name], left[name] = self._aside(name, before)

    def _join_what_they_change(self, names: Sequence[str]) -> None:
        """Let the flow hold what it can hold after any number of runs of some methods.

        Where that is too long to follow, nothing is known of its state.
        """
        machine = self.interpreter
        runs = [partial(self._called, name) for name in names]

        def join() -> None:
            machine.repeat(partial(machine.either, runs, self.why), self.why)
            if machine.is_spent:
                raise TooLong

        with machine.afresh():
            try:
                machine.alternatives.whole(join, self.why)
            except TooLong:
                self.receiver.attributes["state"] = Argument(self.why, self.place, self.place)

    def _before(self, name: str, left: Mapping[str, Changes]) -> list[Changes]:
        """What the methods that start ``name`` left, where any one of them does."""
        step = self.steps[name]
        if isinstance(step.listens, All):
            return []
        starting = {
            other.name
            for event in waited_for(step)
            for other in self.steps.values()
            if other.name == event or event in other.emits
        }
        return [left[one] for one in starting] if starting and starting <= left.keys() else []

    def _is_parallel(self, rest: Sequence[str]) -> bool:
        """Whether CrewAI may run two of the methods at the same time: an event, or the start, starts both."""
        starts = ["" for name in rest if self.steps[name].starts]
        waited = [event for name in rest for event in set(waited_for(self.steps[name]))]
        return len(starts) > 1 or len(waited) != len(set(waited))

    def _aside(self, name: str, before: list[Changes]) -> tuple[Value, Changes]:
        left: list[Changes] = []

        def run() -> Value:
            value, changes = self.interpreter.alternatives.aside(before, partial(self._call, name), self.why)
            left.append(changes)
            return value

        return self._recorded(name, run), left[0]

    def _take_for_earlier(self) -> None:
        """An object that a method may find from a run before is the one its own place makes."""
        made = {one.place: one for events in self.events.values() for one in events.made}
        same = {id(one): made[one.place] for one in self._earlier if one.place in made}
        for name, events in self.events.items():
            calls = tuple(
                replace(one, receiver=same.get(id(one.receiver), one.receiver)) for one in events.method_calls
            )
            self.events[name] = Events(events.made, calls)


def _nothing() -> Value:
    return None
