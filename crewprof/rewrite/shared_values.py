"""Refuses changes to values that stand in several places at once: aliases, merges, anchors in use."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crewprof.errors import EditRefused
from crewprof.findings import MoveEntry, RemoveEntry, RenameKey, SetValue
from crewprof.rewrite.intent import describe
from crewprof.source.node import MappingNode, walk

if TYPE_CHECKING:
    from crewprof.findings import Change
    from crewprof.source.document import DataDocument
    from crewprof.source.node import Node
    from crewprof.source.place import Route


def refuse_shared(document: DataDocument, change: Change) -> None:
    """Raise :class:`EditRefused` when ``change`` would reach beyond its own place."""
    about_entry = isinstance(change, RemoveEntry | RenameKey | MoveEntry)
    # An anchor that nobody refers to is like none.
    aliases = Counter(node.anchor for node in walk(document.root) if node.is_alias)
    for length in range(len(change.route) + 1):
        route = change.route[:length]
        node = document.node_at(route)
        if node is None:
            break
        is_target = length == len(change.route)
        if node.from_merge:
            raise _refusal(document, route, "comes from a merge key ('<<')")
        if node.is_alias and not (is_target and about_entry):
            raise _refusal(document, route, f"comes from the alias *{node.anchor}")
        if aliases[node.anchor] and not node.is_alias and not (is_target and about_entry):
            raise _refusal(document, route, f"is the anchor &{node.anchor}, to which other values refer")
        # What goes takes its anchors along, and an alias must come after its anchor.
        if is_target and isinstance(change, RemoveEntry | MoveEntry | SetValue):
            _refuse_used_anchors(document, node, aliases)
    _refuse_merged_order(document, change)


def _refuse_used_anchors(document: DataDocument, node: Node, aliases: Counter[str | None]) -> None:
    """An anchor inside the node may not go or move while an alias outside refers to it."""
    inside = Counter(each.anchor for each in walk(node) if each.is_alias)
    for each in walk(node):
        if each.anchor and not each.is_alias and aliases[each.anchor] > inside[each.anchor]:
            raise _refusal(document, each.route, f"is the anchor &{each.anchor}, to which other values refer")


def _refuse_merged_order(document: DataDocument, change: Change) -> None:
    if not isinstance(change, MoveEntry):
        return
    parent = document.node_at(change.route[:-1])
    if isinstance(parent, MappingNode) and len(parent.entries) != len(parent.effective):
        raise _refusal(
            document, parent.route, "has merge keys or keys written twice, so it has no plain order"
        )


def _refusal(document: DataDocument, route: Route, reason: str) -> EditRefused:
    place = document.place_of(route)
    return EditRefused(
        f"the value at {describe(route)} {reason}",
        path=document.path,
        line=place.line,
        column=place.column,
        hint="change it by hand, where it is meant to change",
    )
