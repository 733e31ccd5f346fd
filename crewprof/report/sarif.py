"""``--format sarif``: SARIF 2.1.0, which code scanning services read.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from crewprof import __version__
from crewprof.findings import Severity
from crewprof.report.budget_words import sentence
from crewprof.report.check_text import distinct_findings
from crewprof.report.json_values import money, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.result import Analysis, AnalysisRun, BrokenBudget
    from crewprof.errors import CrewprofError
    from crewprof.findings import Finding
    from crewprof.report.look import Look
    from crewprof.rules.rule import Rule

JsonObject: TypeAlias = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
BUDGETS = {
    "max-cost": "The expected cost of a run exceeds the budget.",
    "max-ceiling": "The most a run can cost exceeds the budget.",
    "max-seconds": "The expected time of a run exceeds the budget.",
}


def render(run: AnalysisRun, _look: Look) -> str:
    """The log as JSON text, with the page of every rule."""
    from crewprof.rules.registry import RULES

    return written(log(run, RULES))


def log(run: AnalysisRun, rules: Sequence[Rule]) -> JsonObject:
    """The SARIF log of ``run``; ``rules`` are described in it."""
    driver = {
        "name": "crewprof",
        "version": __version__,
        "rules": [*(_rule(rule) for rule in rules), *(_budget_rule(name) for name in BUDGETS)],
    }
    results = [_result(finding) for finding in distinct_findings(run)]
    results.extend(
        _budget_result(analysis, budget) for analysis in run.analyses for budget in analysis.broken_budgets
    )
    invocation = {
        "executionSuccessful": not run.errors,
        "toolExecutionNotifications": [_notification(error) for error in run.errors],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation],
                "results": results,
            }
        ],
    }


def _rule(rule: Rule) -> JsonObject:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _budget_rule(name: str) -> JsonObject:
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": BUDGETS[name]},
        "help": {"text": BUDGETS[name]},
        "defaultConfiguration": {"level": "error"},
    }


def _result(finding: Finding) -> JsonObject:
    place = finding.place
    region = {
        "startLine": place.shown_line,
        "startColumn": place.column,
        "endLine": place.shown_end_line,
        "endColumn": place.end_column,
    }
    return {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": {"text": place.cell_prefix + finding.message},
        "locations": [_location(place.path, region)],
        "properties": _properties(finding),
    }


def _properties(finding: Finding) -> JsonObject:
    saves, fix = finding.saves, finding.fix
    return {
        "tasks": list(finding.tasks),
        "agents": list(finding.agents),
        "savesUsd": money(saves.cost_usd),
        "savesTokens": saves.tokens,
        "savesSeconds": saves.seconds,
        "fix": None if fix is None else {"applicability": fix.applicability.value, "title": fix.title},
    }


def _budget_result(analysis: Analysis, budget: BrokenBudget) -> JsonObject:
    return {
        "ruleId": budget.name,
        "level": "error",
        "message": {"text": sentence(budget)},
        "locations": [_location(analysis.crew.path, {"startLine": analysis.crew.place.line})],
    }


def _notification(error: CrewprofError) -> JsonObject:
    text = f"{error.message} ({error.hint})" if error.hint else error.message
    notification: JsonObject = {"level": "error", "message": {"text": text}}
    if error.path is not None:
        region = {"startLine": error.line or 1}
        if error.column is not None:
            region["startColumn"] = error.column
        notification["locations"] = [_location(error.path, region)]
    return notification


def _location(path: str, region: JsonObject) -> JsonObject:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    """A relative reference for a relative path, so that it fits the repository of whoever reads it."""
    pure = PurePath(path)
    if pure.is_absolute():
        return pure.as_uri()
    return quote(str(PurePosixPath(*pure.parts)) if pure.parts else path, safe="/")
