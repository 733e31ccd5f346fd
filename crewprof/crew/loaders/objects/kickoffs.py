"""What a project's own code gives a crew when it starts it, and how often it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Kickoff
from crewprof.crew.loaders.objects.branches import Branches, is_in_loop
from crewprof.crew.loaders.objects.kickoff_callbacks import prepared_inputs
from crewprof.crew.loaders.objects.plain_fields import plain_value
from crewprof.python import operators
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.quantity import Range, total
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.values import MethodCall, Value
    from crewprof.source.field import PlainValue
    from crewprof.source.place import Place

ONCE: Final = frozenset({"kickoff", "kickoff_async", "akickoff"})
"""Methods that start a crew, or an agent, once."""
FOR_EACH: Final = frozenset({"kickoff_for_each", "kickoff_for_each_async", "akickoff_for_each"})
"""Methods that start a crew once for each of the inputs they are given (crewai/crew.py)."""
KICKOFFS: Final = ONCE | FOR_EACH


@dataclass(frozen=True, slots=True)
class _Given:
    """What one call gives: the inputs of each start, and how often it starts the crew."""

    starts: tuple[tuple[Mapping[str, PlainValue], bool], ...]
    times: Range[int]


def kickoff_sites(
    interpreter: Interpreter, calls: Sequence[MethodCall], often: Mapping[MethodCall, Range[int]]
) -> tuple[Kickoff, ...]:
    """The places of ``calls`` (of methods in ``KICKOFFS``, in one run), each once, in order.

    ``often``: how often what makes a call is run, where that is not once.
    """
    by_place: dict[Place, list[MethodCall]] = {}
    for call in calls:
        by_place.setdefault(call.place, []).append(call)
    is_started = any(call.is_certain for call in calls)
    branches = Branches(interpreter)
    sites: list[Kickoff] = []
    for place, same in by_place.items():
        runs = often.get(same[0])
        # A crew is profiled as one that is started, a flow as it may go: there a branch may start it or not.
        usual = (0, 1) if runs is not None else (0, 0) if is_started else (1, 1)
        site = _site(interpreter, place, same, usual)
        if not any(call.is_certain or call.is_repeated for call in same):
            site = replace(site, times=branches.beside_others(place, site.times))
            is_started = True
        sites.append(site if runs is None else replace(site, times=site.times.times(runs)))
    return tuple(sites)


def _site(interpreter: Interpreter, place: Place, calls: list[MethodCall], usual: tuple[int, int]) -> Kickoff:
    """Calls at one place. Where it is not known which are made, as many as ``usual``: at least, expected."""
    given = [_given(interpreter, call) for call in calls]
    starts = [start for one in given for start in one.starts]
    inputs, inputs_known = together([one for one, _ in starts], place), all(known for _, known in starts)
    paired = list(zip(calls, (one.times for one in given), strict=True))
    times = total((often for call, often in paired if call.is_certain), 0)
    others = [often for call, often in paired if not call.is_certain]
    if others:
        low, expected = (0, 0) if times.high else (usual[0] * others[0].low, usual[1] * others[0].expected)
        if any(call.is_repeated for call in calls):
            # A loop of unknown length may run any number of times, not once included.
            times = (times + replace(others[0], low=0, expected=expected)).opened()
        else:
            # In a loop each may be passed over; elsewhere they are most likely one call, on several paths.
            every = replace(total(others, 0), low=0)
            is_one = not is_in_loop(interpreter, place)
            times += replace(every, low=low, expected=expected) if is_one else every
    return Kickoff(place, inputs, inputs_known, times)


def _given(interpreter: Interpreter, call: MethodCall) -> _Given:
    found = call.keywords.get("inputs") or (call.arguments[0] if call.arguments else None)
    value = None if found is None else operators.plain(found.value)
    if call.name in ONCE:
        return _Given((_start(interpreter, call, value),), Range.exactly(1))
    items = operators.items_of(value)
    known = [one for one in items or [] if not isinstance(one, Unknown)]
    starts = tuple(_start(interpreter, call, operators.plain(one)) for one in known)
    if items is None or len(known) < len(items):
        expected = max(len(known), 1)
        return _Given(starts or (({}, False),), Range(len(known), expected, expected).opened())
    return _Given(starts, Range.exactly(len(starts)))


def _start(interpreter: Interpreter, call: MethodCall, given: Value) -> tuple[Mapping[str, PlainValue], bool]:
    """The inputs a crew starts with when ``call`` gives it ``given``, and whether they are all."""
    return _inputs(prepared_inputs(interpreter, call, given), call.place)


def _inputs(value: Value, place: Place) -> tuple[Mapping[str, PlainValue], bool]:
    if value is None:
        return {}, True
    if not isinstance(value, dict):
        return {}, False
    plain = {
        str(key): plain_value(_known(item), place)
        for key, item in value.items()
        if not isinstance(key, Unknown)
    }
    return plain, len(plain) == len(value) and getattr(value, "rest", None) is None


def _known(value: Value) -> Value:
    """``value``, unless a part of it is not known: then that."""
    if isinstance(value, FromEnvironment) and value.is_needed:
        return value.unknown
    value = operators.plain(value)
    if isinstance(value, dict | list | tuple):
        items = value.values() if isinstance(value, dict) else value
        return next((one for one in map(_known, items) if isinstance(one, Unknown)), value)
    return value.unknown if isinstance(value, PartialText) else value


def together(given: Sequence[Mapping[str, PlainValue]], place: Place) -> dict[str, PlainValue]:
    """All inputs of several starts; what differs between them is Unknown."""
    found: dict[str, PlainValue] = {}
    for inputs in given:
        for name, value in inputs.items():
            if name in found and found[name] != value and not isinstance(found[name], Unknown):
                found[name] = Unknown(f"the input {name} differs from kickoff to kickoff", place)
            found.setdefault(name, value)
    return found


def with_kickoffs(crew: Crew, runs: Sequence[Sequence[Kickoff]]) -> Crew:
    """``crew`` as the project's code starts it, which it does in several ways: ``runs``.

    The first way is the expected one. Without any, nothing is known of the inputs.
    """
    started = [one for one in runs if one]
    if not started:
        return replace(crew, inputs_known=False)
    sites = {site.place: site for sites in started for site in sites}
    times = [total((site.times for site in one), 0) for one in started]
    return replace(
        crew,
        inputs=together([site.inputs for site in sites.values()], crew.place),
        inputs_known=all(site.inputs_known for site in sites.values()),
        kickoffs=Range(
            min(one.low for one in times),
            times[0].expected,
            max(one.high for one in times),
            any(one.is_open for one in times),
        ),
        kickoff_sites=tuple(sites.values()),
    )
