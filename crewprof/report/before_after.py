"""Amounts before and after: what one kickoff took and takes, and by how much that differs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.worst_case import NO_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crewprof.analysis.sums import Sums
    from crewprof.estimate.gaps import Spending
    from crewprof.estimate.profile import TaskProfile, Total
    from crewprof.quantity import Range

SAME = 0.005
"""A change by less than this share is no change: it would print as 0%."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is expected of an amount, ``None`` if unknown; ``is_least``: it is a lower bound; ``instead``:
    what is told where it is not known."""

    expected: float | None
    is_least: bool = False
    instead: str = numbers.UNKNOWN

    def told(self, form: Callable[[float], str]) -> str:
        """The amount in words."""
        if self.expected is None:
            return self.instead
        return numbers.at_least(form(self.expected), is_least=self.is_least)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One amount on both sides, and how it is written."""

    label: str
    before: Shown
    after: Shown
    form: Callable[[float], str]

    @property
    def pair(self) -> tuple[str, str]:
        """Both amounts in words."""
        return self.before.told(self.form), self.after.told(self.form)

    @property
    def share(self) -> float | None:
        """By which share of what it was it grew (shrank: negative).

        ``None`` where that is not known, a part is known on one side only, or there was nothing.
        """
        old, new = self.before.expected, self.after.expected
        if old is None or new is None or old <= 0 or self.before.is_least != self.after.is_least:
            return None
        return (new - old) / old

    @property
    def is_same(self) -> bool:
        """Whether both sides read the same and nothing worth a word lies between."""
        share = self.share
        return self.pair[0] == self.pair[1] and (share is None or abs(share) < SAME)

    @property
    def difference(self) -> tuple[str, str]:
        """``("+$0.014", "+25%")``; empty texts where it stays the same or cannot be told."""
        old, new, share = self.before.expected, self.after.expected, self.share
        if old is None or new is None or share is None or abs(share) < SAME:
            return "", ""
        sign = "-" if share < 0 else "+"
        return sign + self.form(abs(new - old)), sign + numbers.percent(abs(share))


def as_money(amount: float) -> str:
    """USD."""
    return numbers.money(Decimal(repr(amount)))


def money_cells(amounts: Sequence[Shown | None]) -> list[str]:
    """A column of USD with the same number of places; nothing where there is no amount to show."""
    exact = [None if one is None or one.expected is None else Decimal(repr(one.expected)) for one in amounts]
    told = zip(amounts, numbers.money_column(exact), strict=True)
    return ["" if one is None else numbers.at_least(cell, is_least=one.is_least) for one, cell in told]


def of_totals(before: Total, after: Total) -> list[BeforeAfter]:
    """What one kickoff of a crew takes: cost, tokens, calls, time, worst case."""
    return [
        BeforeAfter(
            "cost", _of(before, before.cost_usd, "cost"), _of(after, after.cost_usd, "cost"), as_money
        ),
        BeforeAfter("tokens in", *_both("input_tokens", before, after), numbers.tokens),
        BeforeAfter("tokens out", *_both("output_tokens", before, after), numbers.tokens),
        BeforeAfter("calls", *_both("calls", before, after), numbers.calls),
        BeforeAfter("time", *_both("seconds", before, after), numbers.seconds),
        BeforeAfter("worst case", worst(before), worst(after), as_money),
    ]


def of_sums(before: Sums, after: Sums) -> tuple[BeforeAfter, BeforeAfter]:
    """Cost and time of several kickoffs."""

    def both(quantity: str, amount: Spending) -> tuple[Shown, Shown]:
        shown = [_shown(getattr(one, quantity), one.lower_bounds, amount) for one in (before, after)]
        return shown[0], shown[1]

    cost = BeforeAfter("cost", *both("cost_usd", "cost"), as_money)
    return cost, BeforeAfter("time", *both("seconds", "seconds"), numbers.seconds)


def of_tasks(before: TaskProfile | None, after: TaskProfile | None) -> list[BeforeAfter]:
    """What a task takes: cost, tokens, calls, time; a side without it is unknown."""

    def both(form: Callable[[TaskProfile], float | None]) -> tuple[Shown, Shown]:
        shown = [Shown(None) if one is None else Shown(form(one), not one.known) for one in (before, after)]
        return shown[0], shown[1]

    def cost(one: TaskProfile) -> float | None:
        return None if one.cost_usd is None else float(one.cost_usd.expected)

    return [
        BeforeAfter("cost", *both(cost), as_money),
        BeforeAfter(
            "tokens",
            *both(lambda one: one.input_tokens.expected + one.output_tokens.expected),
            numbers.tokens,
        ),
        BeforeAfter("calls", *both(lambda one: one.calls.expected), numbers.calls),
        BeforeAfter("time", *both(lambda one: one.seconds.expected), numbers.seconds),
    ]


def worst(total: Total) -> Shown:
    """The worst case in USD."""
    tokens, cost = total.ceiling.tokens, total.ceiling.cost_usd
    if cost is not None:
        return Shown(float(cost))
    is_unlimited = tokens is None and "ceiling" not in total.lower_bounds
    return Shown(None, instead=NO_LIMIT if is_unlimited else numbers.UNKNOWN)


def _both(name: str, before: Total, after: Total) -> tuple[Shown, Shown]:
    amount: Spending = "seconds" if name == "seconds" else "calls"
    return _of(before, getattr(before, name), amount), _of(after, getattr(after, name), amount)


def _of(total: Total, quantity: Range[float] | Range[Decimal] | None, amount: Spending) -> Shown:
    return _shown(quantity, total.lower_bounds, amount)


def _shown(
    quantity: Range[float] | Range[Decimal] | None, lower_bounds: frozenset[Spending], amount: Spending
) -> Shown:
    if quantity is None:
        return Shown(None)
    return Shown(float(quantity.expected), amount in lower_bounds)
