from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp201_serial_independent_tasks import SerialIndependentTasks
from crewprof.rules.cp203_order_hides_parallelism import OrderHidesParallelism
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, crewbase_of, finding, findings, fixed, spot
from tests.rules.real_crew import assert_savings_are_true

if TYPE_CHECKING:
    from pathlib import Path

RULE = OrderHidesParallelism()
CREW = """\
agents:
  ana: {role: Ana, goal: Research, backstory: You search., llm: openai/gpt-4o}
  ben: {role: Ben, goal: Research, backstory: You search., llm: openai/gpt-4o}
tasks:
  - name: research_cars
    description: Research cars.
    expected_output: A report of 400 words.
    agent: ana
    context: []
  # about what was found
  - name: write_cars
    description: Write on cars.
    expected_output: An article of 300 words.
    agent: ana
    context: [research_cars]
  - name: research_bikes
    description: Research bikes.
    expected_output: A report of 400 words.
    agent: ben
    context: [write_cars]
  - name: research_trains
    description: Research trains.
    expected_output: A report of 400 words.
    agent: ben
    context: [research_cars]
  - name: write_all
    description: Write on all.
    expected_output: An article of 100 words.
    agent: ana
"""


def test_the_task_to_move_is_found() -> None:
    found = finding(RULE, crew_of(CREW))
    assert found.tasks == ("research_trains",)
    assert spot(found)[1] == 5
    assert found.fix is not None
    assert found.fix.applicability is Applicability.SAFE
    assert findings(SerialIndependentTasks(), crew_of(CREW)) == []


def test_the_fix_moves_it_with_its_comment_and_crewai_sends_the_same() -> None:
    go_offline()
    from tests.conformance.rewriting import calls_by_task, groups_by_name, run

    crew = crew_of(CREW)
    (rewritten,) = fixed(finding(RULE, crew), crew).values()
    before, after = run(CREW), run(rewritten.text)
    assert calls_by_task(before, CREW) == calls_by_task(after, rewritten.text)
    assert {"write_cars", "research_trains"} in groups_by_name(after, rewritten.text)
    assert "  # about what was found\n  - name: write_cars" in rewritten.text


def test_the_savings_are_true() -> None:
    saved = assert_savings_are_true("CP203", CREW)
    assert saved.seconds is not None
    assert saved.seconds > 1


@pytest.mark.parametrize(
    "change",
    [
        ("agent: ben\n    context: [research_cars]", "agent: ana\n    context: [research_cars]"),
        ("tasks:", "planning: true\ntasks:"),
        ("backstory: You search., llm", "allow_delegation: true, backstory: You search., llm"),
    ],
    ids=["one agent", "the planner numbers tasks", "delegation"],
)
def test_nothing_is_found_where_moving_does_not_help_or_shows(change: tuple[str, str]) -> None:
    assert findings(RULE, crew_of(CREW.replace(*change))) == []


def test_in_a_project_the_order_is_shown(tmp_path: Path) -> None:
    names = ("research_cars", "write_cars", "research_bikes", "research_trains", "write_all")
    methods = "".join(
        f"""
        @task
        def {name}(self) -> Task:
            return Task(config=self.tasks_config["{name}"])
"""
        for name in names
    )
    python = f"""
    from crewai import Agent, Crew, Task
    from crewai.project import CrewBase, agent, crew, task

    @CrewBase
    class Study:
        @agent
        def ana(self) -> Agent:
            return Agent(config=self.agents_config["ana"])

        @agent
        def ben(self) -> Agent:
            return Agent(config=self.agents_config["ben"])
{methods}
        @crew
        def crew(self) -> Crew:
            return Crew(agents=self.agents, tasks=self.tasks)
"""
    agents, _, tasks = CREW.partition("tasks:\n")
    as_keys = tasks.replace("  - name: ", "").replace("\n    ", "\n  ").replace("  # about", "# about")
    yaml = "\n".join(
        line if line.startswith((" ", "#")) or not line else f"{line}:" for line in as_keys.splitlines()
    )
    crew = crewbase_of(
        tmp_path,
        agents=agents.removeprefix("agents:\n").replace("  ana", "ana").replace("  ben", "ben"),
        tasks=yaml,
        python=python,
    )
    found = finding(RULE, crew)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert "order of the tasks: " in (found.fix.suggestion or "")
