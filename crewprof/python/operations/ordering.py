"""Sorting, and the smallest and largest of values."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.exceptions import computed
from crewprof.python.leaving import Raised
from crewprof.python.uncertain import UnknownItems
from crewprof.python.values import External, Instance
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site
    from crewprof.python.values import Value

_BY_COMPARING: Final = External("functools.cmp_to_key")


class _NotKnown(Exception):
    """Which of two values comes first is not known."""


class _Compared:
    """A value that is ordered as the project's code says."""

    def __init__(self, value: Value, ordering: Ordering, site: Site) -> None:
        self.value = value
        self.ordering = ordering
        self.site = site

    def __lt__(self, other: _Compared) -> bool:
        return self.ordering.holds(ast.Lt(), self.value, other.value, self.site)

    def __gt__(self, other: _Compared) -> bool:
        return self.ordering.holds(ast.Gt(), self.value, other.value, self.site)


class Ordering:
    """Orders for a machine; ``function`` is what ``cmp_to_key`` was given, if it was."""

    def __init__(self, machine: Machine, comparing: Comparing, given: Given) -> None:
        self.machine = machine
        self.comparing = comparing
        self.key: Value = given.named.get("key")
        self.function: Value = None
        key = self.key
        if isinstance(key, Instance) and key.callee == _BY_COMPARING and key.arguments:
            self.key, self.function = None, key.arguments[0].value
        self.site = given.site

    def holds(self, operation: ast.cmpop, left: Value, right: Value, site: Site) -> bool:
        """Whether ``left operation right``; raises :class:`_NotKnown`."""
        if self.function is not None:
            left, right = self.machine.run(self.function, [left, right], site), 0
        known = self.comparing.truth(self.comparing.compare(operation, left, right, site), site)
        if known is None:
            raise _NotKnown
        return known

    def key_of(self, item: Value) -> Value:
        """What an item is ordered by."""
        return item if self.key is None else self.machine.run(self.key, [item], self.site)

    def keys(self, items: Sequence[Value]) -> list[Any] | None:
        """What items are ordered by; ``None`` when that is not known."""
        found = [self.key_of(one) for one in items]
        if self.function is None and all(operators.is_known(one) for one in found):
            return found
        if any(isinstance(one, Unknown) for one in found) or len(found) > _LIMIT:
            return None
        return [_Compared(one, self, self.site) for one in found]


_LIMIT: Final = 1_000
"""Values that are ordered by the project's own code."""


def sort_order(
    machine: Machine,
    comparing: Comparing,
    items: list[Value],
    given: Given,
    partly: Callable[[], None] | None = None,
) -> list[Value] | None:
    """``items`` sorted by the ``key`` and ``reverse`` of a call; ``None`` when that is not known.

    ``partly`` is called where they may stay as they are at some moment of sorting: comparing may raise.
    """
    reverse = comparing.truth(given.named.get("reverse", False), given.site)
    if set(given.named) - {"key", "reverse"} or reverse is None:
        return None
    if any(isinstance(one, UnknownItems) for one in items):
        return None
    keys = Ordering(machine, comparing, given).keys(items)
    if keys is None:
        is_sure = len(items) < 2 and not any(isinstance(one, Unknown) for one in items)
        return items if is_sure else None
    machine.charge(len(items))
    if partly is not None and any(isinstance(one, _Compared) for one in keys):
        partly()
    try:
        order = computed(given.site, sorted, range(len(items)), key=keys.__getitem__, reverse=reverse)
    except _NotKnown:
        return None
    except Raised:
        if partly is not None:
            partly()
        raise
    return [items[at] for at in order]


def extreme(
    machine: Machine, comparing: Comparing, items: Iterator[Value], given: Given, *, largest: bool
) -> tuple[Value] | None:
    """The smallest or largest item; ``None`` when there is none.

    Each item is compared before the next is asked for. Unknown when which it is is not known.
    """
    ordering = Ordering(machine, comparing, given)
    operation = ast.Gt() if largest else ast.Lt()
    best: tuple[Value, Value] | None = None
    for one in items:
        machine.charge()
        if isinstance(one, UnknownItems):
            unknown = machine.unsure(given.site)
            machine.repeat(partial(ordering.key_of, unknown), unknown)
            best = unknown, unknown
            continue
        key = ordering.key_of(one)
        try:
            if best is None or ordering.holds(operation, key, best[1], given.site):
                best = one, key
        except _NotKnown:
            unknown = given.site.unknown()
            best = unknown, unknown
    return None if best is None else (best[0],)
