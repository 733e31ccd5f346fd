"""What containers that code can change hold at one moment: to take back, and to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from crewprof.python.lazy_items import LazyItems
from crewprof.python.mappings import PlacedDict
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.values import Value, Written
    from crewprof.source.unknown import Unknown


@dataclass(frozen=True, slots=True)
class MappingState:
    """What a mapping held."""

    entries: dict[object, Value]
    written: dict[object, Written]
    rest: Unknown | None


@dataclass(frozen=True, slots=True)
class LazyState:
    """Whether an iterator was lost."""

    lost: Unknown | None


State: TypeAlias = "list[Value] | dict[Any, Value] | set[Value] | MappingState | LazyState"
"""What a list, mapping, set, body of names or iterator held at one moment."""


def state_of(container: object) -> State:
    """A copy of what a container holds."""
    match container:
        case PlacedDict():
            return MappingState(dict(container), dict(container.written), container.rest)
        case dict():
            return dict(container)
        case list():
            return list(container)
        case set():
            return set(container)
        case LazyItems():
            return LazyState(container.lost)
        case _:
            raise TypeError(type(container))


def restore(container: Any, state: State) -> None:
    """Make a container hold what it held."""
    match state:
        case MappingState(entries, written, rest):
            container.clear()
            container.update(entries)
            container.written = dict(written)
            container.rest = rest
        case LazyState(lost):
            # An iterator that was lost in one alternative is lost in all.
            container.lost = container.lost or lost
        case dict() | set():
            container.clear()
            container.update(state)
        case list():
            container[:] = state


def items_of(state: State) -> list[Value]:
    """What a container held."""
    match state:
        case MappingState(entries):
            return list(entries.values())
        case LazyState():
            return []
        case dict():
            return list(state.values())
        case _:
            return list(state)


def apart(states: Sequence[State]) -> list[Value]:
    """What a container held in some states: under a key only what is not the same object in all of them."""
    plain = [one.entries if isinstance(one, MappingState) else one for one in states]
    entries = [one for one in plain if isinstance(one, dict)]
    if len(entries) < len(states):
        return [item for one in states for item in items_of(one)]
    found: list[Value] = []
    for key in dict.fromkeys(key for one in entries for key in one):
        values = [one[key] for one in entries if key in one]
        if len(values) < len(entries) or any(one is not values[0] for one in values):
            found.extend(values)
    return found
