"""A document made from data alone, for what would be read if a file said it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.source.document import DataDocument
from crewprof.source.node import Entry, MappingNode, ScalarNode, SequenceNode, route_part

if TYPE_CHECKING:
    from crewprof.source.node import Node
    from crewprof.source.place import Route
    from crewprof.source.text import SourceText


def document_of(text: SourceText, data: object) -> DataDocument:
    """A document that holds ``data``; everything in it stands at the start of ``text``."""
    return DataDocument(text, data, _node(text, data, ()), (), ())


def _node(source: SourceText, value: object, route: Route) -> Node:
    if isinstance(value, dict):
        entries = tuple(
            Entry(ScalarNode(**_base(source, key, route)), _node(source, item, (*route, route_part(key))))
            for key, item in value.items()
        )
        return MappingNode(**_base(source, value, route), entries=entries, effective=entries)
    if isinstance(value, list):
        items = tuple(_node(source, item, (*route, index)) for index, item in enumerate(value))
        return SequenceNode(**_base(source, value, route), items=items)
    return ScalarNode(**_base(source, value, route))


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
