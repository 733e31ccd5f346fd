"""The tree of a YAML or JSON document: nodes that know where they stand and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crewprof.quick_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.source.field import Field
    from crewprof.source.place import Place, Route
    from crewprof.source.text import SourceText


@dataclass(frozen=True, slots=True)
class BaseNode:
    """What every node has. Offsets count characters of ``source.text``."""

    source: SourceText = field(repr=False, compare=False)
    start: int
    """Where it begins, an anchor or tag before it included."""
    content_start: int
    """Where its own text begins, after an anchor or tag."""
    end: int
    """Where it ends; line breaks after block scalars and block collections do not belong to it."""
    raw_end: int
    """Where the parser says it ends: for block scalars and block collections that is the next token."""
    route: Route
    value: object
    """What the loader makes of it. Shared with the document's data: not to be changed."""
    style: str
    """``plain``, ``single``, ``double``, ``literal``, ``folded`` (scalars); ``block``, ``flow``."""
    anchor: str | None
    """Name of the anchor written before it, or that an alias names."""
    tag: str | None
    """Tag written before it, as resolved (``tag:yaml.org,2002:str``)."""
    is_alias: bool
    """Whether the text here is, or lies behind, an alias: an edit would change another value too."""
    from_merge: bool
    """Whether it came in by a merge key (``<<``)."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.source.place(self.start, self.end, self.route)

    @property
    def text(self) -> str:
        """Its text, exactly as written."""
        return self.source.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class ScalarNode(BaseNode):
    """One value: text, number, truth value, null, date."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value."""

    key: Node
    value: Node
    from_merge: bool = False

    @property
    def is_merge_key(self) -> bool:
        """Whether this is the entry ``<<: …`` itself."""
        return self.key.tag == MERGE_TAG


@dataclass(frozen=True, slots=True)
class MappingNode(BaseNode):
    """Keys and values."""

    entries: tuple[Entry, ...]
    """As written, in order, with ``<<`` and duplicate keys."""
    effective: tuple[Entry, ...]
    """As loaded: merges resolved, of duplicate keys the one that counts, in the order of ``value``."""
    _found: dict[object, Entry] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The effective entries by part of a route, once one was asked for."""
    fields: dict[str, Field] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Its keys as values of what is defined by it, for whoever reads that: filled by who asks first."""

    def get(self, key: object) -> Node | None:
        """The value under ``key``, or ``None``."""
        entry = self.entry(key)
        return None if entry is None else entry.value

    def entry(self, key: object) -> Entry | None:
        """The effective entry under ``key`` (a key or a part of a route), or ``None``."""
        if not self._found:
            for entry in self.effective:
                self._found.setdefault(route_part(entry.key.value), entry)
        return self._found.get(key)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.effective)


@dataclass(frozen=True, slots=True)
class SequenceNode(BaseNode):
    """Values in order."""

    items: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


Node: TypeAlias = ScalarNode | MappingNode | SequenceNode

MERGE_TAG = "tag:yaml.org,2002:merge"
_ROUTE_PARTS = (str, int)


def route_part(key: object) -> str | int:
    """What a route says for a mapping key: the key itself, or its text when it is neither str nor int."""
    return key if isinstance(key, _ROUTE_PARTS) else str(key)


def child(node: Node, part: str | int) -> Node | None:
    """The child of ``node`` one step down a route, or ``None``; what lies behind an alias says so."""
    found: Node | None = None
    merged = node.from_merge
    if isinstance(node, MappingNode):
        entry = node.entry(part)
        if entry is not None:
            found, merged = entry.value, merged or entry.from_merge
    elif isinstance(node, SequenceNode) and isinstance(part, int) and 0 <= part < len(node.items):
        found = node.items[part]
    if found is None:
        return None
    route, is_alias = (*node.route, part), found.is_alias or node.is_alias
    if found.route == route and found.is_alias == is_alias and found.from_merge == merged:
        return found
    return replace(found, route=route, is_alias=is_alias, from_merge=merged)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, keys included, as written: aliases are not entered."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if one.is_alias:
            continue
        if isinstance(one, MappingNode):
            for entry in reversed(one.entries):
                waiting += (entry.value, entry.key)
        elif isinstance(one, SequenceNode):
            waiting.extend(reversed(one.items))
