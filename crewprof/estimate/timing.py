"""Seconds: of calls, of tools, and of a crew that forks and joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.estimate.spending import Spending
    from crewprof.models.speed import Speed

MINUTE = 60.0


def call_seconds(spending: Spending, speed: Speed) -> Range[float]:
    """Seconds the calls take one after the other: time to the first token, then output at its speed."""
    first, rate = speed.first_token_seconds, speed.output_tokens_per_second
    return Range(
        spending.calls.low * first.low + spending.output_tokens.low / rate.high,
        spending.calls.expected * first.expected + spending.output_tokens.expected / rate.expected,
        spending.calls.high * first.high + spending.output_tokens.high / rate.low,
    )


def throttled(seconds: Range[float], calls: Range[float], max_rpm: int | None) -> Range[float]:
    """``seconds``, or what ``max_rpm`` requests a minute let ``calls`` take if that is longer.

    CrewAI lets ``max_rpm`` requests through and then sleeps until the minute is over
    (``crewai/utilities/rpm_controller.py``), so calls take a minute for each full ``max_rpm`` before
    the last.
    """
    if not max_rpm:
        return seconds
    return Range(
        max(seconds.low, _throttle(calls.low, max_rpm)),
        max(seconds.expected, _throttle(calls.expected, max_rpm)),
        max(seconds.high, _throttle(calls.high, max_rpm)),
        seconds.is_open or calls.is_open,
    )


def _throttle(calls: float, max_rpm: int) -> float:
    return MINUTE * ((calls - 1.0) // max_rpm) if calls > 1.0 else 0.0


def makespan(groups: Sequence[Sequence[str]], seconds: Mapping[str, Range[float]]) -> Range[float]:
    """Seconds from kickoff to final output: each group takes as long as its slowest task."""
    total = Range.exactly(0.0)
    for group in groups:
        together = [seconds[name] for name in group]
        total = total + Range(
            max(one.low for one in together),
            max(one.expected for one in together),
            max(one.high for one in together),
            any(one.is_open for one in together),
        )
    return total
