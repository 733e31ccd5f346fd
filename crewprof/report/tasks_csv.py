"""``analyze --format csv``: a row for each task, one for a crew's calls outside of tasks, one for its sum.

An empty cell is not known (a high end: nothing bounds it). Numbers are those of the JSON report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report.cells import as_csv
from crewprof.report.json_values import (
    CALLS_PLACES,
    SECONDS_PLACES,
    money,
    money_range,
    number_range,
    token_range,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.analysis.result import Analysis, AnalysisRun
    from crewprof.estimate.profile import CallLine, Ceiling, TaskProfile, Total
    from crewprof.report.look import Look

ENDS = ("low", "expected", "high")
MEASURES = ("calls", "input_tokens", "output_tokens", "cost_usd", "seconds")
TITLES = (
    "crew",
    "path",
    "row",
    "task",
    "agent",
    "model",
    "async",
    "known",
    *(f"{measure}_{end}" for measure in MEASURES for end in ENDS),
    "worst_case_usd",
    "worst_case_tokens",
)


def render(run: AnalysisRun, _look: Look) -> str:
    """The tasks of all crews."""
    return as_csv(TITLES, (row for analysis in run.analyses for row in _rows(analysis)))


def _rows(analysis: Analysis) -> Iterator[list[object]]:
    crew, profile = analysis.crew, analysis.profile
    models = {agent.name: agent.model.id for agent in profile.agents}
    for task in profile.tasks:
        model = models.get(task.agent or "")
        own = [task.name, task.agent, model, task.async_execution, task.known]
        yield [crew.name, crew.path, "task", *own, *_amounts(task), *_worst(task.ceiling)]
    for line in profile.overhead:
        yield [
            crew.name,
            crew.path,
            line.kind,
            None,
            None,
            line.model,
            None,
            None,
            *_amounts(line),
            None,
            None,
        ]
    whole = profile.total
    own = [None, None, None, None, whole.complete]
    yield [crew.name, crew.path, "total", *own, *_amounts(whole), *_worst(whole.ceiling)]


def _amounts(one: TaskProfile | CallLine | Total) -> list[object]:
    cost = money_range(one.cost_usd)
    ranges = (
        number_range(one.calls, CALLS_PLACES),
        token_range(one.input_tokens),
        token_range(one.output_tokens),
        dict.fromkeys(ENDS) if cost is None else cost,
        number_range(one.seconds, SECONDS_PLACES),
    )
    return [amount[end] for amount in ranges for end in ENDS]


def _worst(ceiling: Ceiling) -> list[object]:
    return [money(ceiling.cost_usd), ceiling.tokens]
