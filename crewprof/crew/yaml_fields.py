"""The keys of a YAML mapping as :class:`Field` values, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import DuplicateKey
from crewprof.quick_dataclasses import replace
from crewprof.source.field import Field
from crewprof.source.node import MappingNode, child

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.document import DataDocument
    from crewprof.source.place import Place, Route


def fields_at(document: DataDocument, route: Route) -> dict[str, Field]:
    """The entries of the mapping at ``route``, in order; none if there is no mapping."""
    node = document.node_at(route)
    if node is None or not isinstance(node.value, dict):
        return {}
    found = node.fields if isinstance(node, MappingNode) else {}
    if not found:
        for key, value in node.value.items():
            part = route_part(key)
            place = (child(node, part) or node).place
            found[str(key)] = Field(value, place, document.key_place_in(node, part))
    return dict(found)


def with_config(document: DataDocument, fields: Mapping[str, Field], route: Route) -> dict[str, Field]:
    """``fields`` with what the mapping under ``config`` adds: it never beats a key that has a value.

    (crewai/utilities/config.py, ``process_config``)
    """
    filled = dict(fields)
    for key, value in fields_at(document, (*route, "config")).items():
        if key not in filled or filled[key].value is None:
            filled[key] = value
    return filled


def whole_place(document: DataDocument, route: Route) -> Place:
    """From the key of the entry at ``route`` to the end of its value; of a list item, the item."""
    key = document.key_place(route)
    value = document.place_of(route)
    return replace(value, line=key.line, column=key.column)


def value_at(document: DataDocument, route: Route) -> object:
    """The data at ``route``; ``None`` if it leads nowhere."""
    node = document.node_at(route)
    return None if node is None else node.value


def route_part(key: object) -> str | int:
    """What a route says for a mapping key."""
    return key if isinstance(key, str | int) else str(key)


def duplicate_keys(document: DataDocument) -> tuple[DuplicateKey, ...]:
    """The keys written twice in one mapping of the document."""
    return tuple(DuplicateKey(str(one.key), one.first, one.second) for one in document.duplicates)
