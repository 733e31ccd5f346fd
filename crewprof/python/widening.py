"""Giving up what a loop of unknown length keeps changing, so that following it comes to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.equivalence import same
from crewprof.python.states import LazyState, MappingState, State
from crewprof.python.uncertain import Perhaps, UnknownItems
from crewprof.python.values import Argument, Value
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from typing import Any


def widened(before: State, after: State, why: Unknown) -> State:
    """What a container holds that a round changed: what is not the same as ``before`` is unknown."""
    if isinstance(before, MappingState) and isinstance(after, MappingState):
        rest = after.rest
        if before.entries.keys() != after.entries.keys():
            rest = rest or Unknown(f"its entries depend on {why.reason}", why.place)
        return MappingState(_widened_names(before.entries, after.entries, why), after.written, rest)
    if isinstance(after, LazyState):
        return after
    if isinstance(before, dict) and isinstance(after, dict):
        return _widened_names(before, after, why)
    rest_of = UnknownItems(f"what it holds depends on {why.reason}", why.place)
    return [rest_of] if isinstance(after, list) else {rest_of}


def _widened_names(before: dict[Any, Value], after: dict[Any, Value], why: Unknown) -> dict[Any, Value]:
    plain = Unknown(why.reason, why.place)
    made: dict[Any, Value] = {}
    for key, value in after.items():
        if key in before and same(before[key], value):
            made[key] = value
            continue
        held = value.value if isinstance(value, Argument) else value
        is_perhaps = key not in before or isinstance(held, Perhaps)
        unknown = Perhaps(why.reason, why.place, (plain,)) if is_perhaps else plain
        made[key] = replace(value, value=unknown) if isinstance(value, Argument) else unknown
    return made
