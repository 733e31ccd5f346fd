"""``--format github``: workflow commands that GitHub Actions shows beside the lines of a pull request.

Source of the form and the escapes: GitHub Docs, "Workflow commands for GitHub Actions", and
actions/toolkit ``packages/core/src/command.ts``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.report.budget_words import sentence
from crewprof.report.check_text import distinct_findings
from crewprof.report.finding_order import APPLICABILITY_WORDS, savings
from crewprof.report.plain_text import visible

if TYPE_CHECKING:
    from crewprof.analysis.result import AnalysisRun
    from crewprof.errors import CrewprofError
    from crewprof.findings import Finding
    from crewprof.report.look import Look

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(run: AnalysisRun, _look: Look) -> str:
    """One command a line: errors of reading, findings by place, broken budgets."""
    commands = [_error(error) for error in run.errors]
    commands.extend(_finding(finding) for finding in distinct_findings(run))
    commands.extend(
        _command("error", sentence(budget), file=analysis.crew.path, title=f"crewprof {budget.name}")
        for analysis in run.analyses
        for budget in analysis.broken_budgets
    )
    return "".join(command + "\n" for command in commands)


def _error(error: CrewprofError) -> str:
    message = f"{error.message} ({error.hint})" if error.hint else error.message
    return _command("error", message, file=error.path, line=error.line, col=error.column, title="crewprof")


def _finding(finding: Finding) -> str:
    place = finding.place
    saved = savings(finding.saves)
    parts = [place.cell_prefix + finding.message]
    if saved:
        parts.append(saved)
    if finding.fix is not None:
        parts.append(f"{APPLICABILITY_WORDS[finding.fix.applicability]}: {finding.fix.title}")
    one_line = place.end_line == place.line
    return _command(
        LEVELS[finding.severity],
        "\n".join(parts),
        file=place.path,
        line=place.shown_line,
        endLine=place.shown_end_line,
        col=place.column if one_line else None,
        endColumn=max(place.end_column - 1, place.column) if one_line else None,
        title=f"{finding.code} {finding.name}",
    )


def _command(command: str, message: str, **properties: str | int | None) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value is not None)
    return f"::{command} {given}::{_data(message)}"


def _data(text: str) -> str:
    lines = text.replace("%", "%25").split("\n")
    return "%0A".join(visible(line) for line in lines)


def _property(value: str | int) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
