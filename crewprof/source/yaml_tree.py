"""From composed YAML to values and the tree of nodes; values are built as ``yaml.safe_load`` does."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.constructor import SafeConstructor

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass
from crewprof.source.document import DuplicateKey
from crewprof.source.node import MERGE_TAG, Entry, MappingNode, Node, ScalarNode, SequenceNode, route_part
from crewprof.source.yaml_errors import input_error, value_error

if TYPE_CHECKING:
    from crewprof.source.place import Route
    from crewprof.source.text import SourceText
    from crewprof.source.yaml_events import Draft

MERGE_LIMIT: Final = 100_000
"""Entries that merge keys may bring into one document."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Data, nodes, and keys written twice."""

    data: object
    root: Node
    duplicates: tuple[DuplicateKey, ...]


def build_tree(text: SourceText, draft: Draft | None) -> Tree:
    """Values and nodes of a composed document; ``None`` is the empty document."""
    if draft is None:
        root: Node = ScalarNode(
            text, 0, 0, 0, 0, (), None, "plain", None, None, is_alias=False, from_merge=False
        )
        return Tree(None, root, ())
    constructor = _Constructor(text)
    try:
        data = constructor.construct_document(draft.node)
    except yaml.YAMLError as error:
        raise input_error(text, error) from error
    except RecursionError as error:
        raise InputError("the document is nested too deeply", path=text.path, line=1, column=1) from error
    builder = _Builder(text, constructor)
    root = builder.node(draft, ())
    return Tree(data, root, tuple(sorted(builder.duplicates, key=lambda each: each.second)))


class _Constructor(SafeConstructor):
    """PyYAML's safe constructor, which keeps the value of each node and stops at merge bombs."""

    def __init__(self, text: SourceText) -> None:
        super().__init__()
        self._text = text
        self._merged = 0
        self._values: dict[yaml.Node, Any] = {}

    def construct_document(self, node: yaml.Node) -> Any:
        data = self.construct_object(node)
        # As ``construct_document`` of PyYAML, which empties the values it has built at the end: they are
        # needed here for the nodes.
        while self.state_generators:
            generators, self.state_generators = self.state_generators, []
            for generator in generators:
                deque(generator, maxlen=0)
        self._values = self.constructed_objects
        return data

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyYAML's
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
            # safe_load lets these through bare, without a place: "2024-13-45" is a ValueError.
            written = str(node.value) if isinstance(node, yaml.ScalarNode) else node.tag
            raise value_error(self._text, node.start_mark.index, written, error) from error

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        before = len(node.value)
        super().flatten_mapping(node)
        self._merged += max(len(node.value) - before, 0)
        if self._merged > MERGE_LIMIT:
            line, column = self._text.position(node.start_mark.index)
            raise InputError(
                f"merge keys bring in over {MERGE_LIMIT:,} entries",
                path=self._text.path,
                line=line,
                column=column,
                hint="write the entries out",
            )

    def value_of(self, node: yaml.Node) -> Any:
        """The value of a node; merged mappings, of which the loader builds only the entries, too."""
        if node not in self._values:
            self._values[node] = self.construct_object(node, deep=True)
        return self._values[node]


class _Builder:
    def __init__(self, text: SourceText, constructor: _Constructor) -> None:
        self._text = text
        self._constructor = constructor
        self._anchored: dict[int, Node] = {}
        self.duplicates: list[DuplicateKey] = []

    def node(self, draft: Draft, route: Route) -> Node:
        if draft.is_alias:
            return self._alias(draft, route)
        value = None if draft.tag == MERGE_TAG else self._constructor.value_of(draft.node)
        node: Node
        if isinstance(draft.node, yaml.MappingNode):
            node = self._mapping(draft, route, value)
        elif isinstance(draft.node, yaml.SequenceNode):
            items = tuple(self.node(child, (*route, index)) for index, child in enumerate(draft.children))
            node = SequenceNode(**self._common(draft, route, value), items=items)
        else:
            node = ScalarNode(**self._common(draft, route, value))
        if draft.anchor is not None:
            self._anchored[id(draft.node)] = node
        return node

    def _alias(self, draft: Draft, route: Route) -> Node:
        target = self._anchored[id(draft.node)]
        common = self._common(draft, route, target.value)
        if isinstance(target, MappingNode):
            return MappingNode(**common, entries=target.entries, effective=target.effective)
        if isinstance(target, SequenceNode):
            return SequenceNode(**common, items=target.items)
        return ScalarNode(**common)

    def _common(self, draft: Draft, route: Route, value: object) -> dict[str, Any]:
        return {
            "source": self._text,
            "start": draft.start,
            "content_start": draft.content_start,
            "end": draft.end,
            "raw_end": draft.raw_end,
            "route": route,
            "value": value,
            "style": draft.style,
            "anchor": draft.anchor,
            "tag": draft.tag,
            "is_alias": draft.is_alias,
            "from_merge": False,
        }

    def _mapping(self, draft: Draft, route: Route, value: object) -> MappingNode:
        entries: list[Entry] = []
        for key_draft, value_draft in zip(draft.children[::2], draft.children[1::2], strict=True):
            key_value = "<<" if key_draft.tag == MERGE_TAG else self._constructor.value_of(key_draft.node)
            inner = (*route, route_part(key_value))
            entries.append(Entry(self.node(key_draft, inner), self.node(value_draft, inner)))
        self._note_duplicates(entries)
        return MappingNode(
            **self._common(draft, route, value), entries=tuple(entries), effective=_effective(entries, value)
        )

    def _note_duplicates(self, entries: list[Entry]) -> None:
        seen: dict[Hashable, Node] = {}
        for entry in entries:
            key = entry.key.value
            if entry.is_merge_key or not isinstance(key, Hashable):
                continue
            if key in seen:
                self.duplicates.append(DuplicateKey(key, seen[key].place, entry.key.place))
            else:
                seen[key] = entry.key


def _effective(entries: list[Entry], value: object) -> tuple[Entry, ...]:
    """The entries that count, in the order the loaded mapping has."""
    winners: dict[Any, Entry] = {}
    for entry in entries:
        if entry.is_merge_key:
            for merged in _merged(entry.value):
                winners[merged.key.value] = merged
    for entry in entries:
        if not entry.is_merge_key:
            winners[entry.key.value] = entry
    if not isinstance(value, dict):
        return tuple(winners.values())
    return tuple(winners[key] for key in value if key in winners)


def _merged(source: Node) -> list[Entry]:
    """What a merge brings in; of several mappings in a list, the first that has a key wins."""
    mappings = source.items if isinstance(source, SequenceNode) else (source,)
    found: dict[Any, Entry] = {}
    for mapping in mappings:
        if isinstance(mapping, MappingNode):
            for entry in mapping.effective:
                found.setdefault(entry.key.value, Entry(entry.key, entry.value, from_merge=True))
    return list(found.values())
