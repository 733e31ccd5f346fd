"""Numbers for people: few digits, a unit, and never a zero that is not one.

One style wherever a number is told: in messages, tables, pages and comments.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = "?"
DIGITS = 3
"""Significant digits of an estimate: more would claim what nobody knows."""
SMALLEST_USD = Decimal("0.000001")
"""Amounts below are printed as less than this; providers price by the millionth of a dollar."""


def money(amount: Decimal | None) -> str:
    """USD: ``$1,234``, ``$12.30``, ``$0.0123``. Below 1 there are three significant digits."""
    if amount is None:
        return UNKNOWN
    if amount < 0:
        return "-" + money(-amount)
    if amount == 0:
        return "$0"
    if amount < SMALLEST_USD:
        return f"<${SMALLEST_USD:f}"
    return f"${_grouped(amount)}"


def _grouped(amount: Decimal) -> str:
    if amount >= 1:
        return f"{amount:,.{_places(amount)}f}"
    text = f"{_rounded(amount, _places(amount)):f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def _places(amount: Decimal) -> int:
    """Decimal places that tell enough of ``amount`` USD: cents below 100, three digits below 1."""
    if amount >= 1:
        return 0 if amount >= 100 else 2
    return DIGITS - 1 - amount.adjusted()


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def money_column(amounts: Sequence[Decimal | None]) -> list[str]:
    """USD amounts with the same number of places, so that they can be compared at a glance: as many as
    give the largest three significant ones; what would read as zero is ``<$0.001``."""
    largest = max((amount for amount in amounts if amount is not None), default=Decimal(0))
    if largest < SMALLEST_USD:
        return [money(amount) for amount in amounts]
    places = _places(largest)
    return [money(amount) if not amount else _with_places(amount, places) for amount in amounts]


def _with_places(amount: Decimal, places: int) -> str:
    rounded = _rounded(amount, places)
    return f"${rounded:,f}" if rounded else f"<${Decimal(1).scaleb(-places):,f}"


def tokens(count: float | None) -> str:
    """Tokens: ``312``, ``1.2k``, ``18.4k``, ``123k``, ``1.2M``."""
    if count is None:
        return UNKNOWN
    if count < 0:
        return "-" + tokens(-count)
    for unit, size in (("", 1.0), ("k", 1e3), ("M", 1e6)):
        text = _scaled(count / size, unit)
        if text is not None:
            return text
    return f"{count / 1e9:,.1f}B"


def _scaled(value: float, unit: str) -> str | None:
    if unit and value < 99.95:
        return f"{value:.1f}{unit}"
    return f"{value:.0f}{unit}" if value < 999.5 else None


def calls(count: float | None) -> str:
    """Calls, which are fractional where they are expected values: ``6``, ``2.5``, ``140``."""
    if count is None:
        return UNKNOWN
    if count >= 99.95 or abs(count - round(count)) < 0.05:
        return f"{round(count):,}"
    return f"{count:.1f}"


def seconds(duration: float | None) -> str:
    """A duration: ``0.4 s``, ``12 s``, ``1 m 20 s``, ``2 h 05 m``."""
    if duration is None:
        return UNKNOWN
    if duration < 0:
        return "-" + seconds(-duration)
    if duration < 0.05:
        return "0 s" if duration == 0 else "<0.1 s"
    if duration < 9.95:
        return f"{duration:.1f} s"
    whole = round(duration)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    minutes = round(duration / 60)
    return f"{minutes // 60:,} h {minutes % 60:02d} m"


def times(factor: float) -> str:
    """How many times as much: ``1.5x``, ``17x``, ``1,310x``."""
    rounded = float(f"{factor:.{DIGITS}g}")
    return f"{rounded:,.0f}x" if rounded >= 10 or rounded == round(rounded) else f"{rounded:.1f}x"


def percent(share: float) -> str:
    """A share (1 is all) in percent: ``<1%``, ``42%``, ``1,500%``; ``-`` in front if negative."""
    if share < 0:
        return "-" + percent(-share)
    if 0 < share < 0.005:
        return "<1%"
    whole = share * 100
    return f"{whole if whole < 1000 else float(f'{whole:.{DIGITS}g}'):,.0f}%"


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """``1 task``, ``3 tasks``; ``plural`` where an s does not make it."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
