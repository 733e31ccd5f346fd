"""How a broken budget is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import numbers

if TYPE_CHECKING:
    from decimal import Decimal

    from crewprof.analysis.result import BrokenBudget

MEASURES = {"max-cost": "expected cost", "max-ceiling": "ceiling", "max-seconds": "expected time"}


def sentence(budget: BrokenBudget) -> str:
    """``budget max-cost broken: the expected cost is $0.0386, the limit $0.02``."""
    limit = _amount(budget.limit, budget.unit)
    if budget.actual is None:
        unknown = "not bounded by anything" if budget.name == "max-ceiling" else "not known"
        return f"budget {budget.name} broken: the {MEASURES[budget.name]} is {unknown}, the limit {limit}"
    actual = _amount(budget.actual, budget.unit)
    return f"budget {budget.name} broken: the {MEASURES[budget.name]} is {actual}, the limit {limit}"


def _amount(amount: Decimal, unit: str) -> str:
    return numbers.money(amount) if unit == "USD" else numbers.seconds(float(amount))
