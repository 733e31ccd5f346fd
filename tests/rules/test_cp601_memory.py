from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
import yaml

from crewprof.crew.discovery import load_all
from crewprof.findings import Applicability, Severity
from crewprof.rules.cp601_memory import Memory
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

if TYPE_CHECKING:
    from pathlib import Path

RULE = Memory()
CREW = """
    name: trips
    memory: true
    agents:
      planner: {role: Planner, goal: Plan trips, backstory: You plan., llm: openai/gpt-4o}
      writer: {role: Writer, goal: Write plans, backstory: You write., llm: openai/gpt-4o}
    tasks:
      - {name: plan, description: Plan a trip., expected_output: A plan., agent: planner}
      - {name: write, description: Write the plan., expected_output: A text., agent: writer}
"""


def test_memory_of_the_crew_is_found_with_its_calls() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (2, 9)
    assert "memory adds" in found.message
    assert found.severity is Severity.WARNING
    assert diff_of(found, crew) == "-memory: true\n+memory: false\n"
    saved = savings(found, crew)
    assert saved.cost_usd is not None
    assert saved.cost_usd > 0


def test_memory_of_agents_is_found_once_for_all() -> None:
    text = CREW.replace("    memory: true\n", "").replace(
        "llm: openai/gpt-4o}", "llm: openai/gpt-4o, memory: true}"
    )
    crew = crew_of(text)
    found = finding(RULE, crew)
    assert found.agents == ("planner", "writer")
    assert diff_of(found, crew).count("memory: false") == 2


def test_the_fix_says_what_is_lost() -> None:
    fix = finding(RULE, crew_of(CREW)).fix
    assert fix is not None
    assert fix.applicability is Applicability.UNSAFE
    assert "knows nothing of earlier runs" in fix.title


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("memory: true", "memory: true\n    embedder: {provider: ollama, config: {}}"),
        ("memory: true", "memory: true\n    chat_llm: openai/gpt-4o"),
        ("Plan a trip.", "Plan a trip like the ones you remember this traveller liked."),
        ("Plan a trip.", "Planifica un viaje; ten en cuenta las conversaciones anteriores con el cliente."),
        ("Plan a trip.", "Plane eine Reise und erinnere dich an die Wünsche des Gastes."),
        ("Plan a trip.", "根据历史对话记录和用户的偏好制定一个旅行计划。"),
        ("backstory: You plan.", "backstory: You learn from past trips and previous sessions."),
    ],
)
def test_memory_that_is_wanted_is_for_a_person_to_switch_off(old: str, new: str) -> None:
    fix = finding(RULE, crew_of(CREW.replace(old, new))).fix
    assert fix is not None
    assert fix.applicability is Applicability.DISPLAY
    assert not fix.changes


CHAT = """
    from crewai import Agent, Crew, LLM, Task

    guide = Agent(role="Guide", goal="Answer guests", backstory="You know the town.", llm="openai/gpt-4o")
    answer = Task(description="Answer {question}", expected_output="An answer.", agent=guide)
    desk = Crew(agents=[guide], tasks=[answer], memory=True)
"""


@pytest.mark.parametrize(
    ("loop", "applicability"),
    [
        ('desk.kickoff(inputs={"question": "Where?"})', Applicability.UNSAFE),
        ('while True:\n    desk.kickoff(inputs={"question": input()})', Applicability.DISPLAY),
        ('desk.kickoff_for_each(inputs=[{"question": "a"}, {"question": "b"}])', Applicability.DISPLAY),
    ],
)
def test_a_chat_keeps_its_memory(loop: str, applicability: Applicability, tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text(f"{dedent(CHAT)}{loop}\n", encoding="utf-8")
    (crew,) = load_all(tmp_path).crews
    fix = finding(RULE, crew).fix
    assert fix is not None
    assert fix.applicability is applicability


def test_a_key_that_only_the_embedder_needs_is_named() -> None:
    text = CREW.replace("openai/gpt-4o", "anthropic/claude-sonnet-4-6")
    assert "needs an OPENAI_API_KEY" in finding(RULE, crew_of(text)).message
    chosen = text.replace("memory: true", "memory: true\n    embedder: {provider: ollama, config: {}}")
    assert "OPENAI_API_KEY" not in finding(RULE, crew_of(chosen)).message
    assert "OPENAI_API_KEY" not in finding(RULE, crew_of(CREW)).message
    assert (
        "OPENAI_API_KEY"
        not in finding(RULE, crew_of(text.replace("anthropic/claude-sonnet-4-6", "gpt-4o", 1))).message
    )


def test_crewai_asks_openai_for_embeddings_by_default() -> None:
    from crewai.memory import unified_memory

    assert type(unified_memory._default_embedder).__name__ == "function"
    assert unified_memory._default_embedder.__annotations__["return"] == "OpenAIEmbeddingFunction"


def test_a_crew_without_memory_is_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("memory: true", "memory: false")))


def test_crewai_calls_more_and_offers_two_tools_only_with_memory() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    with_memory = run_definition(definition)
    definition["memory"] = False
    without = run_definition(definition)
    assert [call.task for call in without.calls] == [0, 1]
    assert not without.first_call(1).tools
    assert "Output of task 0" in without.first_call(1).text
    assert sum("memory" in call.text and call.task is None for call in with_memory.calls) >= 2
    assert {tool["function"]["name"] for tool in with_memory.first_call(0).tools} == {
        "search_memory",
        "save_to_memory",
    }
