"""Numbers for people: few digits, a unit, and never a zero that is not one."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crewprof.quantity import Range

UNKNOWN = "?"
SMALLEST_USD = Decimal("0.000001")
"""Amounts below are printed as less than this; providers price by the millionth of a dollar."""

Number = TypeVar("Number", int, float, Decimal)


def money(amount: Decimal | None, digits: int = 3) -> str:
    """USD: ``$1,234``, ``$12.30``, ``$0.0123``. Below 1 there are ``digits`` significant digits."""
    if amount is None:
        return UNKNOWN
    if amount < 0:
        return "-" + money(-amount, digits)
    if amount == 0:
        return "$0"
    if amount < SMALLEST_USD:
        return f"<${SMALLEST_USD:f}"
    return f"${_grouped(amount, digits)}"


def _grouped(amount: Decimal, digits: int) -> str:
    if amount >= 1:
        return f"{amount:,.{_places_above_one(amount)}f}"
    text = f"{_rounded(amount, digits - 1 - amount.adjusted()):f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def _places_above_one(amount: Decimal) -> int:
    return 0 if amount >= 100 else 2


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def money_column(amounts: Sequence[Decimal | None], digits: int = 3) -> list[str]:
    """USD amounts with the same number of places, so that they can be compared at a glance: as many as
    give the largest ``digits`` significant ones; what would read as zero is ``<$0.001``."""
    largest = max((amount for amount in amounts if amount is not None), default=Decimal(0))
    if largest < SMALLEST_USD:
        return [money(amount) for amount in amounts]
    places = _places_above_one(largest) if largest >= 1 else digits - 1 - largest.adjusted()
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


def percent(share: float) -> str:
    """A share (1 is all) in percent: ``<1%``, ``42%``, ``1,500%``; ``-`` in front if negative."""
    if share < 0:
        return "-" + percent(-share)
    if 0 < share < 0.005:
        return "<1%"
    whole = share * 100
    return f"{whole if whole < 1000 else float(f'{whole:.3g}'):,.0f}%"


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """``1 task``, ``3 tasks``; ``plural`` where an s does not make it."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def money_bound(amount: Decimal) -> str:
    """USD as the end of a range, where two digits say enough."""
    return money(amount, 2)


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
