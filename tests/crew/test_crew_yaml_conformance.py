"""What ``crew.yaml`` says, ours against the objects CrewAI's own loader makes of it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.crew.definition import Crew
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.errors import InputError
from crewprof.source.text import SourceText
from tests.conformance.offline import go_offline
from tests.conformance.project import write_project
from tests.conformance.random_crews import Definition, definitions, flawed_definitions
from tests.crew.describing import describe_ours, describe_theirs

if TYPE_CHECKING:
    from collections.abc import Iterator

go_offline()
pytest.importorskip("crewai")
pytest.importorskip("crewai_tools")

from crewai.project.crew_loader import load_crew_from_definition  # noqa: E402

RUN = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder))
        yield Path(folder)


def read(definition: Definition, project: Path) -> Crew:
    text = yaml.safe_dump(definition, sort_keys=False, allow_unicode=True)
    return load_crew_yaml(SourceText(str(project / "crew.yaml"), text))


def attempt(definition: Definition, project: Path) -> Crew | InputError:
    """The crew, or an error that says where and what to do."""
    try:
        return read(definition, project)
    except InputError as error:
        assert (error.line or 0) > 0  # noqa: PT017
        assert error.hint  # noqa: PT017
        return error


@st.composite
def extras(draw: st.DrawFn, definition: Definition) -> Definition:
    """``definition`` with more of what the loader takes: forms of models, settings, odd types."""
    agents = definition["agents"]
    bodies = agents if isinstance(agents, list) else list(agents.values())
    for body in bodies:
        body.update(draw(st.fixed_dictionaries({}, optional=AGENT_EXTRAS)))
    for task in definition["tasks"]:
        task.update(draw(st.fixed_dictionaries({}, optional=TASK_EXTRAS)))
    definition.update(draw(st.fixed_dictionaries({}, optional=CREW_EXTRAS)))
    return definition


MODELS = st.sampled_from(
    ["gpt-4o", {"model": "openai/gpt-4o-mini", "max_tokens": 77}, {"model": "gpt-4.1", "temperature": 0.2}]
)
FLAGS = st.sampled_from([True, False, "yes", "off", 1, 0])
COUNTS = st.sampled_from([1, 3, "7", 12.0])
AGENT_EXTRAS: dict[str, st.SearchStrategy[Any]] = {
    "llm": MODELS,
    "allow_delegation": FLAGS,
    "max_iter": COUNTS,
    "max_rpm": COUNTS,
    "max_retry_limit": st.integers(0, 4),
    "multimodal": FLAGS,
    "respect_context_window": FLAGS,
    "verbose": FLAGS,
    "settings": st.fixed_dictionaries(
        {},
        optional={
            "max_iter": st.integers(1, 9),
            "llm": st.sampled_from(["gpt-4o", {"model_name": "gpt-4o-mini", "max_tokens": 5}]),
            "allow_delegation": st.booleans(),
            "goal": st.just("goal of settings"),
        },
    ),
    "config": st.just({"goal": "never taken", "max_rpm": 4}),
    "type": st.sampled_from(["Agent", "crewai.Agent"]),
}
TASK_EXTRAS: dict[str, st.SearchStrategy[Any]] = {
    "human_input": FLAGS,
    "markdown": FLAGS,
    "output_file": st.sampled_from(["out.md", "/tmp/out.md", "{x}.md"]),
    "max_retries": st.integers(0, 2),
    "guardrail_max_retries": COUNTS,
    "output_json": st.just("models.Plain"),
    "config": st.just({"markdown": True, "description": "never taken"}),
    "name": st.sampled_from(["same", "other", None]),
}
CREW_EXTRAS: dict[str, st.SearchStrategy[Any]] = {
    "cache": FLAGS,
    "max_rpm": COUNTS,
    "planning": FLAGS,
    "planning_llm": st.just("gpt-4o-mini"),
    "name": st.just("a name"),
    "verbose": st.just(False),
}


@RUN
@given(definition=definitions().flatmap(extras))
def test_an_accepted_definition_says_the_same(project: Path, definition: Definition) -> None:
    ours = attempt(definition, project)
    try:
        theirs, inputs = load_crew_from_definition(definition, project_root=project)
    except ValueError:
        return
    assert isinstance(ours, Crew)
    assert describe_ours(ours) == describe_theirs(theirs)
    assert dict(ours.inputs) == inputs
    assert not ours.unknowns


@RUN
@given(definition=flawed_definitions())
def test_what_crewai_refuses_is_read_or_refused_with_a_place(project: Path, definition: Definition) -> None:
    crew = attempt(definition, project)
    if isinstance(crew, Crew):
        assert len(crew.tasks) == len(definition["tasks"])


KEYS = (
    *("agents", "tasks", "process", "inputs", "llm", "context", "tools", "agent", "name", "description"),
    *("output_pydantic", "guardrails", "manager_agent", "memory", "planning_config", "input_files"),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 30), st.floats(allow_nan=False), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=12,
)


@RUN
@given(definition=definitions(), data=st.data())
def test_a_value_of_any_type_anywhere_gives_a_crew_or_a_clear_error(
    project: Path, definition: Definition, data: st.DataObject
) -> None:
    agents = definition["agents"]
    bodies = agents if isinstance(agents, list) else list(agents.values())
    target = data.draw(st.sampled_from([definition, *bodies, *definition["tasks"]]))
    key = data.draw(
        st.sampled_from([*target, *KEYS, "output_pydantic", "guardrails", "manager_agent", "memory"])
    )
    target[key] = data.draw(VALUES)
    if isinstance(attempt(definition, project), InputError):
        with pytest.raises(ValueError, match=r"."):
            load_crew_from_definition(definition, project_root=project)
