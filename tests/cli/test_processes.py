"""Many crews are analysed by several processes: the same answers, in the same order, whatever happens."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from crewprof.analysis.options import AnalysisOptions
from crewprof.analysis.pipeline import analyse_crew
from crewprof.analysis.result import Analysis
from crewprof.cli import processes
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.errors import CrewprofError, InputError, Unexpected, unexpected
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="one process where none can be copied")

TEXT = """\
agents:
  writer: {{role: Writer {0}, goal: Write, backstory: You write., llm: openai/gpt-4o-mini}}
tasks:
  - {{name: draft, description: Write about {0}., expected_output: {0} words., agent: writer}}
"""
OPTIONS = AnalysisOptions(today=date(2025, 11, 20), crewai_version="1.15.30")


@pytest.fixture
def crews(monkeypatch: pytest.MonkeyPatch) -> list[Crew]:
    monkeypatch.setattr(processes, "MANY", 2)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    return [
        load_crew_yaml(SourceText(f"{number}.yaml", TEXT.format(number + 1))) for number in range(2 * 4 + 1)
    ]


def analyse(crew: Crew) -> Analysis:
    return analyse_crew(crew, OPTIONS)


def test_answers_are_those_of_one_process_and_in_order(crews: list[Crew]) -> None:
    found = list(processes.analysed(crews, analyse))
    assert found == [analyse(crew) for crew in crews]
    assert [one.crew.texts for one in found if isinstance(one, Analysis)] == [crew.texts for crew in crews]


def test_a_bad_crew_is_told_and_the_others_are_done(crews: list[Crew]) -> None:
    def fussy(crew: Crew) -> Analysis | CrewprofError:
        if crew.path == "3.yaml":
            return InputError("not this one", path=crew.path, line=3)
        if crew.path == "5.yaml":
            return unexpected(ZeroDivisionError("nor this"), crew.path)
        return analyse(crew)

    found = list(processes.analysed(crews, fussy))
    assert str(found[3]) == "3.yaml:3: not this one"
    assert isinstance(found[5], Unexpected)
    assert isinstance(found[5].__cause__, ZeroDivisionError)
    assert sum(isinstance(one, Analysis) for one in found) == len(crews) - 2


def test_what_a_process_leaves_when_it_dies_is_done_here(crews: list[Crew]) -> None:
    here = os.getpid()

    def deadly(crew: Crew) -> Analysis:
        if crew.path == "6.yaml" and os.getpid() != here:
            os._exit(9)
        return analyse(crew)

    assert list(processes.analysed(crews, deadly)) == [analyse(crew) for crew in crews]


def test_an_answer_that_cannot_be_sent_is_made_here(crews: list[Crew]) -> None:
    here = os.getpid()

    def unsendable(crew: Crew) -> Analysis:
        found = analyse(crew)
        return found if os.getpid() == here else replace(found, runs_per_month=lambda: 1)  # type: ignore[arg-type]

    assert list(processes.analysed(crews, unsendable)) == [analyse(crew) for crew in crews]
