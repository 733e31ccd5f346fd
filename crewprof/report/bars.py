"""Bars made of characters: a share, a prompt's parts, a span of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.report.drawing import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

EIGHTHS = " ▏▎▍▌▋▊▉"


def share_bar(share: float, width: int, style: str = "cyan") -> Text:
    """``share`` (0 to 1) of ``width`` columns, to an eighth of a column; something is never nothing."""
    eighths = max(round(share * width * 8), 1) if share > 0 else 0
    full, rest = divmod(min(eighths, width * 8), 8)
    return Text(("█" * full + EIGHTHS[rest].strip()).ljust(width), style=style)


def columns_of(amounts: Sequence[float], width: int) -> list[int]:
    """Whole columns for ``amounts`` that add up to ``width`` (largest remainder method); every amount
    above 0 gets at least one, if there are columns enough."""
    whole = sum(amounts)
    if whole <= 0:
        return [0 for _ in amounts]
    exact = [amount / whole * width for amount in amounts]
    given = [max(int(value), 1 if value > 0 else 0) for value in exact]
    while sum(given) < width:
        given[max(range(len(given)), key=lambda index: exact[index] - given[index])] += 1
    # Taken first from those that have more than one column, so that none vanishes while another can give.
    while sum(given) > width:
        given[max(range(len(given)), key=lambda index: (given[index] > 1, given[index] - exact[index]))] -= 1
    return given


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stacked bar: its size, and the letter or the colour it is shown with."""

    amount: float
    letter: str
    style: str


def stacked_bar(parts: Sequence[Part], width: int, *, blocks: bool) -> Text:
    """One bar made of all ``parts``, in their order: as coloured blocks, or each as its letter."""
    bar = Text()
    for part, columns in zip(parts, columns_of([part.amount for part in parts], width), strict=True):
        bar.append(("█" if blocks else part.letter) * columns, style=part.style)
    return bar


def span_bar(start: float, end: float, whole: float, width: int, style: str = "cyan") -> Text:
    """The time from ``start`` to ``end`` on a line of ``width`` columns that stands for ``whole``."""
    if whole <= 0:
        return Text(" " * width)
    first = min(round(start / whole * width), width - 1)
    last = min(max(round(end / whole * width), first + 1), width)
    return Text.assemble(" " * first, ("█" * (last - first), style), " " * (width - last))
