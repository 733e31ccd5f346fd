from __future__ import annotations

import yaml

from crewprof.findings import Applicability, Severity
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


def test_planning_is_found_with_its_calls() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (8, 16)
    assert found.severity is Severity.WARNING
    assert "planning by agent 'writer' adds" in found.message
    assert diff_of(found, crew) == "-    reasoning: true\n+    reasoning: false\n"
    saved = savings(found, crew)
    assert saved.cost_usd is not None
    assert saved.cost_usd > 0


def test_whoever_set_planning_up_decides_about_it() -> None:
    crew = crew_of(CREW.replace("reasoning: true", "planning_config: {reasoning_effort: low}"))
    found = finding(RULE, crew)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert found.fix.title == "delete `planning_config`; it then works without a plan"


def test_agents_without_a_plan_and_without_tasks_are_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("reasoning: true", "reasoning: false")))
    assert not findings(RULE, crew_of(CREW.replace("agent: writer}", "agent: finder}")))


def test_crewai_makes_one_call_without_the_plan_and_several_with_it() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    planned = [call for call in run_definition(definition).calls if call.owner == "writer"]
    definition["agents"]["writer"]["reasoning"] = False
    plain = [call for call in run_definition(definition).calls if call.owner == "writer"]
    assert len(plain) == 1
    assert len(planned) >= 4
