"""The worst case of a crew in words, where it is worth a word."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from crewprof.figures import money, times

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject

FAR: Final = 100
"""Times the expected cost from which the ceiling is worth a word."""
LEAST: Final = Decimal(10)
"""USD from which it is: nobody acts on a few dollars that hardly any run ever costs."""


def worst_case(subject: Subject) -> str | None:
    """``worst case $61.20 a run, 9,940x the expected $0.00615``; ``None`` where it is near, or none."""
    total = subject.profile.total
    worst = total.ceiling.cost_usd
    expected = total.cost_usd.expected if total.cost_usd is not None else None
    if worst is None or not expected or total.unpriced_calls or worst < max(LEAST, FAR * expected):
        return None
    return f"worst case {money(worst)} a run, {times(float(worst / expected))} the expected {money(expected)}"
