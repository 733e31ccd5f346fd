from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.findings import Applicability, Severity
from crewprof.rules.cp306_planner_on_another_model import PlannerOnAnotherModel
from tests.rules.checking import crew_of, diff_of, finding, findings, spot
from tests.rules.real_crew import assert_savings_are_true, built, ran

if TYPE_CHECKING:
    from tests.conformance.recording_llm import RecordedCall

RULE = PlannerOnAnotherModel()
CREW = """
    planning: true
    agents:
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: anthropic/claude-sonnet-4-6}
    tasks:
      - {name: write, description: Write an essay., expected_output: An essay, agent: writer}
"""


def test_a_planner_at_openai_beside_agents_elsewhere_is_a_warning() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert found.severity is Severity.WARNING
    assert spot(found) == (1, 11)
    assert "gpt-5.4-mini" in found.message
    assert "needs an OPENAI_API_KEY" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert diff_of(found, crew) == "+planning_llm: anthropic/claude-sonnet-4-6\n"


def test_beside_other_openai_models_it_is_a_note() -> None:
    found = finding(RULE, crew_of(CREW.replace("anthropic/claude-sonnet-4-6", "openai/gpt-4.1")))
    assert found.severity is Severity.INFO
    assert "needs an OPENAI_API_KEY" not in found.message


def test_a_model_that_is_shut_down_is_no_planner() -> None:
    found = finding(RULE, crew_of(CREW.replace("claude-sonnet-4-6", "claude-3-5-sonnet-20241022")))
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert "claude-3" not in found.fix.title


@pytest.mark.parametrize(
    "text",
    [
        CREW.replace("planning: true", "planning: false"),
        CREW.replace("planning: true", "planning: true\n    planning_llm: gpt-4o"),
        CREW.replace("anthropic/claude-sonnet-4-6", "openai/gpt-5.4-mini"),
    ],
)
def test_near_misses(text: str) -> None:
    assert findings(RULE, crew_of(text)) == []


def test_savings_are_true() -> None:
    assert_savings_are_true("CP306", CREW)


def test_crewai_plans_on_a_model_of_its_own() -> None:
    from crewai import Crew
    from crewai.utilities.planning_handler import CrewPlanner

    text = CREW.replace("anthropic/claude-sonnet-4-6", "openai/gpt-4.1")
    made = built(text)
    assert isinstance(made, Crew)
    assert made.planning_llm is None
    assert CrewPlanner(tasks=made.tasks).planning_agent_llm == "gpt-5.4-mini"


def test_crewai_plans_once_per_kickoff_before_the_first_task() -> None:
    def owners(call: RecordedCall) -> str:
        return call.owner

    outcome = ran(CREW.replace("anthropic/claude-sonnet-4-6", "openai/gpt-4.1"))
    assert [owners(call) for call in outcome.calls] == ["planning", "writer"]
