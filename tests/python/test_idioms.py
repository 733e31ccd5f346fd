"""Idioms of Python in small programs: what they come to is the same, or Unknown, and never another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.differential import Verdict, compared
from tests.python.random_programs import VARIABLE

PROGRAMS = Path(__file__).with_name("idioms.txt").read_text(encoding="utf-8").split("===\n")
"""Programs between lines of three equals signs."""

UNKNOWN_SHARE = 0.15


@pytest.mark.parametrize("source", PROGRAMS, ids=lambda one: one.strip().partition("\n")[0][:50])
def test_an_idiom_is_followed_as_python_does(source: str) -> None:
    if VARIABLE in source:
        for variable in (None, "", "x", "0"):
            assert not compared(source, variable, with_environment=True).wrong, variable
    else:
        assert not compared(source).wrong


def test_little_is_unknown() -> None:
    total = Verdict()
    for source in (one for one in PROGRAMS if "getenv" not in one):
        total.add(compared(source))
    assert total.unknown_share <= UNKNOWN_SHARE
