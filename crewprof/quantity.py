"""``Range``: an estimate that says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Number = TypeVar("Number", int, float, Decimal)


@dataclass(frozen=True, slots=True)
class Range(Generic[Number]):
    """``low`` <= ``expected`` <= ``high``, all in the same unit.

    Low to high is meant to hold 80 % of real runs.
    """

    low: Number
    expected: Number
    high: Number

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
        return self.low == self.high

    def __add__(self, other: Range[Number]) -> Range[Number]:
        return Range(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def scaled(self, factor: Number) -> Range[Number]:
        """Every bound times ``factor`` (not negative)."""
        return Range(self.low * factor, self.expected * factor, self.high * factor)


def total(ranges: Iterable[Range[Number]], zero: Number) -> Range[Number]:
    """The sum of ``ranges`` bound by bound; ``zero`` is the sum of none.

    Adding lows and highs assumes that everything goes well, or badly, together: the widest answer.
    """
    result = Range.exactly(zero)
    for one in ranges:
        result = result + one
    return result
