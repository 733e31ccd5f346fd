from __future__ import annotations

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp302_light_model_on_critical_work import LightModelOnCriticalWork
from tests.rules.checking import crew_of, finding, findings, marked, spot
from tests.rules.real_crew import ran

RULE = LightModelOnCriticalWork()
MANAGED = """
    process: hierarchical
    manager_llm: openai/gpt-4o-mini
    agents:
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: openai/gpt-4o}
    tasks:
      - {name: write, description: Write an essay., expected_output: An essay, agent: writer}
"""
CHECKED = """
    agents:
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: openai/gpt-4o}
      checker: {role: Checker, goal: Check, backstory: Strict., llm: openai/gpt-4o-mini}
    tasks:
      - {name: write, description: Write an essay., expected_output: An essay, agent: writer}
      - {name: check, description: Fact-check and approve the essay., expected_output: Text, agent: checker}
"""


def test_a_light_manager_is_found() -> None:
    crew = crew_of(MANAGED)
    found = finding(RULE, crew)
    assert (spot(found), marked(found, crew)) == ((2, 14), "openai/gpt-4o-mini")
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_a_light_manager_agent_is_found() -> None:
    text = MANAGED.replace("manager_llm: openai/gpt-4o-mini", "manager_agent: boss").replace(
        "    tasks:", "      boss: {role: Boss, goal: Lead, backstory: Calm., llm: gpt-4o-mini}\n    tasks:"
    )
    crew = crew_of(text)
    assert marked(finding(RULE, crew), crew) == "gpt-4o-mini"


def test_a_last_check_lighter_than_what_it_checks_is_found() -> None:
    crew = crew_of(CHECKED)
    found = finding(RULE, crew)
    assert (spot(found), marked(found, crew)) == ((3, 66), "openai/gpt-4o-mini")
    assert (found.tasks, found.agents) == (("check",), ("checker",))


def test_the_users_model_for_frontier_work_is_named() -> None:
    found = finding(RULE, crew_of(MANAGED), tiers={"frontier": "gpt-5.4"})
    assert found.fix is not None
    assert found.fix.suggestion == "gpt-5.4"


@pytest.mark.parametrize(
    "text",
    [
        MANAGED.replace("gpt-4o-mini", "gpt-4o"),
        MANAGED.replace("process: hierarchical", "process: sequential"),
        MANAGED.replace("    manager_llm: openai/gpt-4o-mini\n", ""),
        MANAGED.replace("openai/gpt-4o-mini", "my-own-deployment"),
        CHECKED.replace("Fact-check and approve the essay.", "Translate the essay."),
        CHECKED.replace("openai/gpt-4o-mini", "openai/gpt-4o"),
        CHECKED.replace("openai/gpt-4o}", "openai/gpt-4o-mini}"),
    ],
)
def test_near_misses(text: str) -> None:
    assert findings(RULE, crew_of(text)) == []


def test_crewai_lets_the_manager_run_every_task() -> None:
    outcome = ran(MANAGED)
    assert [call.owner for call in outcome.calls] == ["manager"]
    assert outcome.calls[0].model == "openai/gpt-4o-mini"
