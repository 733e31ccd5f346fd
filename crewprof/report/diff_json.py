"""``diff --format json``: version 1 of the comparison; its values are those of ``analyze --format json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.analysis.sums import whole_of
from crewprof.report import json_values as values
from crewprof.report.analyze_json import heading, sums_object, total_object
from crewprof.report.json_values import CALLS_PLACES, SECONDS_PLACES, JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.analysis.comparison import Comparison, CrewChange, FlowChange, TaskChange
    from crewprof.analysis.sums import FlowTotal
    from crewprof.estimate.profile import CallLine, TaskProfile
    from crewprof.report.look import Look


def render(comparison: Comparison, names: tuple[str, str], _look: Look) -> str:
    """The comparison as JSON text."""
    return values.written(diff_object(comparison, names))


def diff_object(comparison: Comparison, names: tuple[str, str]) -> JsonObject:
    """The report of a comparison; each pair is what was before and what is after."""
    runs = comparison.before, comparison.after
    wholes = [sums_object(whole_of(run), run.runs_per_month) for run in runs]
    return {
        **heading(),
        "from": names[0],
        "to": names[1],
        "crews": [_crew(change) for change in comparison.crews],
        "flows": [_flow(change) for change in comparison.flows],
        "total": {
            "crews": [len(run.analyses) for run in runs],
            **{key: [whole[key] for whole in wholes] for key in wholes[0]},
        },
        "settings": list(comparison.settings),
        "errors": [
            {"side": side, **values.error(error)}
            for side, run in zip(("from", "to"), runs, strict=True)
            for error in run.errors
        ],
    }


def _crew(change: CrewChange) -> JsonObject:
    shown, was = change.shown.crew, change.renamed_from
    sides = change.before, change.after
    lines = [() if one is None else one.profile.overhead for one in sides]
    return {
        "name": shown.name,
        "path": shown.path,
        "status": change.status,
        "renamed_from": None if was is None else {"name": was[0], "path": was[1]},
        "before": None if change.before is None else total_object(change.before),
        "after": None if change.after is None else total_object(change.after),
        "because": list(change.because),
        "refused": [None if one is None else one.refused for one in sides],
        "tasks": [_task(one) for one in change.tasks],
        "overhead": [[_line(line) for line in side] for side in lines],
        "findings": {
            "new": [values.finding(one) for one in change.new],
            "gone": [values.finding(one) for one in change.gone],
        },
    }


def _task(change: TaskChange) -> JsonObject:
    def both(form: Callable[[TaskProfile], Any]) -> list[Any]:
        return [None if one is None else form(one) for one in (change.before, change.after)]

    return {
        "name": change.name,
        "status": change.status,
        "renamed_from": change.renamed_from,
        "agent": both(lambda one: one.agent),
        "cost_usd": both(lambda one: values.money_range(one.cost_usd)),
        "calls": both(lambda one: values.number_range(one.calls, CALLS_PLACES)),
        "input_tokens": both(lambda one: values.token_range(one.input_tokens)),
        "cached_input_tokens": both(lambda one: values.token_range(one.cached_input_tokens)),
        "output_tokens": both(lambda one: values.token_range(one.output_tokens)),
        "seconds": both(lambda one: values.number_range(one.seconds, SECONDS_PLACES)),
        "ceiling": both(lambda one: values.ceiling(one.ceiling)),
        "because": list(change.because),
    }


def _line(line: CallLine) -> JsonObject:
    return {
        "kind": line.kind,
        "calls": values.number_range(line.calls, CALLS_PLACES),
        "cost_usd": values.money_range(line.cost_usd),
    }


def _flow(change: FlowChange) -> JsonObject:
    def both(form: Callable[[FlowTotal], Any]) -> list[Any]:
        return [None if one is None else form(one) for one in (change.before, change.after)]

    return {
        "name": change.shown.flow.name,
        "path": change.shown.flow.path,
        "status": change.status,
        "cost_usd": both(lambda one: values.money_range(one.sums.cost_usd)),
        "calls": both(lambda one: values.number_range(one.sums.calls, CALLS_PLACES)),
        "input_tokens": both(lambda one: values.token_range(one.sums.input_tokens)),
        "output_tokens": both(lambda one: values.token_range(one.sums.output_tokens)),
        "seconds": both(lambda one: values.number_range(one.sums.seconds, SECONDS_PLACES)),
    }
