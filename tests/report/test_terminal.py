"""The terminal report obeys its terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from crewprof.analysis.result import Analysis, AnalysisRun, OptimizedRun
from crewprof.report.formats import render, render_optimized
from crewprof.report.look import Look
from tests.report import builders

if TYPE_CHECKING:
    from collections.abc import Callable

BUILDERS = [
    builders.blog,
    builders.unpriced,
    builders.planned,
    builders.one_task,
    builders.thirty_tasks,
    builders.foreign,
]


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("width", [70, 80, 100, 160])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(build: Callable[[], Analysis], width: int, verbose: bool) -> None:
    text = render(builders.run(build()), "text", Look(width, verbose=verbose))
    assert [line for line in text.splitlines() if cell_len(line) > width] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("verbose", [False, True])
def test_ascii_is_all_an_ascii_terminal_gets(verbose: bool) -> None:
    look = Look(80, ascii_only=True, verbose=verbose)
    assert render(builders.run(builders.blog(), builders.planned()), "text", look).isascii()
    assert render_optimized(OptimizedRun((builders.optimized(),)), "text", look).isascii()


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    run = builders.run(builders.blog())
    expected = render(run, "text", Look(90)), render(run, "text", Look(90, colour=True))
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert (render(run, "text", Look(90)), render(run, "text", Look(90, colour=True))) == expected
    assert "\x1b[" not in expected[0]
    assert "\x1b[" in expected[1]


def test_a_file_cannot_steer_the_terminal() -> None:
    for colour in (False, True):
        text = render(builders.run(builders.foreign()), "text", Look(100, colour=colour))
        assert "\x1b[31mred" not in text
        assert "\x07" not in text


def test_a_run_without_crews_prints_nothing() -> None:
    assert render(AnalysisRun(()), "text", Look()) == ""


@pytest.mark.parametrize("name", ["::error::pwned", "##[error]pwned", "a ::error::pwned ##[error]b " * 9])
@pytest.mark.parametrize("colour", [False, True])
def test_no_name_is_taken_for_a_command_of_github(name: str, colour: bool) -> None:
    tasks = (builders.task(name, name), builders.task("other", name))
    shown = builders.profile((builders.agent(name, tasks),), tasks)
    found = (builders.finding(message=name, tasks=(name,)),)
    for width in range(50, 130, 7):
        text = render(
            builders.run(builders.analysis(shown, name=name, findings=found)),
            "text",
            Look(width, colour=colour),
        )
        bare = re.sub(r"\x1b\[[\d;]*m", "", text)
        assert not [line for line in bare.splitlines() if line.lstrip().startswith(("::", "##["))]
        assert "error::pwned" in text or "[error]pwned" in text
