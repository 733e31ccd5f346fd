"""A task that a crew lists several times: CrewAI runs it as often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from tests.rules.checking import options

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """
from crewai import Agent, Crew, Task
a = Agent(role="R", goal="G", backstory="B", llm="gpt-4o")
t0 = Task(description="Write about bees.", expected_output="A page.", agent=a)
t1 = Task(description="Check the page.", expected_output="A list.", agent=a)
Crew(agents=[a], tasks=[{tasks}]).kickoff()
"""


@pytest.mark.parametrize(
    ("tasks", "names"),
    [
        ("t0, t1, t1", ["t0", "t1", "t1 (2)"]),
        ("t1, t1, t0", ["t1", "t1 (2)", "t0"]),
        ("t0, t0", ["t0", "t0 (2)"]),
    ],
)
def test_each_run_counts(tmp_path: Path, tasks: str, names: list[str]) -> None:
    (tmp_path / "main.py").write_text(MODULE.format(tasks=tasks), encoding="utf-8")
    (crew,) = load_all(tmp_path / "main.py").crews
    assert [one.name for one in crew.tasks] == names
    assert analyse_crew(crew, options()).profile.total.calls.expected == len(names)
