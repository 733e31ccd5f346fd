"""The page of an optimization: each crew as it would be, what it was, and the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import replace
from crewprof.report import numbers
from crewprof.report.page.code_lines import diff_lines
from crewprof.report.page.crew_view import crew_view
from crewprof.report.page.page import page_of

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis, OptimizedCrew, OptimizedRun
    from crewprof.report.look import Look
    from crewprof.report.page.crew_view import CrewView


def render(run: OptimizedRun, _look: Look) -> str:
    """The page of all crews."""
    views = [_optimized(number, one) for number, one in enumerate(run.crews, start=1)]
    return page_of(views, run.errors, None, "What the fixes change")


def _optimized(number: int, crew: OptimizedCrew) -> CrewView:
    made = numbers.count_of(len(crew.applied), "fix", "fixes")
    told = (
        f"with {made}: before {_told(crew.before)}, after {_told(crew.after)}" if crew.applied else "no fixes"
    )
    return replace(crew_view(number, crew.after), diff=diff_lines(crew.diff), before=told)


def _told(analysis: Analysis) -> str:
    total = analysis.profile.total
    usd = numbers.money(None if total.cost_usd is None else total.cost_usd.expected)
    cost = numbers.at_least(usd, is_least="cost" in total.lower_bounds)
    time = numbers.at_least(numbers.seconds(total.seconds.expected), is_least="seconds" in total.lower_bounds)
    return f"{cost} and {time} a run"
