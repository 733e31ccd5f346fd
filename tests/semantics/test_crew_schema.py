"""``crewprof schema crew`` against the loader: it takes what CrewAI takes, and refuses what CrewAI refuses
as far as a schema can see it. ``CREWPROF_SCHEMAS``: how many random definitions are tried of each kind."""

from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from crewai import Agent, Crew, Task
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.definition_schema import crew_schema
from tests.conformance.project import write_project
from tests.conformance.random_crews import definitions, flawed_definitions
from tests.conformance.running import load
from tests.semantics.random_mistakes import VALUES, mistaken_definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conformance.random_crews import Definition

ROOT = Path(__file__).resolve().parents[2]
RUN = settings(
    max_examples=int(os.environ.get("CREWPROF_SCHEMAS", "12")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
VALIDATOR = jsonschema.Draft202012Validator(crew_schema(NEWEST))
BEYOND = re.compile(
    "does not match a loaded agent definition|has not been defined yet|does not match an agent definition"
    "|is asynchronous and|must end with at most one asynchronous|Python reference"
    "|not found|does not exist|No module named|Unknown tool|Invalid JSON|Could not|unsupported tool"
    "|a2a|executor_class|Manager agent should not|Unable to initialize LLM"
)
"""What the loader says of names, of the order of tasks, of files and packages, and of JSON in a text: no
schema sees those."""

AGENT_KEYS = sorted({*Agent.model_fields, "settings", "type", "colour"} - {"from_repository"})
TASK_KEYS = sorted({*Task.model_fields, "type", "condition", "colour"})
CREW_KEYS = sorted({*Crew.model_fields, "inputs", "colour"})
MORE = (
    *VALUES,
    *({"python": "nope"}, {"python": "os.path.join"}, {"max_steps": 0}, {"max_steps": 2, "llm": "gpt-4o"}),
    *({"llm": "gpt-4o"}, {"role": None}, {"foo": 1}, {"a": "b"}),
    *("sequential", "hierarchical", "conditional", "ask/x", "https://x.y", "a b", "../x", "{a}", "{", "~/x"),
    *({"provider": "openai"}, {"provider": "opnai"}, {"config": {}}, {"provider": "voyageai"}),
    *("no", "Off", " 5 ", "1_000", "5.0", 3.0, 1.5, ["gmail/x/y"], [{"a": 1}], ["gpt"], ["conditional"]),
)


@pytest.fixture(scope="module", autouse=True)
def _project() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_project(Path(folder))
        yield


def refusal(definition: Definition) -> str | None:
    """What CrewAI's loader says against a definition."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            load(definition, Path.cwd())
        except Exception as error:
            return str(error) or type(error).__name__
    return None


def compare(definition: Definition) -> None:
    refused = refusal(definition)
    objections = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(definition)]
    if refused is None:
        assert not objections, "the loader takes it"
    elif not objections:
        assert BEYOND.search(refused), refused


@st.composite
def slips(draw: st.DrawFn) -> Definition:
    """A definition with any value under any key, known or not."""
    bodies = {"role": "R", "goal": "G", "backstory": "B", "llm": "gpt-4o"}
    agents: dict[str, Any] = {name: dict(bodies) for name in "ab"}
    tasks: list[dict[str, Any]] = [
        {"name": name, "description": f"Do {name}.", "expected_output": "It.", "agent": agent}
        for name, agent in (("one", "a"), ("two", "b"))
    ]
    crew: dict[str, Any] = {}
    for _ in range(draw(st.integers(1, 2))):
        owner, keys = draw(
            st.sampled_from(
                [*((one, AGENT_KEYS) for one in agents.values()), *((one, TASK_KEYS) for one in tasks)]
            )
            if draw(st.integers(0, 3))
            else st.just((crew, CREW_KEYS))
        )
        owner[draw(st.sampled_from(keys))] = draw(st.sampled_from(MORE))
    listed = [{"name": name, **body} for name, body in agents.items()]
    return {"agents": draw(st.sampled_from([agents, agents, listed])), "tasks": tasks, **crew}


@RUN
@given(definitions())
def test_what_the_loader_takes_fits(definition: Definition) -> None:
    compare(definition)


@RUN
@given(flawed_definitions())
def test_flawed_definitions(definition: Definition) -> None:
    compare(definition)


@RUN
@given(mistaken_definitions())
def test_mistaken_values(definition: Definition) -> None:
    compare(definition)


@RUN
@given(slips())
def test_any_value_under_any_key(definition: Definition) -> None:
    compare(definition)


@pytest.mark.parametrize("more", [{}, {"config": {}}, {"config": None}, {"config": "x"}])
@pytest.mark.parametrize("provider", [None, 5, "openai", "opnai", "voyageai", "custom"])
def test_embedders(provider: object, more: dict[str, Any]) -> None:
    named = {} if provider is None else {"provider": provider}
    agent = {"role": "R", "goal": "G", "backstory": "B", "llm": "gpt-4o"}
    tasks = [{"name": "one", "description": "Do.", "expected_output": "It.", "agent": "a"}]
    embedder = {**named, **more}
    crew: Definition = {"agents": {"a": agent}, "tasks": tasks, "embedder": embedder}
    of_agent: Definition = {"agents": {"a": {**agent, "embedder": embedder}}, "tasks": tasks}
    for definition in (crew, of_agent):
        assert (refusal(definition) is None) is VALIDATOR.is_valid(definition)


def test_the_descriptions_are_those_of_the_installed_crewai() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "record_crewai_descriptions.py"))
    recorded = script["TARGET"].read_text(encoding="utf-8")
    assert recorded == script["written"](), "run scripts/record_crewai_descriptions.py"
    properties = crew_schema(NEWEST)["$defs"]["agent"]["properties"]
    assert properties["goal"]["description"].startswith("Crew agent goal.")
    assert sum("description" in one for one in properties.values()) > 0.9 * len(properties)
