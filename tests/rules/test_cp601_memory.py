from __future__ import annotations

import yaml

from crewprof.findings import Severity
from crewprof.rules.cp601_memory import Memory
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

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
