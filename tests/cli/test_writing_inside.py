"""``optimize --write`` changes no file outside the project, unless it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.test_commands import crewprof

if TYPE_CHECKING:
    from pathlib import Path

CLASS = """
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task

@CrewBase
class Desk:
    agents_config = "../outside.yaml"

    @agent
    def clerk(self) -> Agent:
        return Agent(config=self.agents_config["clerk"])

    @task
    def answer(self) -> Task:
        return Task(description="Answer.", expected_output="A word.", agent=self.clerk())

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""
AGENTS = """
clerk:
  role: Clerk
  goal: Answer
  backstory: You are a world-class clerk with 20 years of experience. You answer in a word.
  llm: gpt-4o
"""


def test_a_file_outside_the_project_is_left_alone_unless_it_is_named(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "pyproject.toml").touch()
    (inside / "crew.py").write_text(CLASS, encoding="utf-8")
    outside = tmp_path / "outside.yaml"
    outside.write_text(AGENTS, encoding="utf-8")
    command = ("optimize", "--unsafe-fixes", "--write", "--isolated", "--select", "CP102")
    done = crewprof(*command, "in/crew.py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr  # it is not even read
    assert outside.read_text(encoding="utf-8") == AGENTS
    done = crewprof(*command, "in/crew.py", ".", cwd=tmp_path)
    assert "world-class" not in outside.read_text(encoding="utf-8"), done.stderr
