"""``check --format csv``: a row for each finding, broken budget and file that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report.budget_words import sentence
from crewprof.report.cells import as_csv
from crewprof.report.check_text import distinct_findings
from crewprof.report.json_values import SECONDS_PLACES, money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.analysis.result import AnalysisRun
    from crewprof.findings import Finding
    from crewprof.report.look import Look

TITLES = (
    "path",
    "line",
    "column",
    "severity",
    "code",
    "name",
    "message",
    "tasks",
    "agents",
    "saves_usd",
    "saves_tokens",
    "saves_seconds",
    "fix",
    "fix_title",
)


def render(run: AnalysisRun, _look: Look) -> str:
    """What is wrong, by place."""
    return as_csv(TITLES, _rows(run))


def _rows(run: AnalysisRun) -> Iterator[list[object]]:
    nothing = [None] * 7
    for error in run.errors:
        told = f"{error.message} ({error.hint})" if error.hint else error.message
        yield [error.path, error.line, error.column, "error", "cannot-read", None, told, *nothing]
    for finding in distinct_findings(run):
        yield _finding(finding)
    for analysis in run.analyses:
        place = analysis.crew.place
        for budget in analysis.broken_budgets:
            where = [analysis.crew.path, place.shown_line, place.column]
            yield [*where, "error", budget.name, None, sentence(budget), *nothing]


def _finding(finding: Finding) -> list[object]:
    place, saves, fix = finding.place, finding.saves, finding.fix
    return [
        place.shown_path,
        place.shown_line,
        place.column,
        finding.severity.value,
        finding.code,
        finding.name,
        finding.message,
        ", ".join(finding.tasks),
        ", ".join(finding.agents),
        money(saves.cost_usd),
        None if saves.tokens is None else round(saves.tokens),
        None if saves.seconds is None else round(saves.seconds, SECONDS_PLACES),
        None if fix is None else fix.applicability.value,
        None if fix is None else fix.title,
    ]
