"""A crew's knowledge as a mapping: refused where CrewAI refuses it, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crewai import Agent, Crew, Task

from crewprof.analysis.pipeline import analyse_crew
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, options

NAMES: tuple[Any, ...] = ("books", "", None, 5)
SOURCES: tuple[Any, ...] = ([], ["a.txt"], None, "a.txt")
MAPPINGS = [
    *({"collection_name": name, "sources": sources} for name in NAMES for sources in SOURCES),
    *({}, {"sources": []}, {"collection_name": "books"}, {"file": "a.txt"}),
]


@pytest.mark.parametrize("mapping", MAPPINGS, ids=json.dumps)
def test_crewai_refuses_the_same(mapping: dict[str, Any]) -> None:
    go_offline()
    worker = Agent(role="R", goal="G", backstory="B", llm="gpt-4o")
    task = Task(description="D", expected_output="E", agent=worker)
    try:
        Crew(agents=[worker], tasks=[task], knowledge=mapping)
    except (TypeError, ValueError):
        refused = True
    else:
        refused = False
    crew = crew_of(f"""
        knowledge: {json.dumps(mapping)}
        agents:
          a: {{role: R, goal: G, backstory: B, llm: gpt-4o}}
        tasks:
          - {{name: t, description: D, expected_output: E, agent: a}}
        """)
    said = [one for one in analyse_crew(crew, options()).findings if "knowledge of the crew" in one.message]
    assert bool(said) is refused
