"""Crews that one place makes again and again: several only when they are asked for different things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from crewprof.crew.discovery import load_all

if TYPE_CHECKING:
    from pathlib import Path

SOURCE: Final = """\
from crewai import Agent, Crew, Task

a = Agent(role="R", goal="G", backstory="B")


def run(what):
    task = Task(description=f"Write {{what}}.", expected_output="A text.", agent=a, output_file=f"{{what}}")
    return Crew(agents=[a], tasks=[task]).kickoff()


{calls}
"""
CASES: Final = {
    "the same": ("run('tea')\nrun('tea')", 1, 2),
    "different texts": ("run('tea')\nrun('milk')\nrun('beer')", 3, 1),
    "different numbers": ("run('5 items')\nrun('50 items')\nrun('7 items')", 3, 1),
    "two numbers": ("run('5 items')\nrun('6 items')", 2, 1),
    "texts from a loop": ("for one in ('tea', 'milk', 'beer'):\n    run(one)", 3, 1),
    "a counter": ("for at in range(1, 13):\n    run(f'part {at}')", 1, 12),
    "two counters": ("for at in range(5):\n    run(f'part {at}, {50 - at * 5} left')", 1, 5),
    "counters in turn": (
        "for at in range(1, 5):\n    run(f'plan {at}')\n    run(f'chapter {at}')",
        2,
        4,
    ),
    "a counter and its square": (
        "for at in range(5):\n    run(f'part {at} of {at * at}')",
        5,
        1,
    ),
}


@pytest.mark.parametrize(("calls", "crews", "kickoffs"), CASES.values(), ids=CASES.keys())
def test_crews_of_one_place_are_one_unless_they_differ(
    calls: str, crews: int, kickoffs: int, tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text(SOURCE.format(calls=calls), encoding="utf-8")
    loaded = load_all(tmp_path)
    assert not loaded.errors
    assert len(loaded.crews) == crews
    assert {one.kickoffs.expected for one in loaded.crews} == {kickoffs}
