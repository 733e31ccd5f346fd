"""Sorting, and the smallest and largest of values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.exceptions import computed
from crewprof.python.leaving import Raised
from crewprof.python.values import External, Instance, UnknownItems
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

    def keys(self, items: Sequence[Value]) -> list[Any] | None:
        """What items are ordered by; ``None`` when that is not known."""
        found = list(items)
        if self.key is not None:
            found = [self.machine.run(self.key, [one], self.site) for one in items]
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
    machine: Machine, comparing: Comparing, items: list[Value], given: Given, *, largest: bool
) -> tuple[Value] | None:
    """The smallest or largest item; ``None`` when that is not known."""
    keys = Ordering(machine, comparing, given).keys(items)
    if keys is None:
        return None
    machine.charge(len(items))
    try:
        at = computed(given.site, max if largest else min, range(len(items)), key=keys.__getitem__)
    except _NotKnown:
        return None
    return (items[at],)
