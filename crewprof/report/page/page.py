"""The page itself: every crew of a run, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof import __version__
from crewprof.analysis.sums import whole_of
from crewprof.report import numbers
from crewprof.report.page.crew_view import crew_view
from crewprof.report.page.templates_of import page_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.result import AnalysisRun
    from crewprof.analysis.sums import Sums
    from crewprof.errors import CrewprofError
    from crewprof.report.look import Look
    from crewprof.report.page.crew_view import CrewView

SEARCHED = 12
"""Tasks and findings from which on the page can be searched."""


def render(run: AnalysisRun, _look: Look) -> str:
    """The page of an analysis."""
    views = [crew_view(number, one) for number, one in enumerate(run.analyses, start=1)]
    whole = whole_of(run) if len(run.analyses) + len(run.flows) > 1 else None
    return page_of(views, run.errors, whole, "Cost and time of a run")


def page_of(
    views: Sequence[CrewView], errors: Sequence[CrewprofError], whole: Sums | None, title: str
) -> str:
    """The page that shows ``views``; ``whole``: what all of them take together."""
    names = [view.name for view in views]
    entries = sum(len(view.tasks) + sum(len(group.findings) for group in view.groups) for view in views)
    return page_from(
        "page.html",
        title=f"{', '.join(names[:3])}: {title}" if names else title,
        heading=title,
        version=__version__,
        crews=views,
        errors=[(str(one), one.hint or "") for one in errors],
        whole=None if whole is None else _sum(whole),
        searched=entries >= SEARCHED,
    )


def _sum(whole: Sums) -> tuple[str, str]:
    usd = numbers.money(None if whole.cost_usd is None else whole.cost_usd.expected)
    cost = numbers.at_least(usd, is_least="cost" in whole.lower_bounds)
    return cost, f"{numbers.calls(whole.calls.expected)} calls"
