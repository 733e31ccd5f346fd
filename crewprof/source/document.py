"""A parsed YAML or JSON document: its data, its tree, its comments, and how to find one in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.source.node import MappingNode, child

if TYPE_CHECKING:
    from crewprof.source.node import Node
    from crewprof.source.place import Place, Route
    from crewprof.source.text import SourceText


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, its mark (``#``, ``//``) included, without the line break."""

    text: str
    start: int
    end: int
    place: Place
    own_line: bool
    """Whether nothing but white space stands before it on its line."""


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A key written twice in one mapping; loaders silently take the second."""

    key: object
    first: Place
    second: Place


@dataclass(frozen=True, slots=True)
class DataDocument:
    """A document with plain data and a tree of nodes over its text."""

    text: SourceText
    data: object
    """What the loader gives. Not to be changed."""
    root: Node
    comments: tuple[Comment, ...]
    """In order of the text."""
    duplicates: tuple[DuplicateKey, ...]
    """Keys written twice, in order of the text."""

    @property
    def path(self) -> str:
        """Name of the file."""
        return self.text.path

    def node_at(self, route: Route) -> Node | None:
        """The node a route leads to, or ``None``. Its ``route`` is the one asked for."""
        node: Node | None = self.root
        for part in route:
            if node is None:
                return None
            node = child(node, part)
        return node

    def place_of(self, route: Route) -> Place:
        """Where the value at ``route`` stands; of a route that leads nowhere, the last node it passes."""
        for length in range(len(route), 0, -1):
            node = self.node_at(route[:length])
            if node is not None:
                return node.place
        return self.root.place

    def key_place(self, route: Route) -> Place:
        """Where the key of the entry at ``route`` stands; of a sequence item, the item."""
        parent = self.node_at(route[:-1]) if route else None
        return self.place_of(route) if parent is None else self.key_place_in(parent, route[-1])

    def key_place_in(self, node: Node, part: str | int) -> Place:
        """Where the key of the entry ``part`` of ``node`` stands; of a sequence item, the item."""
        entry = node.entry(part) if isinstance(node, MappingNode) else None
        if entry is not None:
            return self.text.place(entry.key.start, entry.key.end, (*node.route, part))
        return (child(node, part) or node).place
