"""Many changes of one document in one go: checked by parsing it once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from crewprof.errors import EditRefused
from crewprof.findings import DeleteText, RemoveEntry, RenameKey, SetValue
from crewprof.rewrite.changes import candidates, checked, holds_expression
from crewprof.rewrite.intent import changed_data, same_data
from crewprof.rewrite.yaml_values import walk
from crewprof.source.node import SequenceNode
from crewprof.source.python_data import PythonData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Change
    from crewprof.source.document import DataDocument
    from crewprof.source.edit import Edit
    from crewprof.source.place import Route


class Together(NamedTuple):
    """A document with changes made in one go, and the edits of each of them."""

    document: DataDocument
    edits: Sequence[Sequence[Edit]]


def apply_together(document: DataDocument, changes: Sequence[Change]) -> Together | None:
    """The document with all changes made in one go, and checked once.

    ``None`` where they have to be made one after the other: keys of mappings are set or renamed, entries
    removed and texts cut, each in a place of its own, none of them behind an alias.
    """
    if not can_be_together(document, changes):
        return None
    wanted: object = document.data
    edits: list[Sequence[Edit]] = []
    try:
        for change in changes:
            edits.append(())
            node = document.node_at(change.route)
            if isinstance(change, SetValue):
                if isinstance(node, SequenceNode):
                    return None
                if node is not None and same_data(node.value, change.value):
                    continue
            wanted = changed_data(wanted, change)
            edits[-1] = next(iter(candidates(document, change)), ())
        result = checked(document, [one for each in edits for one in each], wanted)
    except EditRefused:
        return None
    return None if result is None else Together(result, edits)


def can_be_together(document: DataDocument, changes: Sequence[Change]) -> bool:
    """Whether ``changes`` can be made in one go as far as the data says: each in a place of its own."""
    return not isinstance(document, PythonData) and _are_apart(changes) and not _has_anchors(document)


def _are_apart(changes: Sequence[Change]) -> bool:
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
        and not any(route[:length] in routes for route in routes for length in range(len(route)))
    )


def _changed(change: Change) -> Route:
    """What ``change`` changes: of a list of which an item is removed, all of it."""
    is_item = isinstance(change, RemoveEntry) and isinstance(change.route[-1], int)
    return change.route[:-1] if is_item else change.route


def _may_be_apart(change: Change) -> bool:
    if isinstance(change, RemoveEntry):
        return len(change.route) > 1
    if isinstance(change, SetValue) and holds_expression(change.value):
        return False
    stays = isinstance(change, SetValue | RenameKey | DeleteText)
    return stays and bool(change.route) and isinstance(change.route[-1], str)


def _has_anchors(document: DataDocument) -> bool:
    return any(node.anchor or node.is_alias or node.from_merge for node in walk(document.root))
