"""Sorting, and the smallest and largest of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.python import operators
from crewprof.python.exceptions import computed
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.comparing import Comparing
    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.values import Value


def keys_of(machine: Machine, items: Sequence[Value], given: Given) -> list[Any] | None:
    """What items are ordered by; ``None`` when that is not known."""
    key = given.named.get("key")
    keys = list(items) if key is None else [machine.run(key, [one], given.site) for one in items]
    return keys if all(operators.is_known(one) for one in keys) else None


def sort_order(
    machine: Machine, comparing: Comparing, items: list[Value], given: Given
) -> list[Value] | None:
    """``items`` sorted by the ``key`` and ``reverse`` of a call; ``None`` when that is not known."""
    reverse = comparing.truth(given.named.get("reverse", False), given.site)
    if set(given.named) - {"key", "reverse"} or reverse is None:
        return None
    keys = keys_of(machine, items, given)
    if keys is None:
        is_sure = len(items) < 2 and not any(isinstance(one, Unknown) for one in items)
        return items if is_sure else None
    machine.charge(len(items))
    order = computed(given.site, sorted, range(len(items)), key=keys.__getitem__, reverse=reverse)
    return [items[at] for at in order]


def extreme(machine: Machine, items: list[Value], given: Given, *, largest: bool) -> tuple[Value] | None:
    """The smallest or largest item; ``None`` when that is not known."""
    keys = keys_of(machine, items, given)
    if keys is None:
        return None
    machine.charge(len(items))
    at = computed(given.site, max if largest else min, range(len(items)), key=keys.__getitem__)
    return (items[at],)
