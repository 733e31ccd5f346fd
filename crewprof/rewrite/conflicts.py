"""When two fixes, each computed for the document as it was, cannot both be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import EditRefused
from crewprof.findings import InsertItem, MoveEntry, RemoveEntry, RenameKey, SetValue
from crewprof.rewrite.intent import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Change, Fix
    from crewprof.source.place import Route


def in_conflict(later: Change, earlier: Change) -> bool:
    """Whether the two, with routes into the same document, contradict each other."""
    if later.path != earlier.path or later == earlier:
        return False
    # Of two names for one key only one can be given; names of different keys do not meet.
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


def sieved(fixes: Sequence[Fix]) -> tuple[list[Fix], list[tuple[Fix, str]]]:
    """``fixes`` without those that contradict one before them about the same place, and these."""
    kept: list[Fix] = []
    contradicting: list[tuple[Fix, str]] = []
    made: dict[tuple[str, Route], list[Change]] = {}
    for fix in fixes:
        meeting = ((one, made.get((one.path, one.route), ())) for one in fix.changes)
        refused = next((one for one, others in meeting if any(in_conflict(one, it) for it in others)), None)
        if refused is not None:
            contradicting.append((fix, conflict(refused).message))
            continue
        kept.append(fix)
        for one in fix.changes:
            made.setdefault((one.path, one.route), []).append(one)
    return kept, contradicting


def conflict(change: Change) -> EditRefused:
    """The refusal of a change that contradicts one before it."""
    return EditRefused(f"another fix already changes {describe(change.route)}", path=change.path)
