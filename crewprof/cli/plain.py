"""Plain command lines: ``analyze``, ``check`` and ``optimize`` with paths and options, read without Typer.

Typer and what it loads to read a command line take longer than most crews take to profile. What is read here
means what :mod:`crewprof.cli.options` says it means; whatever is not understood here (another command or
option, a mistake, a call for help) is left to Typer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from crewprof.cli.flags import (
    ANALYZE_FORMATS,
    CHECK_FORMATS,
    CONFIG,
    OPTIMIZE_FORMATS,
    SWITCHES,
    UNSAFE_FIXES,
    VALUED,
    Flags,
)
from crewprof.quick_dataclasses import dataclass, field
from crewprof.report.look import SORTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class _Command:
    """The formats a command knows, and its own options: as written, with the name of their parameter."""

    formats: tuple[str, ...]
    switches: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


_COMMANDS = {
    "analyze": _Command(ANALYZE_FORMATS, values={"--sort": "sort"}),
    "check": _Command(CHECK_FORMATS, switches={"--only-blocking": "only_blocking"}),
    "optimize": _Command(OPTIMIZE_FORMATS, switches={"--write": "write", "-w": "write", "--check": "check"}),
}
_REPORTED = {"--format": "format", "-f": "format", "--output": "output", "-o": "output"}
_SHARED_VALUES = {one.option: one for one in (*VALUED, CONFIG)}
_SHARED_SWITCHES = {option: one.name for one in SWITCHES for option in one.options}
_TOGGLED = {UNSAFE_FIXES.on: True, UNSAFE_FIXES.off: False}


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A command line that was understood; ``own``: options that only this command has."""

    command: str
    flags: Flags
    paths: list[str] | None
    report_format: str
    output: str | None
    own: frozenset[str] = frozenset()

    def answer(self) -> int:
        """Do what it asks; the exit code."""
        asked = self.flags, self.paths, self.report_format, self.output
        if self.command == "optimize":
            from crewprof.cli.optimizing import Rewriting, answer_optimize

            return answer_optimize(*asked, Rewriting(write="write" in self.own, check="check" in self.own))
        from crewprof.cli import answers

        if self.command == "analyze":
            return answers.answer_analyze(*asked)
        if self.own:
            return answers.answer_blocking(self.flags, self.paths)
        return answers.answer_check(*asked)


def plain_line(arguments: Sequence[str]) -> PlainLine | None:
    """``arguments`` (without the program's name) as understood; ``None`` where Typer has to read them."""
    if not arguments or arguments[0] not in _COMMANDS or _is_for_typer():
        return None
    try:
        return _read(arguments[0], iter(arguments[1:]))
    except ValueError:
        return None


def _read(command: str, rest: Iterator[str]) -> PlainLine:
    """Raises :class:`ValueError` for what is not understood."""
    known = _COMMANDS[command]
    own_values = {**_REPORTED, **known.values}
    paths: list[str] = []
    shared: dict[str, list[Any]] = {}
    values: dict[str, Any] = {}
    switches: dict[str, Any] = {}
    own: set[str] = set()
    for argument in rest:
        name, joined, value = argument.partition("=") if argument.startswith("--") else (argument, "", "")
        if name in _SHARED_VALUES:
            one = _SHARED_VALUES[name]
            shared.setdefault(one.name, []).append(value if joined else _next(rest))
        elif name in own_values:
            values[own_values[name]] = value if joined else _next(rest)
        elif argument in _SHARED_SWITCHES:
            switches[_SHARED_SWITCHES[argument]] = True
        elif argument in known.switches:
            own.add(known.switches[argument])
        elif argument in _TOGGLED:
            shared[UNSAFE_FIXES.name] = [_TOGGLED[argument]]
        elif argument.startswith("-") and argument != "-":
            raise ValueError(f"not read here: {argument}")
        else:
            paths.append(argument)
    _refuse_mistakes(known, values, own)
    if "sort" in values:
        switches["sort"] = values["sort"]
    report_format, output = values.get("format", "text"), values.get("output")
    return PlainLine(command, _flags(shared, switches), paths or None, report_format, output, frozenset(own))


def _refuse_mistakes(known: _Command, values: dict[str, Any], own: set[str]) -> None:
    # Typer says what is wrong, in its own words: it reads the line again.
    if values.get("format", "text") not in known.formats or values.get("sort", "cost") not in SORTINGS:
        raise ValueError("neither a format nor an order")
    if ("only_blocking" in own and values) or own >= {"write", "check"}:
        raise ValueError("options that cannot be combined")


def _next(rest: Iterator[str]) -> str:
    value = next(rest, None)
    if value is None:
        raise ValueError("a value is missing")
    return value


def _flags(given: dict[str, list[Any]], switches: dict[str, Any]) -> Flags:
    values: dict[str, object] = {}
    for one in VALUED:
        texts = given.get(one.name, [])
        # As Typer does: of several values of which one counts, the others are not looked at.
        meant = one.meant([one.read(text) for text in (texts if one.together is not None else texts[-1:])])
        if meant is not None:
            values[one.name] = meant
    if UNSAFE_FIXES.name in given:
        values[UNSAFE_FIXES.name] = given[UNSAFE_FIXES.name][0]
    return Flags(CONFIG.meant(given.get(CONFIG.name, [])), values=values, **switches)


def _is_for_typer() -> bool:
    """Whether a shell asks for completions, or the shell has left wildcards to the program (Windows)."""
    return "_CREWPROF_COMPLETE" in os.environ or os.name == "nt"
