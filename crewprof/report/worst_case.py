"""The worst case of a run in a word or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import numbers

if TYPE_CHECKING:
    from crewprof.estimate.profile import Total

NO_LIMIT = "no limit"


def worst_case(total: Total) -> str:
    """``$3.57``, ``544k tokens`` without a price, or why there is neither."""
    ceiling = total.ceiling
    if ceiling.cost_usd is not None:
        return numbers.money(ceiling.cost_usd)
    if ceiling.tokens is not None:
        return f"{numbers.tokens(ceiling.tokens)} tokens"
    return no_worst_case(total)


def no_worst_case(total: Total) -> str:
    """``not known`` where a part of the crew is not, ``no limit`` where nothing stops it."""
    return "not known" if "ceiling" in total.lower_bounds else NO_LIMIT
