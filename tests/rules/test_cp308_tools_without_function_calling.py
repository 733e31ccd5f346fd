from __future__ import annotations

from datetime import date

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp308_tools_without_function_calling import ToolsWithoutFunctionCalling
from tests.rules.checking import crew_of, finding, findings, marked, spot
from tests.rules.real_crew import built, ran

RULE = ToolsWithoutFunctionCalling()
CREW = """
    agents:
      finder:
        role: Finder
        goal: Find
        backstory: Curious.
        llm: nvidia_nim/meta/llama3-8b-instruct
        tools: [SerperDevTool]
    tasks:
      - {name: find, description: Find news., expected_output: News, agent: finder}
"""
MODEL = "nvidia_nim/meta/llama3-8b-instruct"


def test_tools_on_a_model_that_calls_no_functions_are_found() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert (spot(found), marked(found, crew)) == ((6, 10), MODEL)
    assert found.agents == ("finder",)
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_tools_of_a_task_count() -> None:
    text = CREW.replace("        tools: [SerperDevTool]\n", "").replace(
        "agent: finder}", "agent: finder, tools: [SerperDevTool]}"
    )
    assert finding(RULE, crew_of(text)).agents == ("finder",)


@pytest.mark.parametrize(
    "text",
    [
        CREW.replace(MODEL, "openai/gpt-4o"),
        CREW.replace("        tools: [SerperDevTool]\n", ""),
        CREW.replace(f"        llm: {MODEL}\n", ""),
    ],
)
def test_near_misses(text: str) -> None:
    assert findings(RULE, crew_of(text)) == []


def test_a_model_that_is_to_be_retired_is_another_rules_business() -> None:
    assert findings(RULE, crew_of(CREW.replace(MODEL, "openai/o1")), today=date(2026, 11, 22)) == []


def test_old_versions_describe_all_tools_in_the_prompt() -> None:
    assert findings(RULE, crew_of(CREW), crewai_version="1.8.0") == []


def test_crewai_says_that_o1_calls_no_functions() -> None:
    assert not built(CREW.replace(MODEL, "openai/o1")).agents[0].llm.supports_function_calling()
    assert built(CREW.replace(MODEL, "openai/gpt-4o")).agents[0].llm.supports_function_calling()


def test_crewai_then_describes_the_tools_in_the_prompt() -> None:
    text = CREW.replace(MODEL, "openai/gpt-4o").replace("SerperDevTool", "custom:lookup")
    native, react = (ran(text, function_calling=functions).calls[0] for functions in (True, False))
    assert native.tools
    assert "Tool Name: look_up" not in native.text
    assert not react.tools
    assert "Tool Name: look_up" in react.text
    assert "Action Input:" in react.text
