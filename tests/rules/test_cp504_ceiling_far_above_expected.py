from __future__ import annotations

import pytest

from crewprof.analysis.subject import subject_of
from crewprof.rules.cp501_no_answer_limit import NoAnswerLimit
from crewprof.rules.cp503_unbounded_planning import UnboundedPlanning
from crewprof.rules.cp504_ceiling_far_above_expected import CeilingFarAboveExpected
from tests.rules.checking import crew_of, finding, findings, options, spot

RULE = CeilingFarAboveExpected()
CAPPED = "{model: openai/gpt-4o, max_tokens: 16000}"
CREW = """
    agents:
      finder: {role: Finder, goal: Find, backstory: Curious., llm: CAPPED, tools: [SerperDevTool]}
    tasks:
      - {name: find, description: Find news., expected_output: News, agent: finder}
""".replace("CAPPED", CAPPED)


def test_a_ceiling_far_above_the_expected_cost_is_said_once() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    total = subject_of(crew, options()).profile.total
    assert spot(found) == (1, 1)
    assert f"${total.ceiling.cost_usd:,.2f}" in found.message
    assert total.cost_usd is not None
    assert f"${total.cost_usd.expected:.2f}" in found.message


def test_planning_without_a_limit_is_for_its_own_rule_to_say() -> None:
    crew = crew_of(CREW.replace("tools:", "reasoning: true, tools:"))
    assert not findings(RULE, crew)
    assert findings(UnboundedPlanning(), crew)


def test_where_agents_have_no_max_tokens_that_finding_says_it() -> None:
    crew = crew_of(CREW.replace(CAPPED, "openai/gpt-4o"))
    assert not findings(RULE, crew)
    assert "worst case $" in finding(NoAnswerLimit(), crew).message


@pytest.mark.parametrize(
    "text",
    [
        CREW.replace(", tools: [SerperDevTool]", ""),  # cents at worst
        CREW.replace("16000}", "300}, max_iter: 1"),
        CREW.replace(CAPPED, "my-own-deployment"),  # unknown is not unbounded
        CREW.replace(CAPPED, "ollama/llama3.1"),
    ],
)
def test_near_misses(text: str) -> None:
    assert findings(RULE, crew_of(text)) == []
