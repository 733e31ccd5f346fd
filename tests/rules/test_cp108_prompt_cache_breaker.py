from __future__ import annotations

import yaml

from crewprof.findings import Applicability
from crewprof.rules.cp108_prompt_cache_breaker import PromptCacheBreaker
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, finding, findings, marked, spot

RULE = PromptCacheBreaker()
RULES = " ".join(
    f"Rule {number}: article {number} of the terms goes before the others." for number in range(120)
)


def crew_text(role: str, description: str, model: str = "openai/gpt-4o", backstory: str = RULES) -> str:
    return f"""
    agents:
      agent:
        role: {role}
        goal: Answer by the rules
        backstory: '{backstory}'
        llm: {model}
    tasks:
      - name: answer
        description: '{description}'
        expected_output: A short answer.
        agent: agent
    """


def test_a_placeholder_before_a_long_constant_text_is_found() -> None:
    crew = crew_of(crew_text("'Support Agent for {customer}'", "Answer."))
    found = finding(RULE, crew)
    assert marked(found, crew) == "{customer}"
    assert spot(found) == (3, 30)
    assert "from 1,024 on" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_a_placeholder_behind_it_is_fine() -> None:
    assert not findings(RULE, crew_of(crew_text("Support Agent", "Answer {customer}.")))


def test_short_texts_and_models_without_a_cache_are_left_alone() -> None:
    short = crew_text("'Agent for {customer}'", "Answer.", backstory="You are brief.")
    assert not findings(RULE, crew_of(short))
    assert not findings(RULE, crew_of(crew_text("'Agent for {customer}'", "Answer.", "ollama/llama3.1")))


def test_crewai_sends_role_backstory_goal_description_and_expected_output_in_this_order() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_text("THE-ROLE", "THE-DESCRIPTION", backstory="THE-BACKSTORY"))
    definition["agents"]["agent"]["goal"] = "THE-GOAL"
    definition["tasks"][0]["expected_output"] = "THE-OUTPUT"
    text = run_definition(definition).first_call(0).text
    places = [text.index(f"THE-{name}") for name in ("ROLE", "BACKSTORY", "GOAL", "DESCRIPTION", "OUTPUT")]
    assert places == sorted(places)
