"""``crewprof profile --drift``: where estimate and measurement disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.name_lists import named
from crewprof.report import numbers
from crewprof.report.drawing import Text
from crewprof.report.json_values import written
from crewprof.report.terminal import styled, to_text
from crewprof.report.text_tables import Column, fitted_table, heading, name, right

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crewprof.analysis.drift import Blame, Compared, CrewDrift, TaskDrift
    from crewprof.quantity import Range
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

FORMATS = ("text", "json")


def render(crews: Sequence[CrewDrift], report_format: str, look: Look) -> str:
    """The drift of ``crews`` as text or JSON."""
    if report_format == "json":
        return written({"version": 1, "crews": [_crew_object(crew) for crew in crews]})
    parts: list[Drawn] = []
    for crew in crews:
        parts += _crew(crew, look)
    return to_text(parts, look)


def _crew(crew: CrewDrift, look: Look) -> list[Drawn]:
    inside = sum(
        one.is_inside for task in crew.tasks for one in (task.calls, task.input_tokens, task.output_tokens)
    )
    told = f"{inside} of {3 * len(crew.tasks)} token and call counts lie in the estimated range"
    rows = [
        [
            styled(task.task),
            styled(f"{task.runs}", "" if task.is_unchanged else "yellow"),
            _pair(task.calls, numbers.calls),
            _pair(task.input_tokens, numbers.tokens),
            _pair(task.output_tokens, numbers.tokens),
            _pair(task.seconds, numbers.seconds),
            styled(_blamed(task.blame), "dim"),
        ]
        for task in crew.tasks
    ]
    columns = (
        name("task"),
        right("runs", 1),
        right("calls", 3),
        right("input"),
        right("output"),
        right("seconds", 2),
        Column("to blame", gives="fold", rank=0),
    )
    return [
        heading(crew.name, told, width=look.width),
        fitted_table(columns, rows, look.width),
        styled("  estimated → measured; outside of the estimated range in yellow", "dim"),
        *_changed(crew.tasks),
        Text(),
    ]


def _changed(tasks: Sequence[TaskDrift]) -> list[Text]:
    changed = [task.task for task in tasks if not task.is_unchanged]
    if not changed:
        return []
    return [styled(f"  edited since the recorded runs: {named(changed)}", "dim")]


def _pair(compared: Compared, said: Callable[[float], str]) -> Text:
    text = f"{said(compared.estimated.expected)} → {said(compared.measured.expected)}"
    return styled(text, "" if compared.is_inside else "yellow")


def _blamed(blame: Sequence[Blame]) -> str:
    if not blame:
        return ""
    first = blame[0]
    names = f" ({', '.join(first.assumptions[:2])})" if first.assumptions else ""
    return f"{first.what} ×{first.factor:.2g}{names}"


def _crew_object(crew: CrewDrift) -> dict[str, Any]:
    return {"name": crew.name, "path": crew.path, "tasks": [_task_object(task) for task in crew.tasks]}


def _task_object(task: TaskDrift) -> dict[str, Any]:
    return {
        "name": task.task,
        "runs": task.runs,
        "edited_since": not task.is_unchanged,
        "calls": _compared_object(task.calls),
        "input_tokens": _compared_object(task.input_tokens),
        "output_tokens": _compared_object(task.output_tokens),
        "seconds": _compared_object(task.seconds),
        "blame": [
            {"what": one.what, "factor": round(one.factor, 3), "assumptions": list(one.assumptions)}
            for one in task.blame
        ],
    }


def _compared_object(compared: Compared) -> dict[str, Any]:
    factor = compared.factor
    return {
        "estimated": _range(compared.estimated),
        "measured": _range(compared.measured),
        "inside": compared.is_inside,
        "factor": None if factor is None else round(factor, 3),
    }


def _range(value: Range[float]) -> dict[str, float | None]:
    top = None if value.top is None else round(value.top, 3)
    return {"low": round(value.low, 3), "expected": round(value.expected, 3), "high": top}
