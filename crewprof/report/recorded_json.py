"""``crewprof profile --format json`` (version 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.recorded.statistics import concurrent_groups
from crewprof.report.json_values import money, written

if TYPE_CHECKING:
    from decimal import Decimal

    from crewprof.analysis.measured import Measured, MeasuredCrew, MeasuredRuns, PricedCall
    from crewprof.quantity import Range
    from crewprof.recorded.runs import Kickoff, Run
    from crewprof.report.look import Look

MOST_CALLS = 50
"""Dearest calls that are listed."""


def as_json(measured: MeasuredRuns, _look: Look) -> str:
    """The runs, their crews with tasks and agents, and the most expensive calls."""
    return written(
        {
            "version": 1,
            "path": measured.recorded.path,
            "runs": [_run(run) for run in measured.runs],
            "crews": [_crew(crew) for crew in measured.crews],
            "dearest_calls": [_call(one) for one in measured.dearest[:MOST_CALLS]],
            "unreadable_lines": list(measured.recorded.unreadable),
        }
    )


def _run(run: Run) -> dict[str, Any]:
    stop = run.stop
    return {
        "id": run.id,
        "command": list(run.command),
        "crewai": run.crewai,
        "started": run.started,
        "ended": run.ended,
        "exit": run.exit,
        "kickoffs": sum(kickoff.crew is not None for kickoff in run.kickoffs),
        "calls": len(run.calls),
        "stopped": None
        if stop is None
        else {"limit": stop.limit, "most": stop.most, "spent": stop.spent, "finished": list(stop.finished)},
    }


def _crew(crew: MeasuredCrew) -> dict[str, Any]:
    return {
        "name": crew.name,
        "path": crew.path,
        "kickoffs": crew.total.kickoffs,
        "tasks": [_measured(one) for one in crew.tasks],
        "agents": [_measured(one) for one in crew.agents],
        "unattributed": None if crew.unattributed is None else _measured(crew.unattributed),
        "total": _measured(crew.total),
        "timeline": _timeline(crew.latest),
        "groups": [list(group) for group in concurrent_groups(crew.latest)],
    }


def _measured(one: Measured) -> dict[str, Any]:
    """Numbers are per kickoff: the least, the mean and the most of what was measured."""
    return {
        "name": one.name,
        "kickoffs": one.kickoffs,
        "calls": _range(one.calls),
        "input_tokens": _range(one.input_tokens),
        "cached_input_tokens": _range(one.cached_input_tokens),
        "output_tokens": _range(one.output_tokens),
        "cost_usd": None if one.cost_usd is None else _money(one.cost_usd),
        "seconds": _range(one.seconds),
        "tool_uses": _range(one.tool_uses),
        "failed_calls": one.failed_calls,
        "unpriced_calls": one.unpriced,
        "uncounted_calls": one.uncounted,
        "models": list(one.models),
        "agents": list(one.agents),
    }


def _range(spread: Range[float]) -> dict[str, float | None]:
    return {
        "low": round(spread.low, 6),
        "expected": round(spread.expected, 6),
        "high": None if spread.top is None else round(spread.top, 6),
    }


def _money(spread: Range[Decimal]) -> dict[str, Any]:
    return {"low": money(spread.low), "expected": money(spread.expected), "high": money(spread.top)}


def _timeline(kickoff: Kickoff) -> list[dict[str, Any]]:
    first = min((span.started for span in kickoff.spans), default=0.0)
    return [
        {
            "task": span.task,
            "agent": span.agent,
            "starts": round(span.started - first, 6),
            "seconds": round(span.seconds, 6),
            "failed": span.failed,
        }
        for span in sorted(kickoff.spans, key=lambda one: one.started)
    ]


def _call(one: PricedCall) -> dict[str, Any]:
    call = one.call
    return {
        "run": one.run,
        "crew": one.crew,
        "task": call.task,
        "agent": call.agent,
        "model": call.model,
        "kind": call.kind,
        "prompt": call.prompt,
        "completion": call.completion,
        "cached": call.cached,
        "reasoning": call.reasoning,
        "started": call.started,
        "seconds": call.seconds,
        "cost_usd": money(one.cost_usd),
    }
