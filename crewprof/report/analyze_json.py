"""``analyze --format json``: version 1 of the report (``schema/analyze-v1.schema.json``).

These are types of their own, not a dump of what crewprof works with: keys are added, never changed,
within a version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof import __version__
from crewprof.analysis.sums import monthly, whole_of
from crewprof.report import json_values as values
from crewprof.report.finding_groups import once_each
from crewprof.report.json_values import CALLS_PLACES, SECONDS_PLACES, JsonObject
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crewprof.analysis.result import Analysis, AnalysisRun, BrokenBudget
    from crewprof.analysis.sums import FlowTotal, Sums
    from crewprof.crew.definition import Crew
    from crewprof.estimate.gaps import Gap
    from crewprof.estimate.profile import AgentProfile, CallLine, Dependency, FirstCall, TaskProfile, Total
    from crewprof.report.look import Look

VERSION = 1
"""Rises when a key changes its meaning or goes away."""


def render(run: AnalysisRun, _look: Look) -> str:
    """The whole run as JSON text."""
    return values.written(run_object(run))


def run_object(run: AnalysisRun) -> JsonObject:
    """The report of a run."""
    return {
        **heading(),
        "crews": [crew_object(analysis) for analysis in run.analyses],
        "flows": [_flow(one, run.runs_per_month) for one in run.flows],
        "total": {"crews": len(run.analyses), **sums_object(whole_of(run), run.runs_per_month)},
        "errors": [values.error(error) for error in run.errors],
    }


def _flow(one: FlowTotal, runs_per_month: int | None) -> JsonObject:
    flow = one.flow
    return {
        "name": flow.name,
        "path": flow.path,
        "methods": [
            {
                "name": method.name,
                "starts": method.starts,
                "listens": list(method.listens),
                "crews": list(method.crews),
                "times": values.count_range(method.times),
            }
            for method in flow.methods
        ],
        "total": {
            **sums_object(one.sums, runs_per_month),
            "seconds": values.number_range(one.sums.seconds, SECONDS_PLACES),
        },
        "not_counted": [
            {"method": method.name, "what": gap.reason, "path": gap.place.path, "line": gap.place.line}
            for method in flow.methods
            for gap in method.not_counted
        ],
    }


def sums_object(sums: Sums, runs_per_month: int | None) -> JsonObject:
    """Several kickoffs together, and what a month of them costs."""
    return {
        "cost_usd": values.money_range(sums.cost_usd),
        "complete": sums.complete,
        "calls": values.number_range(sums.calls, CALLS_PLACES),
        "input_tokens": values.token_range(sums.input_tokens),
        "output_tokens": values.token_range(sums.output_tokens),
        "monthly_cost_usd": values.money_range(monthly(sums, runs_per_month)),
    }


def heading() -> JsonObject:
    """What every JSON report begins with."""
    return {"version": VERSION, "crewprof": __version__}


def crew_object(analysis: Analysis) -> JsonObject:
    """One crew of the report."""
    crew, profile, version = analysis.crew, analysis.profile, analysis.crewai
    return {
        "name": crew.name,
        "path": crew.path,
        "kind": crew.kind.value,
        "process": crew.process.value,
        "crewai": {"version": version.version, "source": version.source, "reason": version.reason},
        "refused": analysis.refused,
        "kickoffs": values.count_range(crew.kickoffs),
        "inputs": _inputs(crew),
        "agents": [_agent(agent) for agent in profile.agents],
        "tasks": _tasks(profile.tasks),
        "overhead": [_line(line) for line in profile.overhead],
        "total": total_object(analysis),
        "schedule": _schedule(analysis),
        "assumptions": [
            {"name": one.name, "value": values.plain(one.value), "unit": one.unit, "source": one.source}
            for one in profile.assumptions
        ],
        "findings": [values.finding(finding) for finding in once_each(analysis.findings)],
        "suppressed": analysis.suppressed,
        "unused_ignores": [
            {"path": one.path, "line": one.line, "column": one.column, "codes": list(one.codes)}
            for one in analysis.unused_ignores
        ],
        "budgets": [_budget(budget) for budget in analysis.broken_budgets],
        "notes": list(profile.notes),
        "not_known": [_gap(gap) for gap in profile.gaps],
    }


def _inputs(crew: Crew) -> JsonObject | None:
    """What the kickoff gives, by name, ``None`` for a value that is not known; ``None`` when nothing is
    known of it."""
    if not crew.inputs and not crew.inputs_known:
        return None
    return {
        name: None if isinstance(value, Unknown) else values.plain(value)
        for name, value in crew.inputs.items()
    }


def _gap(gap: Gap) -> JsonObject:
    return {
        "cause": gap.cause.value,
        "what": gap.what,
        "why": gap.why or None,
        "path": gap.place.path,
        "line": gap.place.line,
        "column": gap.place.column,
        "tasks": None if gap.tasks is None else sorted(gap.tasks),
    }


def _agent(agent: AgentProfile) -> JsonObject:
    model = agent.model
    return {
        "name": agent.name,
        "role": agent.role,
        "model": {
            "id": model.id,
            "source": model.source,
            "tier": model.tier,
            "priced": model.priced,
            "counting": model.counting,
        },
        "tasks": list(agent.tasks),
        "cost_usd": values.money_range(agent.cost_usd),
        "input_tokens": values.token_range(agent.input_tokens),
        "output_tokens": values.token_range(agent.output_tokens),
    }


def _tasks(tasks: Iterable[TaskProfile]) -> list[JsonObject]:
    """All tasks; what several of them depend on is one object, for by default each depends on all before."""
    known: dict[int, JsonObject] = {}

    def dependency(one: Dependency) -> JsonObject:
        if id(one) not in known:
            known[id(one)] = {"task": one.task, "via": one.via, "certain": one.certain}
        return known[id(one)]

    return [_task(task, dependency) for task in tasks]


def _task(task: TaskProfile, dependency: Callable[[Dependency], JsonObject]) -> JsonObject:
    return {
        "name": task.name,
        "agent": task.agent,
        "async": task.async_execution,
        "known": task.known,
        "depends_on": [dependency(one) for one in task.depends_on],
        "calls": values.number_range(task.calls, CALLS_PLACES),
        "input_tokens": values.token_range(task.input_tokens),
        "cached_input_tokens": values.token_range(task.cached_input_tokens),
        "output_tokens": values.token_range(task.output_tokens),
        "cost_usd": values.money_range(task.cost_usd),
        "seconds": values.number_range(task.seconds, SECONDS_PLACES),
        "provenance": {
            "calls": task.calls.provenance,
            "output_tokens": task.output_tokens.provenance,
            "seconds": task.seconds.provenance,
            "runs": task.runs,
        },
        "answer_tokens": values.token_range(task.answer_tokens),
        "first_call": _first_call(task.first_call),
        "ceiling": values.ceiling(task.ceiling),
        "lines": [_line(line) for line in task.lines],
        "assumed": list(task.assumed),
    }


def _first_call(call: FirstCall) -> JsonObject:
    return {"input_tokens": call.input_tokens, "exact": call.exact, "parts": dict(call.parts)}


def _line(line: CallLine) -> JsonObject:
    return {
        "kind": line.kind,
        "model": line.model,
        "calls": values.number_range(line.calls, CALLS_PLACES),
        "input_tokens": values.token_range(line.input_tokens),
        "cached_input_tokens": values.token_range(line.cached_input_tokens),
        "output_tokens": values.token_range(line.output_tokens),
        "cost_usd": values.money_range(line.cost_usd),
        "seconds": values.number_range(line.seconds, SECONDS_PLACES),
    }


def total_object(analysis: Analysis) -> JsonObject:
    """One kickoff of a crew, and what a month of them costs."""
    return kickoff(analysis.profile.total) | _monthly(analysis)


def kickoff(total: Total) -> JsonObject:
    """The totals of one kickoff of a crew."""
    return {
        "calls": values.number_range(total.calls, CALLS_PLACES),
        "input_tokens": values.token_range(total.input_tokens),
        "cached_input_tokens": values.token_range(total.cached_input_tokens),
        "output_tokens": values.token_range(total.output_tokens),
        "cost_usd": values.money_range(total.cost_usd),
        "seconds": values.number_range(total.seconds, SECONDS_PLACES),
        "complete": total.complete,
        "ceiling": values.ceiling(total.ceiling),
        "unpriced_calls": round(total.unpriced_calls, CALLS_PLACES),
    }


def _monthly(analysis: Analysis) -> JsonObject:
    return {
        "monthly_cost_usd": values.money_range(analysis.monthly_cost_usd),
        "runs_per_month": analysis.runs_per_month,
    }


def _schedule(analysis: Analysis) -> JsonObject:
    current, best = analysis.profile.schedule, analysis.fastest
    return {
        "current": {
            "seconds": round(current.seconds, SECONDS_PLACES),
            "groups": [list(group) for group in current.groups],
        },
        "best": {
            "seconds": round(best.seconds, SECONDS_PLACES),
            "order": list(best.order),
            "async": list(best.async_tasks),
            "groups": [list(group) for group in best.groups],
            "optimal": best.optimal,
            "lower_bound_seconds": round(best.lower_bound_seconds, SECONDS_PLACES),
        },
    }


def _budget(budget: BrokenBudget) -> JsonObject:
    return {
        "name": budget.name,
        "limit": float(budget.limit),
        "actual": None if budget.actual is None else float(budget.actual),
        "unit": budget.unit,
        "not_known": [gap.what for gap in budget.gaps],
    }
