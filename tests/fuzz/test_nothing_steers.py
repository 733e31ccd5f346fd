"""Nothing of an input steers the terminal or the log that a report or an error goes to.

Every place of an input in one format each, in turn; with ``CREWPROF_ALL_FORMATS`` in every format.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from crewprof.cli.flags import ANALYZE_FORMATS, CHECK_FORMATS
from crewprof.report.plain_text import steers
from tests.fuzz.attempts import Case, attempt
from tests.fuzz.places import MARK, cases, requests

if TYPE_CHECKING:
    from tests.fuzz.attempts import Outcome

COMMANDS = (
    *(("analyze", "-f", one) for one in ANALYZE_FORMATS),
    *(("check", "-f", one) for one in CHECK_FORMATS),
    ("analyze", "--verbose"),
    ("optimize", "--unsafe-fixes"),
    ("optimize", "--unsafe-fixes", "-f", "json"),
    ("optimize", "--unsafe-fixes", "--write", "--quiet"),
    ("explain",),
    ("explain", "--prompt"),
    ("explain", "-f", "json"),
    ("compare", "--models", "gpt-4o,gpt-4o-mini"),
    ("compare", "--models", "gpt-4o", "-f", "markdown"),
    ("compare", "--models", "gpt-4o", "-f", "csv"),
)
KINDS = ("yaml", "jsonc", "flow", "others")
COMMAND_LINES = ("::error::pwned", "##[")
"""Beginnings of lines that the log of a build takes for commands, as the inputs hold them."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="names of files as Unix has them")]


def trouble(outcome: Outcome) -> list[str]:
    """What of an output steers: characters, and lines that a build log would take for commands."""
    found = list(outcome.faults)
    for stream, text in (("out", outcome.out), ("err", outcome.err)):
        found += [
            f"{stream}: {char!r} in {_around(text, char)}" for char in sorted(set(text)) if _is_bad(char)
        ]
        found += [f"{stream}: {line}" for line in text.splitlines() if line.startswith(COMMAND_LINES)]
    return found


def _is_bad(char: str) -> bool:
    return char != "\n" and (steers(char) or char in "\u2028\u2029")


def _around(text: str, char: str) -> str:
    at = text.index(char)
    return repr(text[max(at - 60, 0) : at + 20])


def run(command: tuple[str, ...], case: Case) -> list[str]:
    return trouble(attempt(replace(case, arguments=(*command, *case.arguments))))


def of_kind(kind: str) -> list[tuple[str, Case]]:
    """The cases whose name begins so; ``others``: those of no kind of their own."""
    return [
        (name, case)
        for name, case in cases()
        if (name.split()[0] if name.split()[0] in KINDS else "others") == kind
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_no_place_of_a_crew_steers(kind: str) -> None:
    commands = cycle(COMMANDS)
    wanted = len(COMMANDS) if os.environ.get("CREWPROF_ALL_FORMATS") else 1
    failed = []
    for name, case in of_kind(kind):
        many = len(COMMANDS) if "everywhere" in name or name == "script" else wanted
        for _ in range(many):
            command = next(commands)
            failed += [f"{name} {' '.join(command)}: {one}" for one in run(command, case)]
    assert failed == []


@pytest.mark.parametrize("report_format", ["text", "json"])
def test_no_place_of_a_request_steers(report_format: str) -> None:
    failed = [one for _, case in requests() for one in run(("count", "-f", report_format), case)]
    assert failed == []


@pytest.mark.parametrize(
    "command", [("models",), ("rule",), ("rule", "--all", "-f"), ("profile",), ("diff",)]
)
def test_no_argument_steers(command: tuple[str, ...]) -> None:
    assert run(command, Case((MARK,), {"crew.yaml": b"x"})) == []
