"""``--format sarif``: SARIF 2.1.0, which code scanning services read.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from crewprof import __version__
from crewprof.findings import Severity
from crewprof.quick_dataclasses import dataclass
from crewprof.report.addresses import HOME, rule_address
from crewprof.report.budget_words import sentence
from crewprof.report.check_text import distinct_findings
from crewprof.report.finding_order import APPLICABILITY_WORDS
from crewprof.report.fingerprints import fingerprint, fingerprints
from crewprof.report.json_values import money, written
from crewprof.report.replacements import replacements
from crewprof.rewrite.each import texts_after_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.analysis.result import Analysis, AnalysisRun, BrokenBudget
    from crewprof.crew.definition import Crew
    from crewprof.errors import CrewprofError
    from crewprof.findings import Finding, Fix
    from crewprof.report.look import Look
    from crewprof.report.replacements import Replacement
    from crewprof.rules.rule import Rule
    from crewprof.source.text import SourceText

JsonObject: TypeAlias = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "crewprofFinding/v1"
"""Name of the fingerprint; another way to make it gets another name."""
UNREADABLE = "cannot-read"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
BUDGETS = {
    "max-cost": "The expected cost of a run exceeds the budget.",
    "max-ceiling": "The most a run can cost exceeds the budget.",
    "max-seconds": "The expected time of a run exceeds the budget.",
}


def render(run: AnalysisRun, _look: Look) -> str:
    """The log as JSON text, with the page of every rule."""
    from crewprof.rules.registry import every_rule

    return written(log(run, every_rule()))


def log(run: AnalysisRun, rules: Sequence[Rule]) -> JsonObject:
    """The SARIF log of ``run``; ``rules`` are described in it."""
    described = [
        *(_rule(rule) for rule in rules),
        *(_other_rule(name, text) for name, text in BUDGETS.items()),
        _other_rule(UNREADABLE, "A file cannot be read, or its crew cannot be analysed."),
    ]
    driver = {
        "name": "crewprof",
        "informationUri": HOME,
        "version": __version__,
        "semanticVersion": __version__,
        "rules": described,
    }
    results = _Results(run, {rule["id"]: index for index, rule in enumerate(described)}).made()
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
                # Columns of ours count characters; SARIF counts UTF-16 units where nothing is said.
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
        "helpUri": rule_address(rule.code),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _other_rule(name: str, text: str) -> JsonObject:
    """What is reported and no rule finds: budgets, files that cannot be read."""
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": text},
        "help": {"text": text},
        "helpUri": HOME,
        "defaultConfiguration": {"level": "error"},
    }


@dataclass(frozen=True, slots=True)
class _Results:
    """The results of ``run``; ``index``: where each rule is described."""

    run: AnalysisRun
    index: Mapping[str, int]

    def made(self) -> list[JsonObject]:
        """Findings by place, broken budgets, files that cannot be read."""
        found = distinct_findings(self.run)
        fixes = self._fixes()
        return [
            *(
                self._finding(one, mark, fixes.get(_key(one), []))
                for one, mark in zip(found, fingerprints(found), strict=True)
            ),
            *(self._budget(one, budget) for one in self.run.analyses for budget in one.broken_budgets),
            *(self._error(one) for one in self.run.errors if one.path is not None),
        ]

    def _fixes(self) -> dict[object, list[JsonObject]]:
        """The fix of each finding that has one that can be made."""
        made: dict[object, list[JsonObject]] = {}
        for analysis in self.run.analyses:
            fixable = [one for one in analysis.findings if one.fix is not None and one.fix.changes]
            fixes = {id(one.fix): one.fix for one in fixable if one.fix is not None}
            crew = analysis.crew
            shown = {
                id(fix): [] if texts is None else _fix(fix, crew, texts)
                for fix, texts in texts_after_each(list(fixes.values()), crew.texts, crew.documents)
            }
            for one in fixable:
                made.setdefault(_key(one), shown[id(one.fix)])
        return made

    def _finding(self, finding: Finding, mark: str, fixes: list[JsonObject]) -> JsonObject:
        place = finding.place
        region = {
            "startLine": place.shown_line,
            "startColumn": place.column,
            "endLine": place.shown_end_line,
            "endColumn": place.end_column,
        }
        level, message = LEVELS[finding.severity], place.cell_prefix + finding.message
        return {
            **self._result(finding.code, level, message, mark, _location(place.path, region)),
            **({"fixes": fixes} if fixes else {}),
            "properties": _properties(finding),
        }

    def _budget(self, analysis: Analysis, budget: BrokenBudget) -> JsonObject:
        crew = analysis.crew
        mark = fingerprint(budget.name, crew.path, crew.name)
        place = _location(crew.path, {"startLine": crew.place.shown_line})
        return self._result(budget.name, "error", sentence(budget), mark, place)

    def _error(self, error: CrewprofError) -> JsonObject:
        """Services that show results only show it, too."""
        path = error.path or ""
        mark = fingerprint(UNREADABLE, path, error.message)
        return self._result(UNREADABLE, "error", _told(error), mark, _location(path, _region(error)))

    def _result(self, rule: str, level: str, message: str, mark: str, place: JsonObject) -> JsonObject:
        index = self.index.get(rule)
        return {
            "ruleId": rule,
            **({} if index is None else {"ruleIndex": index}),
            "level": level,
            "message": {"text": message},
            "locations": [place],
            "partialFingerprints": {FINGERPRINT: mark},
        }


def _key(finding: Finding) -> object:
    return finding.place, finding.code, finding.message


def _fix(fix: Fix, crew: Crew, changed: Mapping[str, SourceText]) -> list[JsonObject]:
    """The fix, after which the texts are ``changed``, as replacements of lines.

    None where it changes nothing, or in a notebook, whose text is not that of its code.
    """
    if not changed or any(path.endswith(".ipynb") for path in changed):
        return []
    changes = [
        {
            "artifactLocation": {"uri": _uri(path)},
            "replacements": [_replacement(one) for one in replacements(crew.texts[path], new)],
        }
        for path, new in changed.items()
    ]
    told = f"{APPLICABILITY_WORDS[fix.applicability]}: {fix.title}"
    return [{"description": {"text": told}, "artifactChanges": changes}]


def _replacement(one: Replacement) -> JsonObject:
    region = {
        "startLine": one.line,
        "startColumn": one.column,
        "endLine": one.end_line,
        "endColumn": one.end_column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": one.text}}


def _properties(finding: Finding) -> JsonObject:
    saves, fix = finding.saves, finding.fix
    return {
        "tasks": list(finding.tasks),
        "agents": list(finding.agents),
        "savesUsd": money(saves.cost_usd),
        "savesTokens": None if saves.tokens is None else round(saves.tokens),
        "savesSeconds": saves.seconds,
        "fix": None if fix is None else {"applicability": fix.applicability.value, "title": fix.title},
    }


def _notification(error: CrewprofError) -> JsonObject:
    notification: JsonObject = {"level": "error", "message": {"text": _told(error)}}
    if error.path is not None:
        notification["locations"] = [_location(error.path, _region(error))]
    return notification


def _told(error: CrewprofError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _region(error: CrewprofError) -> JsonObject:
    column = {} if error.column is None else {"startColumn": error.column}
    return {"startLine": error.line or 1, **column}


def _location(path: str, region: JsonObject) -> JsonObject:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    """A relative reference for a relative path, so that it fits the repository of whoever reads it."""
    pure = PurePath(path)
    if pure.is_absolute():
        return pure.as_uri()
    return quote(str(PurePosixPath(*pure.parts)) if pure.parts else path, safe="/", errors="surrogateescape")
