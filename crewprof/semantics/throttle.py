"""How long ``max_rpm`` makes requests wait.

CrewAI lets ``max_rpm`` requests through and then sleeps until the minute is over
(``RPMController`` in crewai/utilities/rpm_controller.py).
"""

from __future__ import annotations

from typing import Final

MINUTE: Final = 60.0
"""Seconds that CrewAI sleeps once an allowance is used up."""

_PLACES: Final = 6
"""Decimal places of a number of requests that count: expected numbers are sums of fractions."""


def throttle_seconds(requests: float, max_rpm: int | None) -> float:
    """Seconds that ``requests`` take at least: a minute for each full allowance before the last of them.

    None without a limit (``max_rpm`` is ``None`` or 0).
    """
    if not max_rpm:
        return 0.0
    return MINUTE * (_before_the_last(requests) // max_rpm)


def least_rate(requests: float, seconds: float) -> int:
    """The least ``max_rpm`` that lets ``requests`` through within ``seconds`` (at least 1)."""
    return int(_before_the_last(requests) // (seconds // MINUTE + 1.0)) + 1


def _before_the_last(requests: float) -> float:
    return max(round(requests, _PLACES) - 1.0, 0.0)
