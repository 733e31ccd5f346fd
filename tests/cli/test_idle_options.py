"""Options that change nothing are said to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from crewprof.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

CREW = """\
agents:
  cook:
    role: Cook
    goal: Cook for {guests}
    backstory: You cook.
    llm: openai/gpt-4o-mini
tasks:
  - name: cook
    description: Cook for {guests}.
    expected_output: A menu.
    agent: cook
inputs:
  guests: six
"""


def said(tmp_path: Path, text: str, *options: str) -> str:
    (tmp_path / "crew.yaml").write_text(text)
    return CliRunner().invoke(app, ["check", str(tmp_path / "crew.yaml"), "--no-cache", *options]).stderr


def test_a_model_for_nobody_and_an_input_without_a_placeholder_are_named(tmp_path: Path) -> None:
    told = said(tmp_path, CREW, "--model", "gpt-4o", "--input", "geusts=8")
    assert "--model gpt-4o has no effect" in told
    assert "--input geusts has no effect" in told
    assert "did you mean guests?" in told


def test_options_that_are_used_are_not(tmp_path: Path) -> None:
    without = CREW.replace("    llm: openai/gpt-4o-mini\n", "")
    assert "no effect" not in said(tmp_path, without, "--model", "gpt-4o", "--input", "guests=8")


def test_a_version_nobody_knows_is_said_and_one_that_is_none_refused(tmp_path: Path) -> None:
    assert "crewprof knows no CrewAI 9.9" in said(tmp_path, CREW, "--crewai-version", "9.9")
    assert "knows no CrewAI" not in said(tmp_path, CREW, "--crewai-version", "1.15.2")
    (tmp_path / "crewprof.toml").write_text('crewai-version = "newest"\n')
    done = CliRunner().invoke(app, ["check", str(tmp_path / "crew.yaml")])
    assert "must be a version such as 1.15.2" in str(done.exception)
    path = str(tmp_path / "crew.yaml")
    assert CliRunner().invoke(app, ["check", path, "--crewai-version", "newest"]).exit_code == 2


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (["explain"], ["--fail-on", "info", "--max-cost", "1"]),
        (["compare", "--models", "gpt-4o"], ["--select", "CP1", "--max-ceiling", "1"]),
    ],
)
def test_what_a_command_does_not_use_is_neither_listed_nor_taken_in_silence(
    tmp_path: Path, command: list[str], options: list[str]
) -> None:
    (tmp_path / "crew.yaml").write_text(CREW)
    done = CliRunner().invoke(app, [*command, str(tmp_path / "crew.yaml"), *options])
    listed = CliRunner().invoke(app, [command[0], "--help"]).stdout
    for option in options[::2]:
        assert f"{option} has no effect in `crewprof {command[0]}`" in done.stderr
        assert option not in listed
    assert done.exit_code == 0
