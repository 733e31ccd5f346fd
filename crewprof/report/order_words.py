"""What every report says of the order of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import Profile


def no_faster(analysis: Analysis) -> str:
    """That there is no faster order, or that none was found."""
    if not analysis.fastest.optimal:
        return "no faster order found"
    return "no order is faster with the agents and context of these tasks"


def lead(profile: Profile) -> float:
    """Seconds before the first task: calls of the crew itself."""
    return sum(line.seconds.expected for line in profile.overhead)


def own_calls(profile: Profile) -> str:
    """How the calls of the crew itself are named: ``(crew-planning)``."""
    return f"({' and '.join(dict.fromkeys(line.kind for line in profile.overhead))})"
