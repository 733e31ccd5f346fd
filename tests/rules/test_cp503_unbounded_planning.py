from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp503_unbounded_planning import UnboundedPlanning
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, marked, spot
from tests.rules.real_crew import assert_savings_are_true, ran

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conformance.recording_llm import RecordedCall

RULE = UnboundedPlanning()
CREW = """
    agents:
      analyst:
        role: Analyst
        goal: Analyse
        backstory: Thorough.
        llm: openai/gpt-4o
        reasoning: true
    tasks:
      - {name: analyse, description: Analyse the market., expected_output: A report, agent: analyst}
"""


def test_reasoning_without_a_limit_is_found_and_gets_one() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert (spot(found), marked(found, crew)) == ((7, 16), "true")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert diff_of(found, crew) == "+    max_reasoning_attempts: 3\n"


@pytest.mark.parametrize(
    ("config", "after"),
    [
        ("{}", "planning_config: {max_attempts: 3}"),
        ("{reasoning_effort: low}", "planning_config: {reasoning_effort: low, max_attempts: 3}"),
        ("{max_attempts: null}", "planning_config: {max_attempts: 3}"),
    ],
)
def test_a_planning_config_without_a_limit_gets_one(config: str, after: str) -> None:
    crew = crew_of(CREW.replace("reasoning: true", f"planning_config: {config}"))
    assert f"+    {after}\n" in diff_of(finding(RULE, crew), crew)


@pytest.mark.parametrize(
    "instead",
    [
        "reasoning: false",
        "reasoning: true\n        max_reasoning_attempts: 5",
        "planning: true",
        "planning_config: {max_attempts: 2}",
        "reasoning: true\n        planning_config: {max_attempts: 2}",
    ],
)
def test_near_misses(instead: str) -> None:
    assert findings(RULE, crew_of(CREW.replace("reasoning: true", instead))) == []


def test_the_old_limit_does_not_bound_a_planning_config() -> None:
    text = CREW.replace("reasoning: true", "planning_config: {}\n        max_reasoning_attempts: 3")
    assert findings(RULE, crew_of(text))


def test_savings_are_true() -> None:
    assert_savings_are_true("CP503", CREW)


def test_in_a_project(tmp_path: Path) -> None:
    python = """
        from crewai import Agent, Crew, Task
        from crewai.project import CrewBase, agent, crew, task

        @CrewBase
        class Market:
            @agent
            def analyst(self) -> Agent:
                return Agent(config=self.agents_config["analyst"], reasoning=True)

            @task
            def analyse(self) -> Task:
                return Task(config=self.tasks_config["analyse"], agent=self.analyst())

            @crew
            def crew(self) -> Crew:
                return Crew(agents=self.agents, tasks=self.tasks)
    """
    agents = "analyst:\n  role: Analyst\n  goal: Analyse\n  backstory: Thorough.\n"
    tasks = "analyse: {description: Analyse the market., expected_output: A report}\n"
    crew = crewbase_of(tmp_path, agents=agents, tasks=tasks, python=python)
    assert diff_of(finding(RULE, crew), crew) == "+  max_reasoning_attempts: 3\n"
    decided = python.replace("reasoning=True", "reasoning=True, max_reasoning_attempts=None")
    crewbase_of(tmp_path, agents=agents, tasks=tasks, python=decided)
    in_python = python.replace("reasoning=True", "planning_config=PlanningConfig()")
    fixes = [
        one.fix for one in findings(RULE, crewbase_of(tmp_path, agents=agents, tasks=tasks, python=in_python))
    ]
    assert all(fix is not None and fix.applicability is Applicability.DISPLAY for fix in fixes)


def _never_ready(call: RecordedCall) -> Any:
    from tests.conformance.recording_llm import answers_at_once

    if _is_plan(call):
        return json.dumps({"plan": "Look again.", "steps": [], "ready": False})
    return answers_at_once(call)


def _is_plan(call: RecordedCall) -> bool:
    from tests.conformance.recording_llm import PLANNING_TOOL

    return any(tool["function"]["name"] == PLANNING_TOOL for tool in call.tools)


@pytest.mark.parametrize("unbounded", ["reasoning: true", "planning_config: {}"])
def test_crewai_refines_a_plan_that_is_never_ready_without_end(
    unbounded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.conformance import recording_llm

    monkeypatch.setattr(recording_llm, "MOST_CALLS", 40)
    outcome = ran(CREW.replace("reasoning: true", unbounded), _never_ready)
    assert isinstance(outcome.error, recording_llm.EndlessRun)
    assert all(_is_plan(call) for call in outcome.calls)


@pytest.mark.parametrize(
    ("bounded", "plans"),
    [
        ("reasoning: true\n        max_reasoning_attempts: 3", 3),
        ("planning_config: {max_attempts: 3}", 3),
        ("planning: true", 1),
    ],
)
def test_the_limit_counts_plans(bounded: str, plans: int) -> None:
    outcome = ran(CREW.replace("reasoning: true", bounded), _never_ready)
    assert outcome.finished
    assert sum(_is_plan(call) for call in outcome.calls) == plans
