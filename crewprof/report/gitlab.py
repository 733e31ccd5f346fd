"""``--format gitlab``: the code quality report GitLab shows in merge requests.

Source of the form: GitLab Docs, "Code Quality", section "Code Quality report format".
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.report.budget_words import sentence
from crewprof.report.check_text import distinct_findings
from crewprof.report.finding_order import APPLICABILITY_WORDS
from crewprof.report.fingerprints import fingerprint, fingerprints
from crewprof.report.json_values import JsonObject, written
from crewprof.report.plain_text import visible

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis, AnalysisRun, BrokenBudget
    from crewprof.errors import CrewprofError
    from crewprof.findings import Finding
    from crewprof.report.look import Look

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}
BUDGET_SEVERITY = "major"
UNREADABLE = "cannot-read"
"""The check that fails for a file that cannot be read or analysed."""


def render(run: AnalysisRun, _look: Look) -> str:
    """A list of issues as JSON: files that cannot be read, findings by place, broken budgets."""
    found = distinct_findings(run)
    issues = [_error(one) for one in run.errors]
    issues += [_finding(one, mark) for one, mark in zip(found, fingerprints(found), strict=True)]
    issues += [_budget(analysis, budget) for analysis in run.analyses for budget in analysis.broken_budgets]
    return written(issues)


def _finding(finding: Finding, mark: str) -> JsonObject:
    place = finding.place
    told = place.cell_prefix + finding.message
    if finding.fix is not None:
        told += f" ({APPLICABILITY_WORDS[finding.fix.applicability]}: {finding.fix.title})"
    return {
        "description": visible(f"{finding.code}: {told}"),
        "check_name": finding.code,
        "fingerprint": mark,
        "severity": SEVERITIES[finding.severity],
        "location": _location(place.path, place.shown_line, place.shown_end_line),
    }


def _budget(analysis: Analysis, budget: BrokenBudget) -> JsonObject:
    crew = analysis.crew
    return {
        "description": visible(sentence(budget)),
        "check_name": budget.name,
        "fingerprint": fingerprint(budget.name, crew.path, crew.name),
        "severity": BUDGET_SEVERITY,
        "location": _location(crew.path, crew.place.shown_line, crew.place.shown_line),
    }


def _error(error: CrewprofError) -> JsonObject:
    told = f"{error.message} ({error.hint})" if error.hint else error.message
    line = error.line or 1
    return {
        "description": visible(told),
        "check_name": UNREADABLE,
        "fingerprint": fingerprint(UNREADABLE, error.path or "", error.message),
        "severity": "blocker",
        "location": _location(error.path or ".", line, line),
    }


def _location(path: str, line: int, end: int) -> JsonObject:
    """Paths are from the root of the repository: crewprof is run there."""
    return {"path": PurePath(path).as_posix(), "lines": {"begin": line, "end": max(line, end)}}
