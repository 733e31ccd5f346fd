"""Which changes of one document can be made together: each in a place of its own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crewprof.findings import DeleteText, Expression, RemoveEntry, RenameKey, SetValue
from crewprof.source.node import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Change, PlainData
    from crewprof.source.document import DataDocument
    from crewprof.source.place import Route


def can_be_together(document: DataDocument, changes: Sequence[Change]) -> bool:
    """Whether ``changes`` of a document that is no Python can be made together, as far as its data says."""
    written = (change.value for change in changes if isinstance(change, SetValue))
    return not any(map(holds_expression, written)) and are_apart(changes) and not _has_anchors(document)


def are_apart(changes: Sequence[Change]) -> bool:
    """Whether no change moves, holds or meets what another one changes; several may cut one text.

    Of a mapping or list one entry at most is removed; nothing else happens to that list.
    """
    if not all(_may_be_apart(change) for change in changes):
        return False
    cut = {change.route for change in changes if isinstance(change, DeleteText)}
    taken = Counter(_changed(change) for change in changes if not isinstance(change, DeleteText))
    thinned = Counter(change.route[:-1] for change in changes if isinstance(change, RemoveEntry))
    routes = cut | taken.keys()
    return (
        not cut & taken.keys()
        and all(times == 1 for times in (*taken.values(), *thinned.values()))
        # No change inside what another one changes: which of them comes first would decide.
        and not any(route[:length] in routes for route in routes for length in range(len(route)))
    )


def _changed(change: Change) -> Route:
    """What ``change`` changes: of a list of which an item is removed, all of it."""
    is_item = isinstance(change, RemoveEntry) and isinstance(change.route[-1], int)
    return change.route[:-1] if is_item else change.route


def _may_be_apart(change: Change) -> bool:
    if isinstance(change, RemoveEntry):
        return len(change.route) > 1
    stays = isinstance(change, SetValue | RenameKey | DeleteText)
    return stays and bool(change.route) and isinstance(change.route[-1], str)


def _has_anchors(document: DataDocument) -> bool:
    return any(node.anchor or node.is_alias or node.from_merge for node in walk(document.root))


def holds_expression(value: PlainData) -> bool:
    """Whether Python is to be written somewhere in ``value``."""
    if isinstance(value, list | dict):
        return any(map(holds_expression, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Expression)
