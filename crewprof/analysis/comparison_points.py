"""Cost and time of a run as one point, to compare runs by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewprof.estimate.profile import Profile
    from crewprof.plan.model_mixes import Point


def point_of(profile: Profile) -> Point | None:
    """Expected USD and seconds, to the places reports have; ``None`` where a part of them is not known."""
    total = profile.total
    if total.cost_usd is None or total.unpriced_calls or {"cost", "seconds"} & total.lower_bounds:
        return None
    return round(float(total.cost_usd.expected), 9), round(total.seconds.expected, 3)
