"""``compare`` as JSON (version 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import compare_rows as cells
from crewprof.report import json_values as values
from crewprof.report.analyze_json import kickoff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.model_comparison import ComparedRow, ModelComparison
    from crewprof.analysis.model_mixes import FoundMix
    from crewprof.report.json_values import JsonObject
    from crewprof.report.look import Look

QUALITY = "crewprof knows nothing about the quality of the answers: a cheaper model may write worse ones"


def render(found: Sequence[ModelComparison], _look: Look) -> str:
    """Every crew with its rows, its front, and the mix that reaches the goals."""
    return values.written({"version": 1, "crews": [_crew(one) for one in found], "note": QUALITY})


def _crew(one: ModelComparison) -> JsonObject:
    goals = one.goals
    return {
        "name": one.crew.name,
        "path": one.crew.path,
        "rows": [_row(row, one) for row in one.rows],
        "front": None if one.front is None else [_mix(mix) for mix in one.front],
        "unchanged": cells.stays(one),
        "mixes": {"count": one.mixes, "all_compared": one.all_mixes},
        "wanted": None
        if not goals.are_set
        else {
            "max_seconds": None if goals.max_seconds is None else float(goals.max_seconds),
            "max_cost": None if goals.max_cost is None else float(goals.max_cost),
            "mix": None if one.wanted is None else _mix(one.wanted),
        },
    }


def _row(row: ComparedRow, one: ModelComparison) -> JsonObject:
    total = kickoff(row.profile.total) | {
        "monthly_cost_usd": values.money_range(row.monthly_cost_usd),
        "runs_per_month": one.runs_per_month,
    }
    return {
        "label": row.label,
        "models": dict(row.models),
        "total": total,
        "does_not_fit": list(row.does_not_fit),
        "lacks": list(row.lacks),
        "on_front": row.on_front,
    }


def _mix(mix: FoundMix) -> JsonObject:
    return {"label": mix.label, "models": dict(mix.models), "total": kickoff(mix.profile.total)}
