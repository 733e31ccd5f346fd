from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.findings import Applicability
from crewprof.rules.cp205_max_rpm_throttles import MaxRpmThrottles
from tests.rules.checking import crew_of, finding, findings, marked

RULE = MaxRpmThrottles()
TASK = "  - {name: t%d, description: Say a word., expected_output: One word., agent: a}\n"
CREW = (
    "max_rpm: 2\nagents:\n  a: {role: A, goal: g, backstory: b, llm: openai/gpt-4o-mini}\ntasks:\n"
    + "".join(TASK % number for number in range(6))
)


def test_waiting_for_max_rpm_is_found_at_its_value() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert marked(found, crew) == "2"
    assert "makes 6 calls take 2 m 00 s" in found.message
    assert found.saves.seconds == pytest.approx(120, rel=0.2)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_the_suggestion_is_enough() -> None:
    found = finding(RULE, crew_of(CREW))
    assert found.fix is not None
    assert found.fix.suggestion is not None
    assert findings(RULE, crew_of(CREW.replace("max_rpm: 2", found.fix.suggestion))) == []


@pytest.mark.parametrize("limit", ["max_rpm: 60", "max_rpm: null", ""])
def test_a_limit_that_is_not_reached_is_not_found(limit: str) -> None:
    assert findings(RULE, crew_of(CREW.replace("max_rpm: 2", limit))) == []


def test_crewai_sleeps_a_minute_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    rpm_controller = pytest.importorskip("crewai.utilities.rpm_controller")
    slept: list[float] = []
    monkeypatch.setattr(rpm_controller.time, "sleep", slept.append)
    controller = rpm_controller.RPMController(max_rpm=2)
    for _ in range(6):
        controller.check_or_wait()
    controller.stop_rpm_counter()
    assert slept == [60, 60]


def test_a_limit_of_an_agent_is_found_at_its_value() -> None:
    text = CREW.replace("max_rpm: 2\n", "").replace(
        "llm: openai/gpt-4o-mini", "llm: openai/gpt-4o-mini, max_rpm: 1, tools: [SerperDevTool]"
    )
    crew = crew_of(text)
    found = finding(RULE, crew)
    assert marked(found, crew) == "1"
    assert "of agent 'a'" in found.message


@pytest.mark.parametrize("feature", ["memory: true", "process: hierarchical\nmanager_llm: openai/gpt-4o"])
def test_calls_that_do_not_pass_the_limiter_are_not_counted(feature: str) -> None:
    one = CREW.replace("max_rpm: 2", "max_rpm: 10")
    assert findings(RULE, crew_of(one)) == []
    assert findings(RULE, crew_of(f"{feature}\n{one}")) == []


@given(
    limit=st.integers(1, 40),
    tasks=st.integers(1, 12),
    words=st.integers(1, 3000),
    whose=st.sampled_from(["crew", "agent"]),
)
@settings(max_examples=40, deadline=None)
def test_the_limit_it_names_is_higher_than_the_one_that_is_set(
    limit: int, tasks: int, words: int, whose: str
) -> None:
    text = "agents:\n  a: {role: A, goal: g, backstory: b, llm: openai/gpt-4o-mini, tools: [SerperDevTool]"
    text += f", max_rpm: {limit}}}\ntasks:\n" if whose == "agent" else "}\ntasks:\n"
    text += "".join(TASK % number for number in range(tasks)).replace(
        "One word.", f"A text of {words} words."
    )
    text += f"max_rpm: {limit}\n" if whose == "crew" else ""
    for found in findings(RULE, crew_of(text)):
        assert found.fix is not None
        assert found.fix.suggestion is not None
        assert int(found.fix.suggestion.removeprefix("max_rpm: ")) > limit
