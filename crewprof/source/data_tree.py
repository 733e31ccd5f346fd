"""A document made from data alone, for what would be read if a file said it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from crewprof.source.document import DataDocument
from crewprof.source.node import Entry, MappingNode, ScalarNode, SequenceNode, route_part

if TYPE_CHECKING:
    from crewprof.source.node import Node
    from crewprof.source.place import Route
    from crewprof.source.text import SourceText


def document_of(text: SourceText, data: object) -> DataDocument:
    """A document that holds ``data``; everything in it stands at the start of ``text``."""
    return DataDocument(text, data, _node(text, data, (), None), (), ())


def document_with(document: DataDocument, data: object) -> DataDocument:
    """``document``, which has no aliases, with other ``data``; what is the same stands where it stood."""
    root = _node(document.text, data, (), document.root)
    return DataDocument(document.text, data, root, (), ())


def _node(source: SourceText, value: object, route: Route, before: Node | None) -> Node:
    """``before``: the node that was in this place."""
    if before is not None and before.value is value:
        return before
    if isinstance(value, dict):
        known = before if isinstance(before, MappingNode) else None
        entries = tuple(_entry(source, key, item, route, known) for key, item in value.items())
        return MappingNode(**_base(source, value, route), entries=entries, effective=entries)
    if isinstance(value, list):
        old = before.items if isinstance(before, SequenceNode) else ()
        items = tuple(
            _node(source, item, (*route, index), one)
            for index, (item, one) in enumerate(zip_longest(value, old[: len(value)]))
        )
        return SequenceNode(**_base(source, value, route), items=items)
    return ScalarNode(**_base(source, value, route))


def _entry(source: SourceText, key: object, value: object, route: Route, before: MappingNode | None) -> Entry:
    part = route_part(key)
    inner = (*route, part)
    known = None if before is None else before.entry(part)
    if known is None:
        return Entry(ScalarNode(**_base(source, key, inner)), _node(source, value, inner, None))
    made = _node(source, value, inner, known.value)
    return known if made is known.value else Entry(known.key, made)


def _base(source: SourceText, value: object, route: Route) -> dict[str, Any]:
    return {
        "source": source,
        "start": 0,
        "content_start": 0,
        "end": 0,
        "raw_end": 0,
        "route": route,
        "value": value,
        "style": "plain",
        "anchor": None,
        "tag": None,
        "is_alias": False,
        "from_merge": False,
    }
