"""Lists, tuples, sets and mappings that are written out."""

from __future__ import annotations

import ast
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.exceptions import raised
from crewprof.python.mappings import PlacedDict
from crewprof.python.operations.hashing import is_key, set_of
from crewprof.python.site import Site
from crewprof.python.uncertain import PartialText
from crewprof.python.values import Frame, Value, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine

_STACK: Final = 30
"""Values on the stack of Python before it makes a container of them (STACK_USE_GUIDELINE in compile.c)."""


class Displays:
    """Makes containers for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration) -> None:
        self.machine = machine
        self.iteration = iteration

    def read_list(self, node: ast.List, frame: Frame) -> Value:
        """``[…]``."""
        made = self._items(node.elts, frame)
        self.machine.journal.bear(made)
        return made

    def read_tuple(self, node: ast.Tuple, frame: Frame) -> Value:
        """``(…, …)``."""
        return tuple(self._items(node.elts, frame))

    def read_set(self, node: ast.Set, frame: Frame) -> Value:
        """``{…}``."""
        # What comes before the first splat is evaluated before any of it is hashed.
        first = next((at for at, one in enumerate(node.elts) if isinstance(one, ast.Starred)), len(node.elts))
        batch = first if first <= _STACK else 0
        items = chain(self._items(node.elts[:batch], frame), self._given(node.elts[batch:], frame))
        return set_of(self.machine, items, Site(node, frame))

    def _items(self, nodes: Sequence[ast.expr], frame: Frame) -> list[Value]:
        items = list(self._given(nodes, frame))
        self.machine.allocate(len(items))
        return items

    def _given(self, nodes: Sequence[ast.expr], frame: Frame) -> Iterator[Value]:
        for one in nodes:
            if isinstance(one, ast.Starred):
                value = self.iteration.private(partial(self.machine.evaluate, one.value, frame))
                yield from self.iteration.items(value, Site(one, frame))
            else:
                yield self.machine.evaluate(one, frame)

    def read_dict(self, node: ast.Dict, frame: Frame) -> Value:
        """``{…: …}``."""
        made = PlacedDict()
        self.machine.journal.bear(made)
        # Several entries are evaluated before the first of them is hashed.
        batch: list[tuple[ast.expr, Value, ast.expr, Value]] = []
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            if key_node is not None:
                key = self.machine.evaluate(key_node, frame)
                batch.append((key_node, key, value_node, self.machine.evaluate(value_node, frame)))
            if key_node is None or len(batch) * 2 > _STACK:
                self._put_all(made, batch, frame)
                batch = []
            if key_node is None:
                self._splat(made, value_node, frame)
        self._put_all(made, batch, frame)
        self.machine.allocate(len(made))
        return made

    def _put_all(
        self, made: PlacedDict, entries: Iterable[tuple[ast.expr, Value, ast.expr, Value]], frame: Frame
    ) -> None:
        place = frame.module.document.place_of
        for key_node, key, value_node, value in entries:
            written = Written(place(value_node), place(key_node), "python")
            self.put(made, key, value, Site(key_node, frame), written)

    def _splat(self, made: PlacedDict, node: ast.expr, frame: Frame) -> None:
        value = self.machine.evaluate(node, frame)
        if isinstance(value, dict):
            made.add_all(value)
            made.rest = made.rest or getattr(value, "rest", None)
        elif isinstance(value, operators.DATA) and not isinstance(value, PartialText):
            raise raised(Site(node, frame), TypeError(f"'{type(value).__name__}' object is not a mapping"))
        else:
            self.machine.lose(made, self.machine.unsure(Site(node, frame)))

    def put(
        self, mapping: dict[object, object], key: Value, value: Value, site: Site, written: Written | None
    ) -> None:
        """``mapping[key] = value``."""
        if is_key(self.machine, key, site):
            self.machine.grow(len(mapping))
            if isinstance(mapping, PlacedDict):
                mapping.put(key, value, written)
            else:
                mapping[key] = value
        elif isinstance(mapping, PlacedDict):
            self.machine.lose(mapping, self.machine.unsure(site))
