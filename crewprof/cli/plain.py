"""Plain command lines: ``analyze`` and ``check`` with paths and the commonest options, read without Typer.

Typer and what it loads to read a command line take longer than most crews take to profile. What is read here
means what :mod:`crewprof.cli.options` says it means; whatever is not understood here (another command or
option, a mistake, a call for help) is left to Typer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from crewprof.cli.answers import ANALYZE_FORMATS, CHECK_FORMATS, answer_analyze, answer_check
from crewprof.cli.flags import SWITCHES, Flags
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Callable[[Flags, list[str] | None, str, str | None], int]

_COMMANDS: dict[str, tuple[Command, tuple[str, ...]]] = {
    "analyze": (answer_analyze, ANALYZE_FORMATS),
    "check": (answer_check, CHECK_FORMATS),
}
_VALUES = {"--format": "format", "-f": "format", "--output": "output", "-o": "output"}
_SWITCHES = {option: one.name for one in SWITCHES for option in one.options}


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A command line that was understood."""

    command: str
    flags: Flags
    paths: list[str] | None
    report_format: str
    output: str | None

    def answer(self) -> int:
        """Do what it asks; the exit code."""
        answer, _ = _COMMANDS[self.command]
        return answer(self.flags, self.paths, self.report_format, self.output)


def plain_line(arguments: Sequence[str]) -> PlainLine | None:
    """``arguments`` (without the program's name) as understood; ``None`` where Typer has to read them."""
    if not arguments or arguments[0] not in _COMMANDS or _is_for_typer():
        return None
    paths: list[str] = []
    values: dict[str, str] = {}
    switches: set[str] = set()
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in _SWITCHES:
            switches.add(_SWITCHES[argument])
        elif argument in _VALUES:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
            values[_VALUES[argument]] = value
        elif argument.startswith("-") and argument != "-":
            return None
        else:
            paths.append(argument)
    report_format = values.get("format", "text")
    if report_format not in _COMMANDS[arguments[0]][1]:
        return None
    given: dict[str, Any] = dict.fromkeys(switches, True)
    return PlainLine(arguments[0], Flags(**given), paths or None, report_format, values.get("output"))


def _is_for_typer() -> bool:
    """Whether a shell asks for completions, or the shell has left wildcards to the program (Windows)."""
    return "_CREWPROF_COMPLETE" in os.environ or os.name == "nt"
