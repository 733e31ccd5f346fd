"""``Range``: an estimate that says how sure it is. ``Amount``: one that says what it is based on."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Generic, Literal, Protocol, TypeAlias, TypeVar

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Provenance: TypeAlias = Literal["counted", "declared", "measured", "assumed"]
"""What a number is based on: text that was counted, what the crew or the settings declare, recorded runs,
assumptions of ``estimate/assumptions.py``."""

Number = TypeVar("Number", int, float, Decimal)
Other = TypeVar("Other", int, float, Decimal)


@dataclass(frozen=True, slots=True)
class Range(Generic[Number]):
    """``low`` <= ``expected`` <= ``high``, all in the same unit.

    Low to high is meant to hold 80 % of real runs. ``is_open``: a part of it is not known, so that nothing
    bounds it from above; all three are then lower bounds (``expected`` of what is expected, ``high`` of the
    top), and whoever shows it says so (``top`` is ``None``).
    """

    low: Number
    expected: Number
    high: Number
    is_open: bool = False

    def __post_init__(self) -> None:
        if not self.low <= self.expected <= self.high:
            raise ValueError(f"not a range: {self.low}, {self.expected}, {self.high}")

    @classmethod
    def exactly(cls, value: Number) -> Range[Number]:
        """A number that is known: low, expected and high are the same."""
        return cls(value, value, value)

    @property
    def is_exact(self) -> bool:
        """Whether there is nothing uncertain about it."""
        return self.low == self.high and not self.is_open

    @property
    def top(self) -> Number | None:
        """The high bound; ``None`` when it is not known."""
        return None if self.is_open else self.high

    def opened(self) -> Range[Number]:
        """The same as a lower bound: more may come that is not known."""
        return self if self.is_open else Range(self.low, self.expected, self.high, is_open=True)

    def __add__(self, other: Range[Number]) -> Range[Number]:
        return Range(
            self.low + other.low,
            self.expected + other.expected,
            self.high + other.high,
            self.is_open or other.is_open,
        )

    def scaled(self, factor: Number) -> Range[Number]:
        """Every bound times ``factor`` (not negative)."""
        return Range(self.low * factor, self.expected * factor, self.high * factor, self.is_open)

    def mapped(self, form: Callable[[Number], Other]) -> Range[Other]:
        """The same range of another kind of number; ``form`` never falls."""
        return Range(form(self.low), form(self.expected), form(self.high), self.is_open)

    def times(self, often: Range[Number]) -> Range[Number]:
        """What happens ``often`` times, bound by bound; neither is negative."""
        return Range(
            self.low * often.low,
            self.expected * often.expected,
            self.high * often.high,
            self.is_open or often.is_open,
        )


@dataclass(frozen=True, slots=True)
class Amount(Range[Number]):
    """A range and what it is based on; ``runs``: how many recorded runs, 0 without any.

    What is computed from it is a plain range: whoever computes it says what that is based on.
    """

    provenance: Provenance = "assumed"
    runs: int = 0

    @classmethod
    def of(cls, value: Range[Number], provenance: Provenance, runs: int = 0) -> Amount[Number]:
        """``value``, based on ``provenance``."""
        return cls(value.low, value.expected, value.high, value.is_open, provenance, runs)

    def moved(self, value: Range[Number]) -> Amount[Number]:
        """``value``, based on the same."""
        return Amount.of(value, self.provenance, self.runs)


def spanning(ranges: Iterable[Range[Number]]) -> Range[Number]:
    """What holds when one of ``ranges`` (at least one) does and it is not known which.

    From the lowest low to the highest high. ``expected`` is the least that any of them expects, so that a
    sum with it is a lower bound.
    """
    every = list(ranges)
    return Range(
        min(one.low for one in every),
        min(one.expected for one in every),
        max(one.high for one in every),
        any(one.is_open for one in every),
    )


def spanning_amounts(amounts: Iterable[Amount[Number]]) -> Amount[Number]:
    """The same of amounts: based on what all of them are, and assumed where that differs or where what was
    counted is not one number."""
    every = list(amounts)
    span = spanning(every)
    shared = {one.provenance for one in every}
    provenance = every[0].provenance if len(shared) == 1 else "assumed"
    if provenance == "counted" and not span.is_exact:
        provenance = "assumed"
    return Amount.of(span, provenance, min(one.runs for one in every))


class Sum(Protocol):
    """How ranges are added up."""

    def __call__(self, ranges: Iterable[Range[Number]], zero: Number) -> Range[Number]:
        """The sum of ``ranges``; ``zero`` is that of none."""


def total(ranges: Iterable[Range[Number]], zero: Number) -> Range[Number]:
    """The sum of ``ranges`` bound by bound; ``zero`` is the sum of none.

    Adding lows and highs assumes that everything goes well, or badly, together: the widest answer.
    """
    result = Range.exactly(zero)
    for one in ranges:
        result = result + one
    return result


PARTLY_TOGETHER: Final = 1.25
"""How far the parts of a sum go together: 1 where all do, 2 where each goes its own way. Judgement, in view
of the recorded runs of ``make bench-runs``."""


def total_apart(ranges: Iterable[Range[Number]], zero: Number) -> Range[Number]:
    """The sum of ``ranges`` that mostly vary by themselves: not everything goes well, or badly, together.

    How far each may lie off adds up as the root of powers. ``zero`` is the sum of none.
    """
    every = list(ranges)
    whole = total(every, zero)
    down = _rooted([float(one.expected - one.low) for one in every])
    up = _rooted([float(one.high - one.expected) for one in every])
    of_number = type(zero)
    return Range(
        whole.expected - (whole.expected - whole.low) * of_number(down),
        whole.expected,
        whole.expected + (whole.high - whole.expected) * of_number(up),
        whole.is_open,
    )


def _rooted(distances: Sequence[float]) -> float:
    """The root of the powers of ``distances`` as a share of their sum; 1 where all but one are 0."""
    if sum(map(bool, distances)) < 2:
        return 1.0
    summed = sum(distances)
    powers = sum(math.pow(one / summed, PARTLY_TOGETHER) for one in distances)
    return math.pow(powers, 1.0 / PARTLY_TOGETHER)
