"""What tests of rules are made of: a crew's text, the findings of one rule, the diff of a fix."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from crewprof.analysis.options import AnalysisOptions
from crewprof.analysis.pricing import profile_after, savings_between
from crewprof.analysis.subject import profile_basis, subject_of
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.crew.loaders.crewbase.loader import load_crewbase
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rewrite.diff import unified_diff
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew
    from crewprof.findings import Finding, Savings
    from crewprof.rules.rule import Rule

PATH = "crew.yaml"
TODAY = date(2025, 11, 20)


def crew_of(text: str, folder: Path = Path()) -> Crew:
    """The crew a ``crew.yaml`` with ``text`` (dedented) defines; ``folder`` holds its project."""
    return load_crew_yaml(SourceText(str(folder / PATH), dedent(text).lstrip("\n")))


def crewbase_of(folder: Path, *, agents: str, tasks: str, python: str) -> Crew:
    """The crew of a @CrewBase project written into ``folder``: its YAML files and its ``crew.py``."""
    files = {"config/agents.yaml": agents, "config/tasks.yaml": tasks, "crew.py": python}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    crews, errors = load_crewbase(SourceText.read(folder / "crew.py"))
    assert not errors, errors
    return crews[0]


def options(**settings: Any) -> AnalysisOptions:
    """How crews of tests are analysed: on CrewAI 1.15.30 unless told."""
    return AnalysisOptions(**{"today": TODAY, "crewai_version": "1.15.30", **settings})


def findings(rule: Rule, crew: Crew, **settings: Any) -> list[Finding]:
    """What ``rule`` finds, by line and column."""
    subject = subject_of(crew, options(**settings))
    return sorted(rule.check(subject), key=lambda one: (one.place.path, one.place.line, one.place.column))


def finding(rule: Rule, crew: Crew, **settings: Any) -> Finding:
    """The one thing ``rule`` finds."""
    found = findings(rule, crew, **settings)
    assert len(found) == 1, [one.message for one in found]
    return found[0]


def spot(found: Finding) -> tuple[int, int]:
    """Line and column of a finding."""
    return found.place.line, found.place.column


def marked(found: Finding, crew: Crew) -> str:
    """The text a finding points at."""
    text, place = crew.texts[found.place.path], found.place
    return text.text[text.offset(place.line, place.column) : text.offset(place.end_line, place.end_column)]


def fixed(found: Finding, crew: Crew) -> dict[str, SourceText]:
    """The files the finding's fix changes, as they are then; the fix must be possible."""
    assert found.fix is not None, found.message
    result = rewrite_documents([found.fix], crew.texts)
    assert not result.refused, result.refused
    return dict(result.texts)


def diff_of(found: Finding, crew: Crew) -> str:
    """The lines a finding's fix takes out and puts in, without the diff's context."""
    lines = [
        line
        for path, text in fixed(found, crew).items()
        for line in unified_diff(path, crew.texts[path], text, context=0).splitlines(keepends=True)
    ]
    return "".join(line for line in lines if line[:3] not in ("---", "+++") and not line.startswith("@@"))


def savings(found: Finding, crew: Crew, **settings: Any) -> Savings:
    """What the finding's fix saves in the estimate."""
    assert found.fix is not None, found.message
    basis = profile_basis(crew, options(**settings))
    complete = basis.complete(crew)
    after = profile_after(found.fix, complete, basis)
    assert after is not None, "the fix cannot be applied"
    return savings_between(basis.profile(complete), after)
