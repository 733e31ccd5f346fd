"""Embedders: refused where CrewAI refuses them, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crewai import Agent, Crew, Task

from crewprof.analysis.pipeline import analyse_crew
from crewprof.semantics.refusals.embedders import CONFIGURED, PROVIDERS
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, options

OTHERS: tuple[Any, ...] = ("google", "OpenAI", "opnai", "vertexai", "bedrock", "voyage", None, 5)
CONFIGS: tuple[dict[str, Any], ...] = ({}, {"config": {}}, {"config": None}, {"config": "large"})


def is_refused(embedder: dict[str, Any]) -> bool:
    go_offline()
    worker = Agent(role="R", goal="G", backstory="B", llm="gpt-4o")
    task = Task(description="D", expected_output="E", agent=worker)
    try:
        Crew(agents=[worker], tasks=[task], embedder=embedder)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("provider", [*sorted(PROVIDERS | CONFIGURED), *OTHERS])
def test_crewai_refuses_the_same(provider: object) -> None:
    for config in CONFIGS:
        embedder = {"provider": provider, **config}
        crew = crew_of(f"""
            embedder: {json.dumps(embedder)}
            agents:
              a: {{role: R, goal: G, backstory: B, llm: gpt-4o}}
            tasks:
              - {{name: t, description: D, expected_output: E, agent: a}}
            """)
        said = [one for one in analyse_crew(crew, options()).findings if "embedder" in one.message]
        refused = is_refused(embedder)
        # What the config of a provider must hold is not judged.
        is_judged = config.get("config") != {}
        assert (refused is bool(said)) if is_judged else (refused or not said), (embedder, said)


def test_older_versions_had_other_providers() -> None:
    crew = crew_of("""
        embedder: {provider: google, config: {model: text-embedding-004}}
        agents:
          a: {role: R, goal: G, backstory: B, llm: gpt-4o}
        tasks:
          - {name: t, description: D, expected_output: E, agent: a}
        """)
    found = analyse_crew(crew, options(crewai_version="0.130.0")).findings
    assert not [one for one in found if "embedder" in one.message]
