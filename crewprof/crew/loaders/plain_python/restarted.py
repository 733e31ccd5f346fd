"""Crews that code changes between two starts: each start runs the crew as it is then.

``crew.tasks = [first]``, ``crew.kickoff()``, ``crew.tasks = [second]``, ``crew.kickoff()`` are two crews of
one task each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crewprof.crew.loaders.objects.kickoffs import KICKOFFS
from crewprof.python.values import ANY_ATTRIBUTE, Instance
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.loaders.project_code.processes import Run
    from crewprof.python.values import Argument, MethodCall

_State: TypeAlias = "tuple[tuple[str, int | tuple[int, ...]], ...]"


def as_started(runs: Sequence[Run]) -> list[Run]:
    """``runs`` with a separate object for each state in which a crew is started."""
    calls: dict[int, list[MethodCall]] = {}
    for call in (one for run in runs for one in run.method_calls if one.name in KICKOFFS):
        calls.setdefault(id(call.receiver), []).append(call)
    views = {key: found for key, own in calls.items() if (found := _views(own))}
    return [_with_views(run, views) for run in runs] if views else [*runs]


def _with_views(run: Run, views: Mapping[int, Mapping[MethodCall, Instance]]) -> Run:
    def changed(call: MethodCall) -> MethodCall:
        one = views.get(id(call.receiver), {}).get(call)
        return call if one is None else known.setdefault(call, replace(call, receiver=one))

    known: dict[MethodCall, MethodCall] = {}
    made: list[Instance] = []
    for one in run.made:
        made.extend(dict.fromkeys(views[id(one)].values()) if id(one) in views else [one])
    return replace(
        run,
        made=tuple(made),
        method_calls=tuple(map(changed, run.method_calls)),
        often={changed(call): times for call, times in run.often.items()},
    )


def _views(calls: Sequence[MethodCall]) -> dict[MethodCall, Instance]:
    """What each of ``calls`` of one object is made on; nothing where that is what the object is at last."""
    receiver = calls[0].receiver
    at_last = _state(receiver.held())
    if all(_state(call.held) == at_last for call in calls):
        return {}
    known: dict[_State, Instance] = {}
    return {call: known.setdefault(_state(call.held), _view(receiver, call.held)) for call in calls}


def _view(one: Instance, held: Mapping[str, Argument]) -> Instance:
    rest = {name: given for name, given in one.attributes.items() if name == ANY_ATTRIBUTE}
    made = Instance(one.callee, one.place, one.arguments, dict(held), rest)
    made.method, made.label = one.method, one.label
    made.function, made.is_certain = one.function, one.is_certain
    return made


def _state(held: Mapping[str, Argument]) -> _State:
    """What tells one state of an object from another: which values it holds, and which its lists hold."""
    return tuple(
        (name, tuple(map(id, given.value)) if isinstance(given.value, list) else id(given.value))
        for name, given in sorted(held.items())
    )
