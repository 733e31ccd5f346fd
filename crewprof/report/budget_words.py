"""How a budget that is broken, or not shown to hold, is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import numbers
from crewprof.report.remedies import REMEDIES

if TYPE_CHECKING:
    from decimal import Decimal

    from crewprof.analysis.result import BrokenBudget

MEASURES = {"max-cost": "expected cost", "max-ceiling": "worst case", "max-seconds": "expected time"}


def sentence(budget: BrokenBudget) -> str:
    """``budget max-cost broken: the expected cost is $0.0386, the limit $0.02``."""
    limit = _amount(budget.limit, budget.unit)
    if budget.gaps:
        exceeds = budget.actual is not None and budget.actual > budget.limit
        return _exceeded_at_least(budget, limit) if exceeds else _not_shown(budget, limit)
    if budget.actual is None:
        return (
            f"budget {budget.name} broken: the {MEASURES[budget.name]} {_unknown(budget)}, the limit {limit}"
        )
    actual = _amount(budget.actual, budget.unit)
    return f"budget {budget.name} broken: the {MEASURES[budget.name]} is {actual}, the limit {limit}"


def _unknown(budget: BrokenBudget) -> str:
    return "has no limit" if budget.name == "max-ceiling" else "is not known"


def _exceeded_at_least(budget: BrokenBudget, limit: str) -> str:
    assert budget.actual is not None
    actual = _amount(budget.actual, budget.unit)
    return f"budget {budget.name} broken: the {MEASURES[budget.name]} is at least {actual}, the limit {limit}"


def _not_shown(budget: BrokenBudget, limit: str) -> str:
    """``budget max-cost ($0.02) cannot be shown to hold: the agent of task 'a' is not known (crew.py:3);``
    and what to do."""
    first, more = budget.gaps[0], len(budget.gaps) - 1
    least = "" if budget.actual is None else f"the {MEASURES[budget.name]} is at least "
    least += "" if budget.actual is None else f"{_amount(budget.actual, budget.unit)}, but "
    others = f" and {more} more" if more else ""
    what = f"{first.what} ({first.place.path}:{first.place.line}){others}"
    verb = "are" if more else "is"
    return (
        f"budget {budget.name} ({limit}) cannot be shown to hold: {least}{what} {verb} not known; "
        f"{REMEDIES[first.cause]}"
    )


def _amount(amount: Decimal, unit: str) -> str:
    return numbers.money(amount) if unit == "USD" else numbers.seconds(float(amount))
