"""What is read without Typer means what Typer says it means."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from crewprof.cli import analyze as analyze_command
from crewprof.cli import check as check_command
from crewprof.cli.app import app
from crewprof.cli.flags import SWITCHES, Flags
from crewprof.cli.options import _values
from crewprof.cli.plain import PlainLine, plain_line
from crewprof.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = [
    *("crew.yaml", "a folder", "-", "--", "", "analyze", "--help", "-h"),
    *("--format", "-f", "json", "text", "sarif", "markdown", "nonsense", "--format=json", "-fjson"),
    *("--output", "-o", "out.txt", "--output=out.txt"),
    *("--no-cache", "--isolated", "--quiet", "-q", "--verbose", "-v", "-qv", "--quiet=1"),
    *("--select", "CP2", "--unsafe-fixes", "--max-cost", "1", "--input", "a=b", "--nonsense"),
]


def read_by_typer(arguments: list[str]) -> PlainLine | None:
    """What the command would be called with; ``None`` for a mistake or a call for help."""
    seen: list[PlainLine] = []

    def catch(command: str) -> Callable[[Flags, list[str] | None, str, str | None], int]:
        def answer(flags: Flags, paths: list[str] | None, report_format: str, output: str | None) -> int:
            given_values = {key: value for key, value in flags.values.items() if value is not None}
            seen.append(
                PlainLine(command, replace(flags, values=given_values), paths or None, report_format, output)
            )
            return 0

        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analyze_command, "answer_analyze", catch("analyze"))
        patch.setattr(check_command, "answer_check", catch("check"))
        CliRunner().invoke(app, arguments)
    return seen[0] if seen else None


@settings(deadline=None)
@given(st.sampled_from(["analyze", "check"]), st.lists(st.sampled_from(WORDS), max_size=5))
@example("analyze", ["crew.yaml", "--no-cache", "-f", "json", "-o", "out.txt", "other"])
@example("check", ["-q", "crew.yaml", "--format", "sarif", "--format", "text", "--verbose", "--isolated"])
def test_what_is_read_without_typer_is_read_by_typer_in_the_same_way(
    command: str, arguments: list[str]
) -> None:
    line = plain_line([command, *arguments])
    if line is not None:
        assert read_by_typer([command, *arguments]) == line


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--version"],
        ["optimize", "crew.yaml"],
        ["analyze", "--help"],
        ["analyze", "--select", "CP2"],
        ["analyze", "--format"],
        ["analyze", "--format", "nonsense"],
        ["check", "--format", "markdown"],
        ["analyze", "--", "-o"],
    ],
)
def test_everything_else_is_left_to_typer(arguments: list[str]) -> None:
    assert plain_line(arguments) is None


def test_completion_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_CREWPROF_COMPLETE", "complete_bash")
    assert plain_line(["analyze", "crew.yaml"]) is None


def test_the_commonest_lines_are_read() -> None:
    plain: Any = plain_line(
        ["analyze", "a", "b", "--no-cache", "-f", "json", "-q", "-v", "--isolated", "-o", "x"]
    )
    assert plain == PlainLine(
        "analyze", Flags(isolated=True, no_cache=True, quiet=True, verbose=True), ["a", "b"], "json", "x"
    )


def test_each_shared_option_is_declared_once() -> None:
    """Switches have a row and a field in ``cli/flags.py``; other options are settings of the same name."""
    switches = {one.name for one in SWITCHES}
    kept = {one.name for one in fields(Flags)} - {"config", "values", "sort"}
    assert switches == kept
    for command in ("analyze", "check"):
        for one in SWITCHES:
            for option in one.options:
                line = plain_line([command, option])
                assert line is not None
                assert line.flags == replace(Flags(), **{one.name: True})  # type: ignore[arg-type]
    config, values = _values()
    assert config is None
    assert set(values) <= {one.name for one in fields(Settings)}
