"""What calls of one kind spend: tokens in and out, as ranges, before prices and speeds are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Callable

_Growth: TypeAlias = "Callable[[float, float, float], float]"

NOTHING = Range.exactly(0.0)


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
    """The product of two ranges that are not negative, bound by bound."""
    return Range(one.low * other.low, one.expected * other.expected, one.high * other.high)


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
        input_tokens=_bounds(_loop_input, uses, first, growth),
        output_tokens=times(uses, step),
        resent_tokens=_bounds(_loop_resent, uses, first, growth),
        resent_opening=times(uses, first),
    )


def _bounds(function: _Growth, uses: Range[float], first: Range[float], growth: Range[float]) -> Range[float]:
    return Range(
        function(uses.low, first.low, growth.low),
        function(uses.expected, first.expected, growth.expected),
        function(uses.high, first.high, growth.high),
    )


def _loop_input(uses: float, first: float, growth: float) -> float:
    """Sum of ``first + i * growth`` for i from 1 to ``uses``."""
    return uses * first + growth * uses * (uses + 1.0) / 2.0


def _loop_resent(uses: float, first: float, growth: float) -> float:
    """Sum of ``first + i * growth`` for i from 0 to ``uses`` - 1: what the call before had sent."""
    return uses * first + growth * max(0.0, uses * (uses - 1.0)) / 2.0
