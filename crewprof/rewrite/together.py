"""Many changes of one document in one go: checked by parsing it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crewprof.errors import EditRefused
from crewprof.findings import SetValue
from crewprof.rewrite.apart import are_apart, can_be_together
from crewprof.rewrite.changes import candidates, checked
from crewprof.rewrite.intent import changed_data, same_data
from crewprof.rewrite.python_edits import meant, wanted_data
from crewprof.source.node import SequenceNode
from crewprof.source.python_data import PythonData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Change
    from crewprof.source.document import DataDocument
    from crewprof.source.edit import Edit


class Together(NamedTuple):
    """A document with changes made in one go, and the edits of each of them."""

    document: DataDocument
    edits: Sequence[Sequence[Edit]]


def apply_together(document: DataDocument, changes: Sequence[Change]) -> Together | None:
    """The document with all changes made in one go, and checked once.

    ``None`` where they have to be made one after the other: keys of mappings are set or renamed, entries
    removed and texts cut, each in a place of its own, none of them behind an alias.
    """
    is_python = isinstance(document, PythonData)
    if not (are_apart(changes) if is_python else can_be_together(document, changes)):
        return None
    wanted: object = document.data
    edits: list[Sequence[Edit]] = []
    try:
        for change in changes:
            edits.append(())
            node = document.node_at(change.route)
            if isinstance(change, SetValue):
                # A list is changed item by item, so that the comments of those that stay are kept: see
                # ``apply_change``.
                if isinstance(node, SequenceNode):
                    return None
                value = meant(change.value) if is_python else change.value
                if node is not None and same_data(node.value, value):
                    continue
            if isinstance(document, PythonData):
                wanted = wanted_data(document, wanted, change)
            else:
                wanted = changed_data(wanted, change)
            edits[-1] = next(iter(candidates(document, change)), ())
        # Parsing takes most of the time of a change: once for all of them, instead of once for each.
        result = checked(document, [one for each in edits for one in each], wanted)
    except EditRefused:
        return None
    return None if result is None else Together(result, edits)
