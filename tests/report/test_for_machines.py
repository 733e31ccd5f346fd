"""What other programs read: workflow commands, SARIF, diffs, counts, rules and models."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.pipeline import analyse_crew
from crewprof.analysis.result import AnalysisRun, OptimizedRun
from crewprof.cli.output import complain
from crewprof.errors import InputError
from crewprof.findings import Finding, Severity
from crewprof.models import search
from crewprof.report import count_report, models_table, rule_page, sarif
from crewprof.report.check_text import summary
from crewprof.report.formats import ANALYSIS_FORMATS, render, render_optimized
from crewprof.report.look import Look
from crewprof.report.plain_text import steers
from crewprof.rules.rule import Rule
from tests.report import builders
from tests.rules.checking import crew_of, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject

STRING = {"type": "string"}
POSITIVE = {"type": "integer", "minimum": 1}
SARIF_SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {"driver": {"type": "object", "required": ["name"]}},
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                },
            },
        },
    },
    "$defs": {
        "result": {
            "type": "object",
            "required": ["message", "ruleId", "locations"],
            "properties": {
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {"type": "object", "required": ["text"], "properties": {"text": STRING}},
                "locations": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "physicalLocation": {
                                "type": "object",
                                "required": ["artifactLocation"],
                                "properties": {
                                    "artifactLocation": {
                                        "type": "object",
                                        "required": ["uri"],
                                        "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}},
                                    },
                                    "region": {
                                        "type": "object",
                                        "required": ["startLine"],
                                        "additionalProperties": POSITIVE,
                                    },
                                },
                            }
                        },
                    },
                },
            },
        }
    },
}
"""What SARIF 2.1.0 asks of the parts crewprof writes (the published schema needs a network)."""


class SampleRule(Rule):
    """Something is wrong.

    ## What it does

    Shows `code` and **more**.
    """

    code = "CP301"
    name = "frontier-model-on-light-work"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from ()


@dataclass(frozen=True)
class Count:
    model: str = "gpt-4o"
    tokens: int = 42
    exact: bool = True
    encoding: str = "o200k_base"


def test_workflow_commands_escape_what_would_end_them() -> None:
    odd = replace(
        builders.finding(message="100 %\nof: it, all"),
        place=builders.place(3, path="a,b:c.yaml"),
        name="x",
        fix=None,
    )
    run = AnalysisRun((builders.analysis(builders.blog().profile, findings=(odd,)),))
    (command,) = render(run, "github", Look()).splitlines()
    assert command.startswith(
        "::warning file=a%2Cb%3Ac.yaml,line=3,endLine=3,col=5,endColumn=10,"
        "title=CP301 x::100 %25%0Aof: it, all"
    )


def test_sarif_names_places_rules_and_failures() -> None:
    error = InputError("no such file", path="crews/año 1/crew.yaml")
    run = replace(builders.run(builders.blog()), errors=(error,))
    log = sarif.log(run, (SampleRule(),))
    jsonschema.validate(log, SARIF_SHAPE)
    (shown,) = log["runs"]
    described = {rule["id"]: rule for rule in shown["tool"]["driver"]["rules"]}
    assert described["CP301"]["shortDescription"]["text"] == "Something is wrong."
    assert "## What it does" in described["CP301"]["help"]["markdown"]
    region = shown["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 12, "startColumn": 5, "endLine": 12, "endColumn": 11}
    assert [result["level"] for result in shown["results"]] == [
        "warning",
        "error",
        "warning",
        "note",
        "error",
        "error",
    ]
    assert shown["results"][-1]["ruleId"] == "cannot-read"
    (invocation,) = shown["invocations"]
    assert invocation["executionSuccessful"] is False
    place = invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "crews/a%C3%B1o%201/crew.yaml"


def test_the_sarif_format_describes_the_rules_there_are() -> None:
    from crewprof.rules.registry import every_rule

    log = json.loads(render(builders.run(builders.blog()), "sarif", Look()))
    jsonschema.validate(log, SARIF_SHAPE)
    described = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert {rule.code for rule in every_rule()} <= described


def test_a_finding_two_crews_share_is_reported_once() -> None:
    run = AnalysisRun((builders.blog(), replace(builders.blog(), broken_budgets=())))
    lines = render(run, "check", Look()).splitlines()
    assert len([line for line in lines if " CP301 " in line]) == 1
    assert summary(run).startswith("2 crews checked: 1 error, 2 warnings, 1 info (4 suppressed)")


def test_check_puts_a_finding_on_one_line_and_colour_only_if_asked() -> None:
    odd = builders.finding(message="two\nlines \x1b[31m")
    run = AnalysisRun((builders.analysis(builders.blog().profile, findings=(odd,)),))
    plain = render(run, "check", Look())
    assert plain.splitlines()[0] == "blog/crew.yaml:12:5: CP301 warning: two lines [31m [-]"
    coloured = render(run, "check", Look(colour=True))
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_the_diff_is_printed_letter_for_letter() -> None:
    made = builders.optimized()
    text = render_optimized(OptimizedRun((made, made)), "text", Look(60))
    assert text.startswith(made.diff)
    assert text.count("+    async_execution: true\n") == 1


def test_counts() -> None:
    counts = (Count(), Count(model="claude-sonnet-4", exact=False, tokens=7))
    assert count_report.FORMATS["text"](counts) == (
        "42 tokens  gpt-4o  o200k_base\n~7 tokens  claude-sonnet-4  o200k_base\n"
    )
    lines = count_report.FORMATS["json"](counts).splitlines()
    assert [json.loads(line) for line in lines] == [
        {"model": "gpt-4o", "tokens": 42, "exact": True, "encoding": "o200k_base"},
        {"model": "claude-sonnet-4", "tokens": 7, "exact": False, "encoding": "o200k_base"},
    ]


def test_rules_as_text_json_and_markdown() -> None:
    rules = (SampleRule(),)
    assert rule_page.render_list(rules, "text", Look(60)) == (
        "CP301 warning frontier-model-on-light-work\n              Something is wrong.\n"
    )
    assert (
        "| CP301 | frontier-model-on-light-work | warning | Something is wrong. |"
        in rule_page.render_list(rules, "markdown", Look())
    )
    page = rule_page.render_pages(rules, "text", Look(60))
    assert page.startswith("CP301 frontier-model-on-light-work  warning\n\nSomething is wrong.\n")
    assert "Shows code and more." in page
    assert rule_page.render_pages(rules, "markdown", Look()).startswith(
        "# CP301: frontier-model-on-light-work"
    )
    (shown,) = json.loads(rule_page.render_pages(rules, "json", Look()))["rules"]
    assert shown["summary"] == "Something is wrong."
    assert shown["page"] == SampleRule().page


@pytest.mark.parametrize("width", [60, 80, 120])
def test_models_fit_the_terminal_and_stay_whole(width: int) -> None:
    entries = search("gpt-4.1")
    text = models_table.render(entries, "text", Look(width))
    assert all(len(line) <= width for line in text.splitlines())
    cells = "".join(line[2 : width - 20].split()[0] if line.split() else "" for line in text.splitlines())
    assert "openai/gpt-4.1-mini" in cells


def test_models_as_json() -> None:
    shown = json.loads(models_table.render(search("gpt-4.1"), "json", Look()))["models"]
    mini = next(one for one in shown if one["id"] == "openai/gpt-4.1-mini")
    assert mini["counting"] == "exact"
    assert mini["input_usd_per_million"] > 0


STEERING = st.text("a\x1b\x07\r\n\x85\u2028\u202e\u2066\x9b:%", min_size=1, max_size=12)


@settings(max_examples=15, deadline=None)
@given(name=STEERING, message=STEERING)
def test_what_files_say_steers_neither_terminals_nor_ci(name: str, message: str) -> None:
    quoted = json.dumps(name)
    crew = crew_of(
        f"""
        agents:
          {quoted}: {{role: R, goal: G, backstory: B, llm: openai/gpt-4o}}
        tasks:
          - {{name: {json.dumps("t" + name)}, description: D., expected_output: E., agent: {quoted}}}
        """
    )
    error = InputError("::error::" + message, path=name, hint=message)
    run = AnalysisRun((analyse_crew(crew, options()),), errors=(error,))
    for form in ANALYSIS_FORMATS:
        text = render(run, form, Look())
        assert [line for line in text.split("\n") if any(map(steers, line))] == [], form
        assert not re.search(r"[\u2028\u2029]", text)
    commands = render(run, "github", Look()).splitlines()
    assert all(re.match("::(error|warning|notice) (file|title)=", line) for line in commands)


@given(message=STEERING, hint=STEERING)
def test_a_complaint_stays_on_its_lines(message: str, hint: str) -> None:
    with contextlib.redirect_stderr(io.StringIO()) as said:
        complain(InputError(message, path="crew.yaml", hint=hint))
    text = said.getvalue()
    assert len(text.splitlines()) == 2
    assert not any(map(steers, text.replace("\n", "")))
