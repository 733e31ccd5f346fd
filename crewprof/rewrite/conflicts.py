"""When two fixes, each computed for the document as it was, cannot both be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import InsertItem, MoveEntry, RemoveEntry, RenameKey, SetValue

if TYPE_CHECKING:
    from crewprof.findings import Change
    from crewprof.source.place import Route


def in_conflict(later: Change, earlier: Change) -> bool:
    """Whether the two, with routes into the same document, contradict each other."""
    if later.path != earlier.path or later == earlier:
        return False
    if isinstance(later, RenameKey) and isinstance(earlier, RenameKey):
        return later.route == earlier.route
    return _overrides(later, earlier) or _overrides(earlier, later) or _reorders_both(later, earlier)


def _overrides(change: Change, other: Change) -> bool:
    """Whether ``change`` replaces or removes what ``other`` works on."""
    if not isinstance(change, SetValue | RemoveEntry):
        return False
    depth = len(change.route)
    if other.route[:depth] != change.route:
        return False
    # The entry itself may be renamed or moved as well.
    return len(other.route) > depth or not isinstance(other, RenameKey | MoveEntry)


def _reorders_both(later: Change, earlier: Change) -> bool:
    """Positions to move to mean nothing once another fix has changed the same collection."""
    if not isinstance(later, MoveEntry) and not isinstance(earlier, MoveEntry):
        return False
    places = membership(later), membership(earlier)
    return None not in places and places[0] == places[1]


def membership(change: Change) -> Route | None:
    """The collection whose entries or order the change alters; ``None`` when it alters none."""
    if isinstance(change, InsertItem):
        return change.route
    if isinstance(change, RemoveEntry | MoveEntry):
        return change.route[:-1]
    return None
