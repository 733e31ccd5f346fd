"""``optimize --format json``: the report of ``analyze`` with each crew's optimized form beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import json_values as values
from crewprof.report.analyze_json import crew_object, heading

if TYPE_CHECKING:
    from crewprof.analysis.result import OptimizedCrew, OptimizedRun
    from crewprof.report.json_values import JsonObject
    from crewprof.report.look import Look


def render(run: OptimizedRun, _look: Look) -> str:
    """The whole run as JSON text."""
    return values.written(
        {
            **heading(),
            "crews": [_crew(one) for one in run.crews],
            "errors": [values.error(error) for error in run.errors],
        }
    )


def _crew(crew: OptimizedCrew) -> JsonObject:
    return {
        **crew_object(crew.before),
        "optimized": crew_object(crew.after),
        "applied": [values.finding(finding) for finding in crew.applied],
        "held_back": [
            {"finding": values.finding(one.finding), "because": one.because} for one in crew.held_back
        ],
        "diff": crew.diff,
        "target_note": crew.target_note,
    }
