"""Numbers of reports: those of ``figures``, ranges, lower bounds and places."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from crewprof.figures import (
    SMALLEST_USD,
    UNKNOWN,
    calls,
    count_of,
    money,
    money_column,
    percent,
    seconds,
    times,
    tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crewprof.quantity import Range

__all__ = [
    "AT_LEAST",
    "SMALLEST_USD",
    "UNKNOWN",
    "at_least",
    "bounds",
    "calls",
    "count_bounds",
    "count_of",
    "money",
    "money_column",
    "percent",
    "places",
    "seconds",
    "times",
    "tokens",
]

Number = TypeVar("Number", int, float, Decimal)


def bounds(quantity: Range[Number], form: Callable[[Number], str]) -> str:
    """``(low–high)`` with ``form`` for each end, or nothing when both read the same."""
    top = quantity.top
    low, high = form(quantity.low), UNKNOWN if top is None else form(top)
    return "" if low == high else f"({low} – {high})"


AT_LEAST = "≥"
"""Stands before a number of which a part is not known."""


def at_least(number: str, *, is_least: bool) -> str:
    """``number``, marked where it is a lower bound; what is unknown stays ``?``."""
    return AT_LEAST + number if is_least and number != UNKNOWN else number


def count_bounds(count: Range[int]) -> str:
    """A whole number, or from where to where: ``3``, ``1–4``, ``≥1``."""
    top = count.top
    if top is None:
        return f"{AT_LEAST}{count.low:,}"
    return f"{count.low:,}" if count.low == top else f"{count.low:,}–{top:,}"


def places(found: Sequence[tuple[str, int]], shown: int = 3) -> str:
    """``crew.py:3``, ``crew.py:3, 9 and 4 more``: at most ``shown`` of them, a path once in a row."""
    distinct = list(dict.fromkeys(found))
    told, last = [], ""
    for path, line in distinct[:shown]:
        told.append(str(line) if path == last else f"{path}:{line}")
        last = path
    more = len(distinct) - shown
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")
