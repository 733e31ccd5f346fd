"""The model CrewAI takes where none is named, and what it takes models to be able to do."""

from __future__ import annotations

import pytest
from crewai import LLM

from crewprof.crew.definition import ModelSource
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.semantics.behavior import behavior_of
from crewprof.semantics.models import takes_images, with_models
from crewprof.source.text import SourceText

CREW = """
agents:
  a: {role: r, goal: g, backstory: b}
  b: {role: r, goal: g, backstory: b, llm: gpt-4o}
tasks:
  - {name: t, description: d, expected_output: e, agent: a}
"""


def models(extra: str = "", **given: object) -> dict[str, tuple[str | None, str]]:
    """Model and source of each agent, the planner and the manager."""
    crew = load_crew_yaml(SourceText("crew.yaml", CREW + extra))
    found = with_models(crew, behavior_of("1.15.30"), **given)  # type: ignore[arg-type]
    every = {agent.name: agent.llm for agent in found.agents}
    every |= {"planner": found.planning_llm, "manager": found.manager_llm}
    return {name: (llm.id, llm.source.value) for name, llm in every.items() if llm is not None}


def test_the_default_of_the_version() -> None:
    assert models() == {"a": ("gpt-4.1-mini", "default"), "b": ("gpt-4o", "declared")}


def test_the_environment() -> None:
    found = models(environment_model=("MODEL", "openai/gpt-4"))
    assert found["a"] == ("openai/gpt-4", "environment")
    assert found["b"] == ("gpt-4o", "declared")


def test_the_users_choice_goes_before_the_environment() -> None:
    found = models(environment_model=("MODEL", "gpt-4"), override="o3")
    assert found["a"] == ("o3", ModelSource.DECLARED.value)


def test_the_planner_has_a_model_of_its_own() -> None:
    assert models("planning: true\n", override="o3")["planner"] == ("gpt-5.4-mini", "default")
    assert models("planning: true\nplanning_llm: o1\n")["planner"] == ("o1", "declared")


def test_a_manager_that_crewai_makes() -> None:
    found = models("process: hierarchical\nmanager_llm: gpt-4o\n")
    assert found["manager"] == ("gpt-4o", "declared")


@pytest.mark.parametrize(
    "model", ["gpt-4o", "openai/gpt-4.1-mini", "o1", "o1-mini", "o3-mini", "gpt-5", "gpt-4"]
)
def test_openai_models_are_judged_as_crewai_judges_them(model: str) -> None:
    llm = LLM(model=model)
    assert takes_images(model) == llm.supports_multimodal()


@pytest.mark.parametrize(
    ("model", "images"),
    [
        ("anthropic/claude-sonnet-4-5", True),
        ("claude-3-5-haiku-latest", True),
        ("gemini/gemini-2.5-flash", True),
        ("gemini/gemini-1.0-pro", True),
        ("azure/my-deployment", False),
        ("azure/gpt-4o", True),
        ("groq/llama-3.3-70b-versatile", False),
        (None, False),
    ],
)
def test_other_models(model: str | None, images: bool) -> None:
    assert takes_images(model) is images
