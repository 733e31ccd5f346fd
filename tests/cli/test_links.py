"""Links in reports (OSC 8): only where a terminal takes them, and only to what is there."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from crewprof.cli.links import linked, wants_links
from crewprof.report.addresses import rule_address

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\x1b\]8;;([^\x1b]*)\x1b\\(.*?)\x1b\]8;;\x1b\\")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "FORCE_HYPERLINK",
        "NO_COLOR",
        "WT_SESSION",
        "KONSOLE_VERSION",
        "VTE_VERSION",
        "TERM_PROGRAM",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7200"}, True),
        ({"VTE_VERSION": "4600"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"FORCE_HYPERLINK": "0", "TERM": "xterm-kitty"}, False),
    ],
)
def test_which_terminals(given: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert wants_links(Terminal()) is expected
    if "FORCE_HYPERLINK" not in given:
        assert not wants_links(io.StringIO())


def test_codes_lead_to_pages_and_places_to_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crew.yaml").write_text("", encoding="utf-8")
    report = "\x1b[1mcrew.yaml:3:4\x1b[0m: \x1b[33mCP301\x1b[0m gone.yaml:3 and CP3 (crew.yaml:7)\n"
    made = linked(report)
    assert LINK.findall(made) == [
        ((tmp_path / "crew.yaml").as_uri(), "crew.yaml:3:4"),
        (rule_address("CP301"), "CP301"),
        ((tmp_path / "crew.yaml").as_uri(), "crew.yaml:7"),
    ]
    assert LINK.sub(r"\2", made) == report
