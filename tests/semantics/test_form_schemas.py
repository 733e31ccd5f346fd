"""The schemas of ``crew.jsonc``, its agents, and a class's ``agents.yaml`` and ``tasks.yaml`` against CrewAI.

``CREWPROF_SCHEMAS``: how many random definitions are tried of each kind.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from crewai.project.crew_loader import load_crew
from hypothesis import assume, given
from hypothesis import strategies as st

from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.definition_schema import (
    agent_schema,
    agents_schema,
    json_crew_schema,
    tasks_schema,
)
from crewprof.semantics.refusals.accepted_keys import Owner, accepted_keys
from tests.conformance.project import write_project
from tests.semantics.test_crew_schema import BEYOND, MORE, RUN, slips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conformance.random_crews import Definition

CREW_JSON, AGENT, AGENTS, TASKS = (
    jsonschema.Draft202012Validator(maker(NEWEST))
    for maker in (json_crew_schema, agent_schema, agents_schema, tasks_schema)
)
OWNERS: tuple[Owner, ...] = ("agent", "task")
AGENT_KEYS, TASK_KEYS = ([*sorted(accepted_keys(owner, NEWEST).settable), "colour"] for owner in OWNERS)
"""What an author may write; what only a running crew sets is an object of CrewAI's."""
CLASS = """
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task

@CrewBase
class Both:
    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"

    @agent
    def a(self): return Agent(config=self.agents_config["a"])

    @agent
    def b(self): return Agent(config=self.agents_config["b"])

    @task
    def one(self): return Task(config=self.tasks_config["one"])

    @task
    def two(self): return Task(config=self.tasks_config["two"])

    @crew
    def crew(self): return Crew(agents=self.agents, tasks=self.tasks)
"""
INSTALLED = re.compile(
    r"Unknown tool|tools\.\d|Unable to initialize LLM|LiteLLM|native provider not available"
)
"""Which tools there are, what each takes, and which providers, depends on what is installed."""
NAMES = re.compile("Agent is missing|UUID|KeyError|^'.*'$|is not a valid|has no attribute")
"""What is said of the class, which no schema of its files sees: methods without that name, agents left to
Python."""


@pytest.fixture(scope="module", autouse=True)
def _project() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_project(Path(folder))
        Path("config").mkdir()
        Path("made_by_class.py").write_text(CLASS, encoding="utf-8")
        sys.path.insert(0, folder)
        yield
        sys.path.remove(folder)
        sys.modules.pop("made_by_class", None)


def refusal(load: Callable[[], object]) -> str | None:
    """What CrewAI says against a crew."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            load()
        except Exception as error:
            return str(error) or type(error).__name__
    return None


def agree(refused: str | None, objections: list[str], beyond: re.Pattern[str]) -> None:
    if refused is None:
        assert not objections, "the loader takes it"
    elif not objections:
        assert beyond.search(refused), refused


def objections_of(validator: Any, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@RUN
@given(slips())
def test_a_crew_in_json_with_a_file_for_each_agent(definition: Definition) -> None:
    bodies = definition["agents"]
    assume(isinstance(bodies, dict | list))
    if isinstance(bodies, list):
        assume(all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in bodies))
        bodies = {one["name"]: {key: value for key, value in one.items() if key != "name"} for one in bodies}
    crew = {**definition, "agents": list(bodies)}
    Path("agents").mkdir(exist_ok=True)
    for name, body in bodies.items():
        Path("agents", f"{name}.jsonc").write_text(json.dumps(body), encoding="utf-8")
    Path("crew.jsonc").write_text(json.dumps(crew), encoding="utf-8")
    objections = objections_of(CREW_JSON, crew)
    for body in bodies.values():
        objections += objections_of(AGENT, body)
    refused = refusal(lambda: load_crew(Path("crew.jsonc").absolute()))
    agree(refused, objections, re.compile(f"{BEYOND.pattern}|{INSTALLED.pattern}"))


@st.composite
def configurations(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """``agents.yaml`` and ``tasks.yaml`` with any value under any key."""
    agents: dict[str, Any] = {name: {"role": "R", "goal": "G", "backstory": "B"} for name in "ab"}
    tasks: dict[str, Any] = {
        name: {"description": f"Do {name}.", "expected_output": "It.", "agent": agent}
        for name, agent in (("one", "a"), ("two", "b"))
    }
    for _ in range(draw(st.integers(1, 2))):
        owner, keys = draw(
            st.sampled_from(
                [
                    *((one, AGENT_KEYS) for one in agents.values()),
                    *((one, TASK_KEYS) for one in tasks.values()),
                ]
            )
        )
        owner[draw(st.sampled_from(keys))] = draw(st.sampled_from(MORE))
    return agents, tasks


_KEPT: list[Any] = []


def kept(made: Any) -> Any:
    """``made``, which stays: CrewAI remembers what its methods return by their object's address."""
    _KEPT.append(made)
    return made


@RUN
@given(configurations())
def test_the_files_of_a_class(given_: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for name, value in zip(("agents", "tasks"), given_, strict=True):
        Path("config", f"{name}.yaml").write_text(yaml.safe_dump(value), encoding="utf-8")
    module = importlib.import_module("made_by_class")
    objections = objections_of(AGENTS, given_[0]) + objections_of(TASKS, given_[1])
    refused = refusal(lambda: kept(module.Both()).crew())
    agree(refused, objections, re.compile(f"{BEYOND.pattern}|{NAMES.pattern}|{INSTALLED.pattern}"))
