"""Lists, tuples, sets and mappings that are written out."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.exceptions import raised
from crewprof.python.site import Site
from crewprof.python.values import (
    Frame,
    PartialText,
    PlacedDict,
    UnknownItems,
    Value,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine


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
        return self.as_set(self._items(node.elts, frame), Site(node, frame))

    def as_set(self, items: Sequence[Value], site: Site) -> Value:
        """A set of ``items``."""
        made: set[Value] = set()
        for one in items:
            if isinstance(one, UnknownItems) or operators.as_key(one):
                made.add(one)
            elif operators.is_known(one):
                raise raised(site, TypeError(f"unhashable type: '{type(one).__name__}'"))
            else:
                unknown = site.unknown()
                made.add(UnknownItems(unknown.reason, unknown.place))
        self.machine.journal.bear(made)
        return made

    def _items(self, nodes: list[ast.expr], frame: Frame) -> list[Value]:
        items: list[Value] = []
        for one in nodes:
            if isinstance(one, ast.Starred):
                value = self.iteration.private(partial(self.machine.evaluate, one.value, frame))
                items.extend(self.iteration.listed(value, Site(one, frame)))
            else:
                items.append(self.machine.evaluate(one, frame))
        self.machine.allocate(len(items))
        return items

    def read_dict(self, node: ast.Dict, frame: Frame) -> Value:
        """``{…: …}``."""
        made = PlacedDict()
        self.machine.journal.bear(made)
        place = frame.module.document.place_of
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            if key_node is None:
                self._splat(made, value_node, frame)
                continue
            key = self.machine.evaluate(key_node, frame)
            value = self.machine.evaluate(value_node, frame)
            self.put(
                made, key, value, Site(key_node, frame), Written(place(value_node), place(key_node), "python")
            )
        self.machine.allocate(len(made))
        return made

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
        if operators.as_key(key):
            self.machine.grow(len(mapping))
            if isinstance(mapping, PlacedDict):
                mapping.put(key, value, written)
            else:
                mapping[key] = value
        elif operators.is_known(key):
            raise raised(site, TypeError(f"unhashable type: '{type(key).__name__}'"))
        elif isinstance(mapping, PlacedDict):
            self.machine.lose(mapping, self.machine.unsure(site))
