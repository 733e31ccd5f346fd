"""What code scanning, merge requests, test views and spreadsheets read: their schemas, what they may trust.

``CREWPROF_SARIF_SCHEMA`` and ``CREWPROF_JUNIT_SCHEMA`` name the official schemas (of OASIS, of Jenkins).
They are not copied into this repository; without them only the structure is checked.
"""

from __future__ import annotations

import csv
import io
import json
import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.pipeline import analyse_crew
from crewprof.analysis.pricing import texts_after
from crewprof.analysis.result import AnalysisRun
from crewprof.crew.discovery import load_all
from crewprof.errors import InputError
from crewprof.findings import Severity
from crewprof.report.fingerprints import fingerprints
from crewprof.report.formats import render
from crewprof.report.look import Look
from crewprof.report.replacements import PAIRS, replacements
from crewprof.source.text import SourceText
from tests.report import builders
from tests.rules.checking import crew_of, options

SAMPLES = Path(__file__).resolve().parents[2] / "sample_crews"
REFUSED = """
agents:
  writer: {role: Writer, goal: G, backstory: B, llm: openai/gpt-4o}
tasks:
  - {name: t, description: D., expected_output: E., agent: writer, context: [reserch]}
"""
GITLAB: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""GitLab Docs, "Code Quality report format"."""


@cache
def samples() -> AnalysisRun:
    """The sample crew with every mistake, one of a class, a refused one, and a file that cannot be read."""
    crews = [
        *load_all(SAMPLES / "every_mistake" / "crew.yaml").crews,
        *load_all(SAMPLES / "market_fan_out" / "crew.yaml").crews,
        *load_all(SAMPLES / "newsletter_notebook").crews,
        crew_of(REFUSED),
    ]
    error = InputError("not YAML", path="bad.yaml", line=3, column=7, hint="quote it")
    return AnalysisRun(tuple(analyse_crew(one, options()) for one in crews), errors=(error,))


def sarif_of(run: AnalysisRun) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(run, "sarif", Look()))
    return log


def test_sarif_is_complete_and_passes_the_official_schema() -> None:
    run = replace(samples(), analyses=(*samples().analyses, builders.blog()))
    log = sarif_of(run)
    if schema := os.environ.get("CREWPROF_SARIF_SCHEMA"):
        jsonschema.validate(log, json.loads(Path(schema).read_text(encoding="utf-8")))
    (shown,) = log["runs"]
    rules = shown["tool"]["driver"]["rules"]
    assert all(rule["helpUri"].startswith("https://") for rule in rules)
    for result in shown["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["locations"]
    said = [result["message"]["text"] for result in shown["results"]]
    assert any("reserch" in one for one in said), "a refused crew"
    assert any("quote it" in one for one in said), "a file that cannot be read"
    assert any("budget max-cost broken" in one for one in said)
    marks = [result["partialFingerprints"]["crewprofFinding/v1"] for result in shown["results"]]
    assert len(set(marks)) == len(marks)


def test_a_fix_of_sarif_makes_what_optimize_makes() -> None:
    run = samples()
    results = sarif_of(run)["runs"][0]["results"]
    tried = 0
    for analysis in run.analyses:
        for finding in analysis.findings:
            told = [
                one
                for one in results
                if one["ruleId"] == finding.code and one["message"]["text"].endswith(finding.message)
            ]
            if finding.fix is None or "fixes" not in told[0]:
                continue
            texts = texts_after(finding.fix, analysis.crew)
            assert texts is not None
            for change in told[0]["fixes"][0]["artifactChanges"]:
                path = next(one for one in texts if one.endswith(change["artifactLocation"]["uri"][-9:]))
                made = applied(analysis.crew.texts[path].text, change["replacements"])
                assert made == texts[path].text
                tried += 1
    assert tried > 15


def applied(text: str, changes: list[dict[str, Any]]) -> str:
    """``text`` after SARIF replacements, all of which speak of ``text`` as it was."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    made, at = [], 0
    for one in changes:
        region = one["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        made += [text[at:start], one["insertedContent"]["text"]]
        at = end
    return "".join([*made, text[at:]])


LINES = st.lists(st.sampled_from(["a", "b\r", "ü", "", "x: 1", "c", "d"]), max_size=8).map("\n".join)


@given(LINES, LINES, st.sampled_from([0, PAIRS]))
def test_replacements_lead_from_one_text_to_the_other(old: str, new: str, most_pairs: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("crewprof.report.replacements.PAIRS", most_pairs)
        made = list(replacements(SourceText("a", old), SourceText("a", new)))
    changes = [
        {
            "deletedRegion": {
                "startLine": one.line,
                "startColumn": one.column,
                "endLine": one.end_line,
                "endColumn": one.end_column,
            },
            "insertedContent": {"text": one.text},
        }
        for one in made
    ]
    assert applied(old, changes) == new


def test_fingerprints_stay_when_lines_and_numbers_move_and_differ_otherwise() -> None:
    one = builders.finding(message="costs $0.12 more", line=3)
    moved = builders.finding(message="costs $7 more", line=90)
    assert fingerprints([one]) == fingerprints([moved])
    assert len(set(fingerprints([one, moved, replace(one, tasks=("other",)), replace(one, code="CP1")]))) == 4


def test_gitlab_gets_its_form() -> None:
    run = replace(samples(), analyses=(*samples().analyses, builders.blog()))
    issues = json.loads(render(run, "gitlab", Look()))
    jsonschema.validate(issues, GITLAB)
    marks = [one["fingerprint"] for one in issues]
    assert len(set(marks)) == len(marks)
    assert {"critical", "minor", "info", "blocker", "major"} <= {one["severity"] for one in issues}


def test_junit_counts_and_fails_what_check_fails() -> None:
    run = replace(samples(), analyses=(*samples().analyses, builders.blog(), builders.one_task()))
    text = render(run, "junit", Look())
    if schema := os.environ.get("CREWPROF_JUNIT_SCHEMA"):
        from lxml import etree  # type: ignore[import-untyped]

        etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(text.encode()))
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for suite in root:
        assert set(suite.attrib) == {"name", "tests", "failures", "errors", "skipped", "time"}
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error"))
        for case in suite:
            assert set(case.attrib) == {"classname", "name", "time"}
    for count in ("tests", "failures", "errors"):
        assert int(root.attrib[count]) == sum(int(suite.attrib[count]) for suite in root)
    bad = [one for analysis in run.analyses for one in analysis.findings if one.severity is Severity.ERROR]
    budgets = sum(len(analysis.broken_budgets) for analysis in run.analyses)
    assert int(root.attrib["failures"]) == len(bad) + budgets
    assert int(root.attrib["errors"]) == 1


def test_csv_has_a_row_for_each_task_and_finding_with_the_numbers_of_json() -> None:
    run = replace(samples(), analyses=(*samples().analyses, builders.unpriced(), builders.planned()))
    data = json.loads(render(run, "json", Look()))
    rows = list(csv.DictReader(io.StringIO(render(run, "csv", Look()))))
    tasks = [task for crew in data["crews"] for task in crew["tasks"]]
    shown = [row for row in rows if row["row"] == "task"]
    assert [row["task"] for row in shown] == [task["name"] for task in tasks]
    for row, task in zip(shown, tasks, strict=True):
        for measure in ("calls", "input_tokens", "output_tokens", "cost_usd", "seconds"):
            for end in ("low", "expected", "high"):
                number = (task[measure] or {}).get(end)
                assert row[f"{measure}_{end}"] == ("" if number is None else str(number))
    totals = [row for row in rows if row["row"] == "total"]
    assert len(totals) == len(run.analyses)
    found = list(csv.DictReader(io.StringIO(render(run, "check-csv", Look()))))
    assert sum(row["code"].startswith("CP") for row in found) == len(
        {(one.place, one.code, one.message) for analysis in run.analyses for one in analysis.findings}
    )


HOSTILE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20) | st.sampled_from(
    [
        '=HYPERLINK("x")',
        "+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "]]>",
        "</failure>",
        '"><x/>',
        "\ufffe",
    ]
)


@settings(max_examples=60)
@given(name=HOSTILE, message=HOSTILE, path=HOSTILE)
def test_what_files_say_cannot_leave_its_place(name: str, message: str, path: str) -> None:
    found = builders.finding(message=message, tasks=(name,), severity=Severity.ERROR)
    analysis = builders.analysis(builders.blog().profile, name=name, findings=(found,), path=path)
    run = AnalysisRun((analysis,), errors=(InputError(message, path=path, hint=name),))
    root = ET.fromstring(render(run, "junit", Look()))
    assert [len(suite) for suite in root] == [1, 1]
    jsonschema.validate(json.loads(render(run, "gitlab", Look())), {"type": "array", "minItems": 2})
    sarif_of(run)
    for form, columns in (("csv", 25), ("check-csv", 14)):
        rows = list(csv.reader(io.StringIO(render(run, form, Look()))))
        assert {len(row) for row in rows} == {columns}
        for row in rows[1:]:
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), form
                assert not cell.startswith("-") or float(cell) < 0, form


@pytest.mark.parametrize("form", ["sarif", "gitlab", "junit", "csv", "check-csv"])
def test_nothing_found_is_a_whole_report(form: str) -> None:
    assert render(AnalysisRun(()), form, Look())
