from __future__ import annotations

import yaml

from crewprof.findings import Applicability
from crewprof.rules.cp602_crew_planning import CrewPlanning
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

RULE = CrewPlanning()
CREW = """
    name: trips
    planning: true
    planning_llm: openai/gpt-4.1
    agents:
      planner: {role: Planner, goal: Plan trips, backstory: You plan., llm: openai/gpt-4o}
    tasks:
      - {name: plan, description: Plan a trip., expected_output: A plan., agent: planner}
      - {name: check, description: Check the plan., expected_output: A list., agent: planner}
"""


def test_planning_is_found_with_its_call_and_model() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (2, 11)
    assert found.message.startswith("planning on openai/gpt-4.1 adds 1 call and $")
    assert "every call of 2 tasks" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY  # whoever chose its model wants the plan
    plain = crew_of(CREW.replace("    planning_llm: openai/gpt-4.1\n", ""))
    found = finding(RULE, plain)
    assert diff_of(found, plain) == "-planning: true\n+planning: false\n"
    assert found.fix is not None
    assert "without a plan" in found.fix.title
    saved = savings(found, plain)
    assert saved.cost_usd is not None
    assert saved.cost_usd > 0


def test_without_a_price_its_share_is_of_the_tokens() -> None:
    text = CREW.replace("openai/gpt-4.1", "ollama/llama3.1").replace("openai/gpt-4o", "ollama/llama3.1")
    assert "% of the tokens" in finding(RULE, crew_of(text)).message
    assert "% of the cost" in finding(RULE, crew_of(CREW)).message


def test_a_plan_that_is_little_of_the_run_is_left_alone() -> None:
    text = CREW.replace("planning_llm: openai/gpt-4.1", "planning_llm: openai/gpt-4.1-nano")
    assert not findings(RULE, crew_of(text.replace("A plan.", "A report of 20 pages.")))


def test_a_crew_that_does_not_plan_is_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("planning: true", "planning: false")))


def test_crewai_makes_one_more_call_before_the_first_task() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    assert [call.owner for call in run_definition(definition).calls] == ["planning", "planner", "planner"]
    definition["planning"] = False
    assert [call.owner for call in run_definition(definition).calls] == ["planner", "planner"]
