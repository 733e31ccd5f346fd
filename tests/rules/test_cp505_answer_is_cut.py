from __future__ import annotations

import pytest

from crewprof.findings import Applicability, Severity
from crewprof.rules.cp505_answer_is_cut import AnswerIsCut
from tests.rules.checking import crew_of, diff_of, finding, findings, spot

RULE = AnswerIsCut()
CREW = """
    agents:
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: {model: openai/gpt-4o, max_tokens: 500}}
    tasks:
      - name: write
        description: Write an essay on ferries.
        expected_output: An essay of 2000 words.
        agent: writer
"""


def test_a_limit_below_what_is_asked_for_is_found_and_raised() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert found.severity is Severity.WARNING
    assert spot(found) == (6, 22)
    assert "`max_tokens: 500` cuts it off" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert diff_of(found, crew).count("max_tokens") == 2
    assert not findings(RULE, crew_of(CREW.replace("500", found.fix.title.split()[-1].rstrip("`"))))


@pytest.mark.parametrize("limit", [1_500, 5_000, 20_000])
@pytest.mark.parametrize("asked", ["A list of five names.", "One word.", "A report."])
def test_a_limit_with_room_is_left_alone(limit: int, asked: str) -> None:
    text = CREW.replace("500", str(limit)).replace("An essay of 2000 words.", asked)
    assert not findings(RULE, crew_of(text))


def test_what_no_model_writes_at_once_has_to_be_split() -> None:
    plain = CREW.replace("{model: openai/gpt-4o, max_tokens: 500}", "openai/gpt-4o")
    assert not findings(RULE, crew_of(plain))
    found = finding(RULE, crew_of(plain.replace("2000 words", "60000 words")))
    assert "openai/gpt-4o stops after 16,384" in found.message
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_the_writer_of_a_manager_is_left_alone() -> None:
    managed = f"    process: hierarchical\n    manager_llm: openai/gpt-4o{CREW}"
    assert not findings(RULE, crew_of(managed))


def test_no_limit_is_raised_above_what_the_model_may_write() -> None:
    text = CREW.replace("2000 words", "9000 words")
    found = finding(RULE, crew_of(text))
    assert found.fix is not None
    assert found.fix.title == "set `max_tokens: 16384`"
