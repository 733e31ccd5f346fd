"""A bug met in one crew: it is one error, and the other crews are still done."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from crewprof import cli
from crewprof.analysis import pipeline
from crewprof.crew.loaders import crew_yaml

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.analysis.parts import Part
    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.registry import Loaded
    from crewprof.source.documents import Documents

CREW = """\
agents:
  writer: {role: Writer, goal: Write, backstory: Writes, llm: openai/gpt-4o}
tasks:
  - {name: write, description: Write it, expected_output: Text, agent: writer}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a crew that is fine and one that meets a bug."""
    for name in ("broken", "fine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "crew.yaml").write_text(CREW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["crewprof", "analyze", "-f", "json", "--no-cache", "-v"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("where", ["reading", "analysing"])
@pytest.mark.usefixtures("folder")
def test_a_bug_in_one_crew_loses_no_other(
    where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load, analyse = crew_yaml.load, pipeline.analyse_crew

    def failing_load(path: str, documents: Documents) -> Loaded:
        if "broken" in path:
            raise RuntimeError("what a bug says")
        return load(path, documents)

    def failing_analysis(crew: Crew, options: AnalysisOptions, parts: Collection[Part]) -> Analysis:
        if "broken" in crew.path:
            raise RuntimeError("what a bug says")
        return analyse(crew, options, parts)

    if where == "reading":
        monkeypatch.setattr(crew_yaml, "load", failing_load)
    else:
        monkeypatch.setattr(pipeline, "analyse_crew", failing_analysis)
    assert _run(monkeypatch) == 2
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert [crew["path"] for crew in report["crews"]] == ["fine/crew.yaml"]
    (error,) = report["errors"]
    assert error["path"] == "broken/crew.yaml"
    assert error["message"] == "crewprof failed: RuntimeError: what a bug says"
    assert "Traceback" in told.err
    assert "this is a bug" in told.err
