"""What calls of one kind spend: tokens in and out, as ranges, before prices and speeds are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING = Range.exactly(0.0)
_LEAST = 1e-6
"""A share of the expected value that counts as none of it."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Calls of one kind in one run of a task.

    ``resent_tokens``: input that the call before has sent already as its beginning, so that a provider's
    prompt cache may serve it; ``resent_opening``: as much of it as lies in the first prompt of the loop.
    """

    calls: Range[float]
    input_tokens: Range[float]
    output_tokens: Range[float]
    resent_tokens: Range[float] = NOTHING
    resent_opening: Range[float] = NOTHING


def times(one: Range[float], other: Range[float]) -> Range[float]:
    """The product of two quantities that vary independently and are not negative."""
    return independently(lambda first, second: first * second, one, other)


def independently(function: Callable[..., float], *ranges: Range[float]) -> Range[float]:
    """``function``, which grows with each argument, of quantities that vary independently.

    All at their highest together is far rarer than each alone. The ways up, as factors from the expected
    value, are therefore joined like independent errors: their logarithms as a root of squares; the same
    downwards. With one quantity that varies this is the function of its bounds.
    """
    middle = [one.expected for one in ranges]
    expected = function(*middle)
    lowest, highest = function(*(one.low for one in ranges)), function(*(one.high for one in ranges))
    # Nothing to join with one that varies; and from an expected 0 there is no factor up.
    if expected <= _LEAST or sum(not one.is_exact for one in ranges) <= 1:
        return Range(lowest, expected, highest)
    up = down = 0.0
    vanishes = False
    for at, one in enumerate(ranges):
        if one.is_exact:
            continue
        above = function(*middle[:at], one.high, *middle[at + 1 :])
        below = function(*middle[:at], one.low, *middle[at + 1 :])
        up += math.log(max(above / expected, 1.0)) ** 2
        vanishes = vanishes or below <= expected * _LEAST
        down += math.log(max(below / expected, _LEAST)) ** 2
    # Where one of them can be 0 so can the whole: the logarithm would be endless, and no root of squares
    # holds it.
    low = lowest if vanishes else expected * math.exp(-math.sqrt(down))
    high = expected * math.exp(min(math.sqrt(up), math.log(max(highest / expected, 1.0))))
    return Range(min(expected, max(low, lowest)), expected, max(expected, min(high, highest)))


def mean_of(one: Range[float], often: Range[float], exponent: float) -> Range[float]:
    """The mean of as many as ``often``, each of which is like ``one``: outliers even out, the more there are.

    The distance of a bound from the expected value falls with the number to the power of ``exponent``.
    """
    up, down = (max(1.0, number) ** -exponent for number in (often.high, often.low))
    return replace(
        one,
        low=one.expected - (one.expected - one.low) * down,
        high=one.expected + (one.high - one.expected) * up,
    )


def plus_steps(answer: Range[float], uses: Range[float], step: Range[float]) -> Range[float]:
    """All output of a tool loop: the answer, and a step for each use before it."""
    return answer + times(uses, step)


def plain_calls(calls: Range[float], prompt: Range[float], answer: Range[float]) -> Spending:
    """``calls`` with a prompt and an answer of the same length each."""
    return Spending(calls, times(calls, prompt), times(calls, answer))


def loop_calls(uses: Range[float], first: Range[float], growth: Range[float], step: Range[float]) -> Spending:
    """The calls after the first of a tool loop: call ``i`` resends ``first`` and ``i`` times ``growth``.

    ``step``: tokens of an answer that asks for a tool. Each loop call answers one; the last one's is the
    task's answer and is counted with the first call, whose own step is counted here.
    """
    return Spending(
        calls=uses,
        input_tokens=independently(_loop_input, uses, first, growth),
        output_tokens=times(uses, step),
        resent_tokens=independently(_loop_resent, uses, first, growth),
        resent_opening=times(uses, first),
    )


def scaled(spending: Spending, often: Range[float]) -> Spending:
    """``spending`` that happens ``often`` times."""
    return Spending(
        times(spending.calls, often),
        times(spending.input_tokens, often),
        times(spending.output_tokens, often),
        times(spending.resent_tokens, often),
        times(spending.resent_opening, often),
    )


def _loop_input(uses: float, first: float, growth: float) -> float:
    """Sum of ``first + i * growth`` for i from 1 to ``uses``."""
    return uses * first + growth * uses * (uses + 1.0) / 2.0


def _loop_resent(uses: float, first: float, growth: float) -> float:
    """Sum of ``first + i * growth`` for i from 0 to ``uses`` - 1: what the call before had sent."""
    return uses * first + growth * max(0.0, uses * (uses - 1.0)) / 2.0
