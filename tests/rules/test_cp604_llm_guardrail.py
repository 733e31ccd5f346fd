from __future__ import annotations

import pytest
import yaml

from crewprof.findings import Applicability, Severity
from crewprof.rules.cp604_llm_guardrail import LlmGuardrail
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, finding, findings, spot

RULE = LlmGuardrail()
CREW = """
    agents:
      writer: {role: Writer, goal: Write texts, backstory: You write., llm: openai/gpt-4o}
    tasks:
      - name: write
        description: Write a text on ferries.
        expected_output: A text.
        agent: writer
        guardrail: The text has at most 200 words.
"""


def test_a_guardrail_that_counts_is_a_warning_with_a_function_to_write() -> None:
    found = finding(RULE, crew_of(CREW))
    assert spot(found) == (8, 16)
    assert found.severity is Severity.WARNING
    assert "a Python function can check it" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert not found.fix.changes


@pytest.mark.parametrize(
    "text", ["The answer is valid JSON", "It must contain a date", "No emojis", "Max. 3 items"]
)
def test_more_that_can_be_counted(text: str) -> None:
    assert finding(RULE, crew_of(CREW.replace("The text has at most 200 words.", text))).fix is not None


def test_a_guardrail_that_takes_judgement_is_information() -> None:
    found = finding(RULE, crew_of(CREW.replace("The text has at most 200 words.", "The tone is friendly.")))
    assert found.fix is None
    assert "runs the task again" in found.message


def test_a_function_is_left_alone() -> None:
    assert not findings(
        RULE, crew_of(CREW.replace("The text has at most 200 words.", "{python: checks.accepts}"))
    )


def test_crewai_makes_a_call_for_words_and_none_for_a_function() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    assert len(run_definition(definition).calls) == 2
    definition["tasks"][0]["guardrail"] = {"python": "checks.accepts"}
    assert len(run_definition(definition).calls) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The post must be under 200 words, written in plain language without technical jargon",
        "At most 200 words and easy to read for children",
        "Exactly 5 items. Each of them is convincing.",
        "Moins de 100 mots et un ton amical",
    ],
)
def test_what_can_be_counted_only_in_part_takes_judgement(text: str) -> None:
    found = finding(RULE, crew_of(CREW.replace("The text has at most 200 words.", text)))
    assert found.fix is None
    assert found.severity is Severity.INFO
