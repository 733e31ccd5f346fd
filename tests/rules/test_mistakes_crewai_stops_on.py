"""CP0xx on mistakes that CrewAI refuses or crashes on: found as errors, and mended by their fixes."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.findings import Applicability, Severity
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rules.registry import CODES, every_rule, findings_of, rule_named
from crewprof.semantics.refusals import Kind
from crewprof.source.text import SourceText
from tests.conformance.project import write_project
from tests.conformance.running import run_definition
from tests.rules.checking import options
from tests.semantics.mistakes import CRASHES, NEAR_MISSES, REFUSED

if TYPE_CHECKING:
    from crewprof.findings import Finding
    from tests.conformance.random_crews import Definition

MISTAKES = {**REFUSED, **CRASHES}

MENDED = {
    "unknown agent key",
    "unknown settings key",
    "unknown task key",
    "unknown crew key",
    "condition of a plain task",
    "unknown context",
    "agent id",
    "crew usage",
    "task output",
    "self context",
    "two async at the end",
    "async waits for async",
    "no manager",
    "empty manager",
    "conditional async",
    "two output types",
    "unknown tool",
    "async on one agent",
    "manager with tools",
    "no time",
    "no iteration",
}
"""Mistakes with a fix that can be applied."""


def errors_and_texts(definition: Definition, root: Path) -> tuple[list[Finding], SourceText]:
    from crewprof.analysis.subject import subject_of

    write_project(root)
    text = SourceText(
        str(root / "crew.yaml"), yaml.safe_dump(definition, allow_unicode=True, sort_keys=False)
    )
    subject = subject_of(load_crew_yaml(text), options())
    codes = tuple(code for code in CODES if code < "CP100")
    return [one for one in findings_of(subject, codes) if one.severity is Severity.ERROR], text


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_error_of_its_rule(name: str, tmp_path: Path) -> None:
    kind, definition = MISTAKES[name]

    errors, _ = errors_and_texts(definition, tmp_path)

    assert {one.name for one in errors} == {kind.value}
    assert {one.code for one in errors} == {rule_named(kind.value).code}
    assert all(one.place.line > 0 for one in errors)


@pytest.mark.parametrize("name", [name for name in MISTAKES if name in MENDED])
def test_the_fix_makes_crewai_run_the_crew(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        errors, text = errors_and_texts(MISTAKES[name][1], Path(folder))

    fixes = [one.fix for one in errors if one.fix is not None]
    result = rewrite_documents(fixes, {text.path: text})
    assert not result.refused
    outcome = run_definition(yaml.safe_load(result.texts[text.path].text), delay=0.01)

    assert all(fix.applicability is Applicability.UNSAFE for fix in fixes)
    assert outcome.accepted, outcome.error
    assert outcome.finished, outcome.error


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in MENDED])
def test_other_fixes_are_only_shown(name: str, tmp_path: Path) -> None:
    errors, _ = errors_and_texts(MISTAKES[name][1], tmp_path)

    assert not [one for one in errors if one.fix is not None and one.fix.changes]


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_are_no_errors(name: str, tmp_path: Path) -> None:
    assert not errors_and_texts(deepcopy(NEAR_MISSES[name]), tmp_path)[0]


def test_every_kind_of_objection_has_a_rule_of_its_name() -> None:
    assert {kind.value for kind in Kind} <= {rule.name for rule in every_rule()}
