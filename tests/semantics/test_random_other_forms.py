"""Random mistakes in flows of Python, notebooks and YAML that is read by hand: as CrewAI judges them."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crewai import Crew, CrewOutput
from hypothesis import given, settings

from tests.semantics.random_other_forms import Notebook, YamlReader, flow_classes, notebooks, yaml_readers
from tests.semantics.test_random_mistakes import RUN, kicked_off, said


def run(script: str, path: Path) -> BaseException | None:
    """What running a script and starting its crew, or its flow, raises."""
    names: dict[str, Any] = {"__file__": str(path)}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(script, str(path), "exec"), names)
            return run_flow(names["Made"]) if "Made" in names else kicked_off(names["crew"])
        except Exception as error:
            return error


def run_flow(flow: Any) -> BaseException | None:
    """What a flow raises whose crews have offline LLMs."""
    kickoff, running = Crew.kickoff, set[int]()

    def started(crew: Any, *arguments: Any, **rest: Any) -> Any:
        if id(crew) in running:
            return kickoff(crew, *arguments, **rest)
        running.add(id(crew))
        error = kicked_off(crew)
        if error is not None:
            raise error
        return CrewOutput(raw="done")

    with patch.object(Crew, "kickoff", started):
        try:
            flow(suppress_flow_events=True).kickoff()
        except Exception as error:
            return error
    return None


def judged(path: Path, text: str, script: str) -> tuple[BaseException | None, list[str]]:
    """What CrewAI raises and crewprof says."""
    path.write_text(text, encoding="utf-8")
    errors = said(path)
    module = path.with_suffix(".py")  # CrewAI looks the text of functions up in it
    module.write_text(script, encoding="utf-8")
    return run(script, module), errors


FEW = settings(RUN, max_examples=int(os.environ.get("CREWPROF_MISTAKES", "6")))
"""A flow of Python takes longer."""


@FEW
@given(flow_classes())
def test_flow_classes(script: str) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        raised, errors = judged(Path(folder) / "main.py", script, script)
    assert (raised is None) is not bool(errors), (raised, errors)


@RUN
@given(notebooks())
def test_notebooks(notebook: Notebook) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        raised, errors = judged(Path(folder) / "crew.ipynb", notebook.text, notebook.script)
    assert (raised is None) is not bool(errors), (raised, errors)


@RUN
@given(yaml_readers())
def test_yaml_that_is_read_by_hand(made: YamlReader) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        (Path(folder) / "config").mkdir()
        for name, text in made.files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        raised, errors = judged(Path(folder) / "crew.py", made.script, made.script)
    assert (raised is None) is not bool(errors), (raised, errors)
