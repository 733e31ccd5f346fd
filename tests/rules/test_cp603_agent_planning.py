from __future__ import annotations

import yaml

from crewprof.findings import Severity
from crewprof.rules.cp603_agent_planning import AgentPlanning
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

RULE = AgentPlanning()
CREW = """
    agents:
      finder: {role: Finder, goal: Find facts, backstory: You find., llm: openai/gpt-4o}
      writer:
        role: Writer
        goal: Write texts
        backstory: You write.
        llm: openai/gpt-4o
        reasoning: true
    tasks:
      - {name: find, description: Find facts on ferries., expected_output: Ten facts., agent: finder}
      - {name: write, description: Write about them., expected_output: A text., agent: writer}
"""


def test_planning_is_found_with_its_calls_and_that_steps_see_no_context() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (8, 16)
    assert found.severity is Severity.WARNING
    assert "its steps do not see the context of write" in found.message
    assert diff_of(found, crew) == "-    reasoning: true\n+    reasoning: false\n"
    saved = savings(found, crew)
    assert saved.cost_usd is not None
    assert saved.cost_usd > 0


def test_a_planning_config_is_taken_out() -> None:
    crew = crew_of(CREW.replace("reasoning: true", "planning_config: {reasoning_effort: low}"))
    assert diff_of(finding(RULE, crew), crew) == "-    planning_config: {reasoning_effort: low}\n"


def test_a_task_without_context_has_nothing_to_miss() -> None:
    crew = crew_of(CREW.replace("agent: writer}", "agent: writer, context: []}"))
    assert "do not see" not in finding(RULE, crew).message


def test_agents_without_a_plan_and_without_tasks_are_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("reasoning: true", "reasoning: false")))
    assert not findings(RULE, crew_of(CREW.replace("agent: writer}", "agent: finder}")))


def test_crewai_sends_the_context_to_none_of_the_steps() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    planned = [call for call in run_definition(definition).calls if call.owner == "writer"]
    definition["agents"]["writer"]["reasoning"] = False
    plain = [call for call in run_definition(definition).calls if call.owner == "writer"]
    assert len(plain) == 1
    assert "Output of task 0" in plain[0].text
    assert len(planned) >= 4
    assert not any("Output of task 0" in call.text for call in planned)
