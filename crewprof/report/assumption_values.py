"""Values of assumptions in words."""

from __future__ import annotations


def amount(value: object) -> str:
    """A number, or the expected value of a range with its ends."""
    match value:
        case {"low": low, "expected": expected, "high": high}:
            return f"{amount(expected)} ({amount(low)} – {amount(high)})"
        case bool():
            return str(value)
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,g}" if value < 1_000 else f"{value:,.0f}"
        case _:
            return str(value)
