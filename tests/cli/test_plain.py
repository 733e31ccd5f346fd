"""What is read without Typer means what Typer says it means."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from crewprof.cli import analyze as analyze_command
from crewprof.cli import check as check_command
from crewprof.cli import optimize as optimize_command
from crewprof.cli.app import app
from crewprof.cli.flags import CONFIG, SWITCHES, UNSAFE_FIXES, VALUED, Flags
from crewprof.cli.plain import PlainLine, plain_line
from crewprof.settings.settings import Settings

if TYPE_CHECKING:
    from crewprof.cli.optimizing import Rewriting

WORDS = [
    *("crew.yaml", "a folder", "-", "--", "", "analyze", "--help", "-h"),
    *("--format", "-f", "json", "text", "sarif", "markdown", "nonsense", "--format=json", "-fjson"),
    *("--output", "-o", "out.txt", "--output=out.txt"),
    *("--no-cache", "--isolated", "--quiet", "-q", "--verbose", "-v", "-qv", "--quiet=1"),
    *("--select", "CP2", "--unsafe-fixes", "--max-cost", "1", "--input", "a=b", "--nonsense"),
    *("--select=cp1,ALL", "--no-unsafe-fixes", "--max-seconds=2s", "--input=b=c", "--model", "--ignore"),
    *("--only-blocking", "--write", "-w", "--check", "--verify", "--sort", "--sort=time", "--config=c.toml"),
    *("--runs-per-month", "--runs-per-month=5", "--crewai-version=1.15", "--fail-on=info", "--baseline=b"),
]


def read_by_typer(arguments: list[str]) -> PlainLine | None:
    """What the command would be called with; ``None`` for a mistake or a call for help."""
    seen: list[PlainLine] = []

    def keep(command: str, flags: Flags, *asked: Any, own: frozenset[str] = frozenset()) -> int:
        paths, report_format, output = asked or (None, "text", None)
        values = {key: value for key, value in flags.values.items() if value is not None}
        line = PlainLine(command, replace(flags, values=values), paths or None, report_format, output, own)
        seen.append(line)
        return 0

    def rewriting(flags: Flags, *asked: Any) -> int:
        wanted: Rewriting = asked[-1]
        own = frozenset(name for name in ("write", "check") if getattr(wanted, name))
        return keep("optimize", flags, *asked[:-1], own=own)

    def blocking(flags: Flags, paths: list[str] | None) -> int:
        return keep("check", flags, paths, "text", None, own=frozenset({"only_blocking"}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analyze_command, "answer_analyze", partial(keep, "analyze"))
        patch.setattr(check_command, "answer_check", partial(keep, "check"))
        patch.setattr(check_command, "answer_blocking", blocking)
        patch.setattr(optimize_command, "answer_optimize", rewriting)
        CliRunner().invoke(app, arguments)
    return seen[0] if seen else None


@settings(deadline=None)
@given(st.sampled_from(["analyze", "check", "optimize"]), st.lists(st.sampled_from(WORDS), max_size=5))
@example("analyze", ["crew.yaml", "--no-cache", "-f", "json", "-o", "out.txt", "other"])
@example("analyze", ["crew.yaml", "--model", "--quiet", "--sort=time", "--config", "a.toml"])
@example("check", ["-q", "crew.yaml", "--format", "sarif", "--format", "text", "--verbose", "--isolated"])
@example("check", ["--only-blocking", "--select", "cp2,all", "--select=CP301", "--ignore", ","])
@example("optimize", ["--max-cost", "x", "--max-cost", "$1", "--unsafe-fixes", "--no-unsafe-fixes", "-w"])
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
        ["verify", "crew.yaml"],
        ["analyze", "--help"],
        ["analyze", "--select", "CP99"],
        ["analyze", "--format"],
        ["analyze", "--format", "nonsense"],
        ["analyze", "--sort", "nonsense"],
        ["analyze", "--runs-per-month", "0"],
        ["analyze", "--input", "nothing"],
        ["check", "--format", "markdown"],
        ["check", "--only-blocking", "--format", "text"],
        ["check", "--sort", "cost"],
        ["optimize", "--write", "--check"],
        ["optimize", "--verify"],
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


EXAMPLES = {
    "CODES": "CP2",
    "LEVEL": "info",
    "ID": "gpt-4o",
    "NAME=VALUE": "topic=tea",
    "V": "1.15.2",
    "FILE": "a file",
    "N": "30",
    "USD": "$0.50",
    "S": "2.5s",
}


@pytest.mark.parametrize("command", ["analyze", "check", "optimize"])
def test_every_shared_option_is_read(command: str) -> None:
    arguments = [f"--{UNSAFE_FIXES.name.replace('_', '-')}"]
    for one in (*VALUED, CONFIG):
        arguments += [one.option, EXAMPLES[one.metavar]]
    arguments += [option for one in SWITCHES for option in one.options]
    line = plain_line([command, *arguments])
    assert line is not None
    assert line.flags.values.keys() == {UNSAFE_FIXES.name, *(one.name for one in VALUED)}
    assert line == read_by_typer([command, *arguments])


def test_each_shared_option_is_declared_once() -> None:
    """Switches have a row and a field in ``cli/flags.py``; other options are settings of the same name."""
    kept = {one.name for one in fields(Flags)} - {"config", "values", "sort"}
    assert {one.name for one in SWITCHES} == kept
    assert {UNSAFE_FIXES.name, *(one.name for one in VALUED)} <= {one.name for one in fields(Settings)}
