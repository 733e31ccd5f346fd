"""What the estimate takes from CrewAI's own doing, beside the real crewai."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.rules.real_crew import built, ran

pytest.importorskip("crewai")

CREW = """
    agents:
      a: {role: A, goal: g, backstory: b, llm: openai/gpt-4o-mini}
      b: {role: B, goal: g, backstory: b, llm: openai/gpt-4o-mini, max_rpm: 7}
    tasks:
      - {name: t0, description: Say a word., expected_output: One word., agent: a}
      - {name: t1, description: Say two words., expected_output: Two words., agent: b}
"""


def test_memory_adds_nothing_to_the_first_task_of_a_first_run() -> None:
    without, with_memory = ran(CREW), ran(f"    memory: true{CREW}")
    plain = next(call for call in without.calls if call.task == 0)
    first = next(call for call in with_memory.calls if call.task == 0 and call.owner == "a")
    # Memory's tools change CrewAI's closing words, nothing else.
    assert plain.messages[-1]["content"].strip().startswith(first.messages[-1]["content"].strip())


def test_the_limiter_is_handed_to_listed_agents_without_one_of_their_own() -> None:
    crew = built(f"    max_rpm: 3{CREW}")
    a, b = crew.agents
    assert a._rpm_controller.max_rpm == 3
    assert b._rpm_controller.max_rpm == 7


def test_a_manager_made_by_crewai_has_no_limiter() -> None:
    crew = built(f"    max_rpm: 3\n    process: hierarchical\n    manager_llm: openai/gpt-4o{CREW}")
    crew._create_manager_agent()
    assert crew.manager_agent._rpm_controller is None


def test_knowledge_is_up_to_five_snippets_of_4000_characters() -> None:
    from crewai.knowledge.knowledge_config import KnowledgeConfig
    from crewai.knowledge.source.string_knowledge_source import StringKnowledgeSource

    assert KnowledgeConfig().results_limit == 5
    chunks = StringKnowledgeSource(content="x")._chunk_text("y" * 20_000)
    assert max(map(len, chunks)) == 4000


def test_function_calling_llm_runs_no_tool_turn() -> None:
    from tests.conformance.recording_llm import UsesTools

    text = CREW.replace(
        "llm: openai/gpt-4o-mini}\n      b:",
        "llm: openai/gpt-4o-mini, function_calling_llm: openai/gpt-4.1, tools: ['custom:lookup']}\n      b:",
        1,
    )
    outcome = ran(text, UsesTools(1), function_calling=True)
    models = Counter(call.model for call in outcome.calls if call.task == 0)
    assert models == {"gpt-4o-mini": 2}
