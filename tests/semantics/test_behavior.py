"""The defaults of the newest version, as the installed crewai has them."""

from __future__ import annotations

import importlib.metadata

import pytest
from crewai import Agent, Crew, Task
from crewai.constants import DEFAULT_LLM_MODEL
from crewai.utilities.planning_handler import CrewPlanner

from crewprof.semantics.behavior import CHANGES, KNOWN, NEWEST, behavior_of, version_key

BEHAVIOR = behavior_of(NEWEST)


def test_the_tests_run_the_newest_version() -> None:
    assert importlib.metadata.version("crewai") == NEWEST == KNOWN[-1]


def test_defaults_are_those_of_the_installed_crewai() -> None:
    assert BEHAVIOR.default_model == DEFAULT_LLM_MODEL
    assert Agent.model_fields["max_iter"].default == BEHAVIOR.max_iter
    assert Agent.model_fields["max_retry_limit"].default == BEHAVIOR.max_retry_limit
    assert Crew.model_fields["cache"].default is BEHAVIOR.cache
    assert Task.model_fields["guardrail_max_retries"].default == BEHAVIOR.guardrail_retries
    assert CrewPlanner([]).planning_agent_llm == BEHAVIOR.planning_model


def test_versions_stand_in_order() -> None:
    for versions in (list(KNOWN), [since for since, _ in CHANGES]):
        assert versions == sorted(versions, key=version_key)


@pytest.mark.parametrize(
    ("version", "attribute", "value"),
    [
        ("0.86.0", "empty_context_is_none", False),
        ("0.130.0", "empty_context_is_none", True),
        ("0.86.0", "max_iter", 20),
        ("1.8.0", "same_agent_async", "shared"),
        ("1.14.4", "joins_keep_outputs", False),
        ("1.14.5", "joins_keep_outputs", True),
        ("1.14.5", "same_agent_async", "crash"),
        ("1.15.2", "cache", True),
        ("1.15.3", "cache", False),
        ("1.0.0", "default_model", "gpt-4o-mini"),
        ("2.0.0", "default_model", "gpt-4.1-mini"),
        ("1.15.3rc1", "cache", False),
    ],
)
def test_changes_take_effect_at_their_version(version: str, attribute: str, value: object) -> None:
    assert getattr(behavior_of(version), attribute) == value
