"""``explain`` as JSON (version 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import explain_words as words
from crewprof.report.json_values import (
    CALLS_PLACES,
    SECONDS_PLACES,
    JsonObject,
    ceiling,
    finding,
    money_range,
    number_range,
    plain,
    token_range,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.explanation import Explanation
    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import CallLine, TaskProfile
    from crewprof.estimate.request_text import Stretch


def render_tasks(analyses: Sequence[Analysis]) -> str:
    """The tasks of each crew, the dearest first."""
    crews = [
        {"name": one.crew.name, "path": one.crew.path, "tasks": [_task(task) for task in by_cost(one)]}
        for one in analyses
    ]
    return written({"version": 1, "crews": crews})


def by_cost(analysis: Analysis) -> list[TaskProfile]:
    """The tasks of a crew, the dearest first; by tokens where nothing has a price."""

    def spent(task: TaskProfile) -> tuple[float, float]:
        cost = 0.0 if task.cost_usd is None else float(task.cost_usd.expected)
        return -cost, -task.input_tokens.expected - task.output_tokens.expected

    return sorted(analysis.profile.tasks, key=spent)


def _task(task: TaskProfile) -> JsonObject:
    return {
        "task": task.name,
        "agent": task.agent,
        "known": task.known,
        "calls": number_range(task.calls, CALLS_PLACES),
        "input_tokens": token_range(task.input_tokens),
        "output_tokens": token_range(task.output_tokens),
        "cost_usd": money_range(task.cost_usd),
        "seconds": number_range(task.seconds, SECONDS_PLACES),
    }


def render_task(whole: Explanation, *, prompt: bool) -> str:
    """One task: its calls with their reasons, what would halve its cost and, with ``prompt``, its request."""
    data: JsonObject = {
        "version": 1,
        "crew": whole.crew.name,
        "path": whole.task.place.path,
        "line": whole.task.place.shown_line,
        "task": whole.task.name,
        "agent": whole.profile.agent,
        "known": whole.profile.known,
        "cost_usd": money_range(whole.profile.cost_usd),
        "input_tokens": token_range(whole.profile.input_tokens),
        "output_tokens": token_range(whole.profile.output_tokens),
        "seconds": number_range(whole.profile.seconds, SECONDS_PLACES),
        "ceiling": ceiling(whole.profile.ceiling),
        "calls": _calls(whole),
        "shares": {component: round(float(amount), 9) for component, amount in whole.shares},
        "would_halve": [
            {"change": change, "cost_usd": round(cost, 9), "saves": round(saved, 4)}
            for change, cost, saved in words.halving(whole)
            if saved >= words.HALF - 0.001
        ],
        "would_save": [
            {"change": change, "cost_usd": round(cost, 9), "saves": round(saved, 4)}
            for change, cost, saved in words.halving(whole)
        ],
        "findings": [finding(one) for one in whole.findings],
    }
    if prompt:
        data |= _request(whole)
    return written(data)


def _calls(whole: Explanation) -> list[JsonObject]:
    if whole.reasons.calls:
        return [_call(one.line, words.because(one, whole)) for one in whole.reasons.calls]
    return [_call(line, words.not_known(whole)) for line in whole.profile.lines]


def _call(line: CallLine, because: list[str]) -> JsonObject:
    return {
        "kind": line.kind,
        "agent": line.agent,
        "model": line.model,
        "times": number_range(line.calls, CALLS_PLACES),
        "input_tokens": token_range(line.input_tokens),
        "cached_input_tokens": token_range(line.cached_input_tokens),
        "output_tokens": token_range(line.output_tokens),
        "cost_usd": money_range(line.cost_usd),
        "seconds": number_range(line.seconds, SECONDS_PLACES),
        "because": because,
    }


def _request(whole: Explanation) -> JsonObject:
    text, first = whole.reasons.text, whole.reasons.first
    if text is None or first is None:
        return {"messages": [], "stretches": []}
    schema = first.response_schema
    return {
        "messages": [{"role": role, "content": content} for role, content in text.messages],
        "stretches": [_stretch(one) for one in text.stretches],
        "tools": [
            {"name": one.name, "description": one.description, "parameters": plain(one.parameters)}
            for one in first.tools
        ],
        "response_format": None if schema is None else {"name": schema.name, "schema": schema.json_schema},
        "not_known": list(first.gaps),
        "first_call_tokens": whole.profile.first_call.input_tokens,
        "exact": whole.profile.first_call.exact,
    }


def _stretch(one: Stretch) -> JsonObject:
    data: JsonObject = {
        "message": one.message,
        "start": one.start,
        "end": one.end,
        "part": one.part,
        "path": None if one.place is None else one.place.path,
        "line": None if one.place is None else one.place.shown_line,
        "tokens": one.tokens,
    }
    if one.slot is not None:
        data["placeholder"] = one.slot.of
        data["output_of"] = one.slot.task if one.slot.of == "output" else None
    return data
