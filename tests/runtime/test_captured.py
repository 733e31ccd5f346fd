"""Crews that a project's own code makes, built on the real CrewAI without a kickoff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.runtime.captured import crew_made_by
from crewprof.runtime.job import CrewJob

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
from crewai import Agent, Crew, Task

def crew_of(role):
    who = Agent(role=role, goal="g", backstory="b", llm="gpt-4o")
    tasks = [Task(description=d, expected_output="E", agent=who) for d in ("One", "Two")]
    return Crew(agents=[who], tasks=tasks)

if __name__ == "__main__":
    print(crew_of("Cook").kickoff(inputs={"day": "Monday"}).raw)
    while True:
        crew_of("Waiter").kickoff()
"""


def job(*roles: str, tasks: int = 2, method: str = "") -> CrewJob:
    names = tuple(f"task {number}" for number in range(tasks))
    return CrewJob("before", "code", ".", names, {}, {}, module="crew.py", method=method, roles=roles)


def never() -> None:
    raise AssertionError("not imported")


def test_a_script_runs_with_its_kickoffs_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    path = tmp_path / "crew.py"
    path.write_text(SCRIPT, encoding="utf-8")
    crew, inputs = crew_made_by(job("Cook"), path, never)
    assert [task.description for task in crew.tasks] == ["One", "Two"]
    assert crew.agents[0].role == "Cook"
    assert inputs == {"day": "Monday"}
    assert crew_made_by(job("Waiter"), path, never)[0].agents[0].role == "Waiter"
    with pytest.raises(LookupError, match="makes no crew of 3 tasks"):
        crew_made_by(job("Cook", tasks=3), path, never)
