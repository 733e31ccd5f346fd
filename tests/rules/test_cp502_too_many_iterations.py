from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp502_too_many_iterations import TooManyIterations
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, marked, spot
from tests.rules.real_crew import assert_savings_are_true, built, project_crew, ran

if TYPE_CHECKING:
    from pathlib import Path

RULE = TooManyIterations()
CREW = """
    agents:
      finder:
        role: Finder
        goal: Find
        backstory: Curious.
        llm: openai/gpt-4o
        tools: [FileReadTool]
    tasks:
      - {name: find, description: Read the file notes.txt., expected_output: A sentence, agent: finder}
"""
LONG = CREW.replace("tools:", "max_iter: 60  # plenty\n        tools:")
AGENTS = """
    finder:
      role: Finder
      goal: Find
      backstory: Curious.
"""
TASKS = "find: {description: Read the file notes.txt., expected_output: A sentence}\n"
PYTHON = """
    from crewai import Agent, Crew, Task
    from crewai.project import CrewBase, agent, crew, task
    from crewai_tools import FileReadTool

    @CrewBase
    class Files:
        agents_config = "config/agents.yaml"
        tasks_config = "config/tasks.yaml"

        @agent
        def finder(self) -> Agent:
            return Agent(config=self.agents_config["finder"], tools=[FileReadTool()])

        @task
        def find(self) -> Task:
            return Task(config=self.tasks_config["find"], agent=self.finder())

        @crew
        def crew(self) -> Crew:
            return Crew(agents=self.agents, tasks=self.tasks)
"""


def test_the_default_leaves_what_real_loops_took() -> None:
    assert findings(RULE, crew_of(CREW)) == []


def test_a_limit_far_too_high_is_lowered_where_it_stands() -> None:
    crew = crew_of(LONG)
    found = finding(RULE, crew)
    assert (spot(found), marked(found, crew)) == ((7, 15), "60")
    assert found.message.startswith("agent 'finder' may take 60 turns (max_iter)")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert diff_of(found, crew) == "-    max_iter: 60  # plenty\n+    max_iter: 15  # plenty\n"


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("tools: [FileReadTool]", "max_iter: 27\n        tools: [FileReadTool]"),
        ("        tools: [FileReadTool]\n", ""),
    ],
)
def test_near_misses(what: str, instead: str) -> None:
    assert findings(RULE, crew_of(CREW.replace(what, instead))) == []


def test_savings_are_true() -> None:
    assert_savings_are_true("CP502", LONG)


def test_in_a_project_yaml_gets_the_limit_where_python_says_nothing(tmp_path: Path) -> None:
    agents = AGENTS + "      max_iter: 60\n"
    crew = crewbase_of(tmp_path, agents=agents, tasks=TASKS, python=PYTHON)
    assert diff_of(finding(RULE, crew), crew) == "-  max_iter: 60\n+  max_iter: 15\n"


def test_in_a_project_python_is_changed_where_it_has_the_number(tmp_path: Path) -> None:
    python = PYTHON.replace("tools=[", "max_iter=60, tools=[", 1)
    crew = crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=python)
    before, after = diff_of(finding(RULE, crew), crew).splitlines()
    assert after[1:] == before[1:].replace("max_iter=60", "max_iter=15")


def test_in_a_project_the_line_is_shown_where_python_decides(tmp_path: Path) -> None:
    python = PYTHON.replace("tools=[", "max_iter=int(60), tools=[", 1)
    fix = finding(RULE, crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=python)).fix
    assert fix is not None
    assert (fix.applicability, fix.suggestion) == (Applicability.DISPLAY, "max_iter=15")


def test_crewai_obeys_the_limit_in_a_projects_yaml_unless_python_has_one(tmp_path: Path) -> None:
    agents = AGENTS + "      max_iter: 8\n"
    crewbase_of(tmp_path, agents=agents, tasks=TASKS, python=PYTHON)
    assert project_crew(tmp_path, "Files").agents[0].max_iter == 8
    crewbase_of(
        tmp_path, agents=agents, tasks=TASKS, python=PYTHON.replace("tools=[", "max_iter=60, tools=[", 1)
    )
    assert project_crew(tmp_path, "Files").agents[0].max_iter == 60


def test_crewais_default_is_25() -> None:
    assert built(CREW).agents[0].max_iter == 25


@pytest.mark.parametrize("functions", [True, False])
@pytest.mark.parametrize("limit", [2, 8])
def test_a_loop_that_never_stops_takes_one_call_more_than_the_limit(limit: int, functions: bool) -> None:
    from tests.conformance.recording_llm import NEVER_STOPS

    text = CREW.replace("tools: [FileReadTool]", f"tools: ['custom:lookup']\n        max_iter: {limit}")
    outcome = ran(text, NEVER_STOPS, function_calling=functions)
    assert outcome.finished
    assert len(outcome.calls) == limit + 1


def test_every_turn_sends_all_before_it_again() -> None:
    from tests.conformance.recording_llm import UsesTools

    outcome = ran(CREW.replace("FileReadTool", "'custom:lookup'"), UsesTools(times=4))
    sent = [call.messages for call in outcome.calls]
    assert len(sent) == 5
    for earlier, later in pairwise(sent):
        assert later[: len(earlier)] == earlier
        assert len(later) > len(earlier)
