"""Where a value is found after a change has been made."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crewprof.findings import (
    DeleteText,
    InsertItem,
    MoveEntry,
    RemoveEntry,
    RenameKey,
    SetValue,
)

if TYPE_CHECKING:
    from crewprof.findings import Change
    from crewprof.source.place import Route


def follow(route: Route, change: Change, *, in_sequence: bool) -> Route | None:
    """The route that leads, after ``change``, to what ``route`` led to before; ``None`` when it is gone.

    ``in_sequence`` says whether the parent of the change's target is a sequence: only there positions
    are part of routes.
    """
    match change:
        case SetValue() | DeleteText():
            return route
        case RemoveEntry():
            return _after_removal(route, change.route, in_sequence=in_sequence)
        case RenameKey():
            if route[: len(change.route)] != change.route:
                return route
            return (*change.route[:-1], change.key, *route[len(change.route) :])
        case InsertItem():
            depth = len(change.route)
            if len(route) <= depth or route[:depth] != change.route:
                return route
            position = route[depth]
            if isinstance(position, int) and position >= change.index:
                return _with(route, depth, position + 1)
            return route
        case MoveEntry():
            return _after_move(route, change) if in_sequence else route
        case _:
            assert_never(change)


def _after_removal(route: Route, removed: Route, *, in_sequence: bool) -> Route | None:
    depth = len(removed) - 1
    if route[: depth + 1] == removed:
        return None
    if not in_sequence or len(route) <= depth or route[:depth] != removed[:depth]:
        return route
    position, gone = route[depth], removed[depth]
    if isinstance(position, int) and isinstance(gone, int) and position > gone:
        return _with(route, depth, position - 1)
    return route


def _after_move(route: Route, change: MoveEntry) -> Route:
    depth = len(change.route) - 1
    if len(route) <= depth or route[:depth] != change.route[:depth]:
        return route
    position, origin = route[depth], change.route[depth]
    if not isinstance(position, int) or not isinstance(origin, int):
        return route
    if position == origin:
        return _with(route, depth, change.index)
    # Those between the old and the new place move up by one, or down.
    if origin < position <= change.index:
        return _with(route, depth, position - 1)
    if change.index <= position < origin:
        return _with(route, depth, position + 1)
    return route


def _with(route: Route, depth: int, part: int) -> Route:
    return (*route[:depth], part, *route[depth + 1 :])
