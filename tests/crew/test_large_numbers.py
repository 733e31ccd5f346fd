"""Numbers as large as YAML can write: CrewAI takes them, and no run gets there."""

from __future__ import annotations

import pytest

from crewprof.analysis.pipeline import analyse_crew
from tests.rules.checking import crew_of, options

OF_AGENT = ("max_iter", "max_rpm", "max_retry_limit", "max_execution_time", "max_reasoning_attempts")


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**15 + 1])
def test_a_crew_with_them_is_profiled(number: int) -> None:
    keys = ", ".join(f"{key}: {number}" for key in OF_AGENT)
    crew = crew_of(f"""
        max_rpm: {number}
        agents:
          a: {{role: R, goal: G, backstory: B, llm: gpt-4o, reasoning: true, {keys}}}
        tasks:
          - {{name: t, description: D, expected_output: E, agent: a, guardrail: Be kind.,
             guardrail_max_retries: {number}}}
        """)
    total = analyse_crew(crew, options()).profile.total
    assert total.calls.expected >= 1
