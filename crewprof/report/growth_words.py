"""How a cost that grows too much is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import numbers

if TYPE_CHECKING:
    from crewprof.analysis.growth import Growth


def sentence(growth: Growth, limit: str) -> str:
    """``cost of crew 'blog' grows by 25% ($0.057 → $0.071), more than the limit of 10%``."""
    whose = "cost of all crews" if growth.name is None else f"cost of crew '{growth.name}'"
    before = numbers.money(growth.before)
    after = numbers.at_least(numbers.money(growth.after), is_least=growth.is_least)
    if growth.before is None or growth.after is None or growth.after <= growth.before:
        return f"{whose} is not known ({before} → {after}): it cannot be shown to grow by less than {limit}"
    more = growth.after - growth.before
    by = numbers.percent(float(more / growth.before)) if growth.before else numbers.money(more)
    return f"{whose} grows by {by} ({before} → {after}), more than the limit of {limit}"
