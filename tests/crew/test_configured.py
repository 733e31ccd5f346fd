"""``[tool.crewai]`` of pyproject.toml decides which crew of a project is the one that runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.crew.configured import configured_in
from crewprof.crew.discovery import load_all
from crewprof.errors import InputError
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from pathlib import Path

CREW = json.dumps(
    {
        "agents": ["a"],
        "tasks": [{"name": "t", "description": "d", "expected_output": "e", "agent": "a"}],
    }
)
AGENT = json.dumps({"role": "r", "goal": "g", "backstory": "b"})
CLASS = """
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task

@CrewBase
class Books:
    @agent
    def writer(self): return Agent(role="r", goal="g", backstory="b")
    @task
    def one(self): return Task(description="d", expected_output="e", agent=self.writer())
    @crew
    def crew(self): return Crew(agents=self.agents, tasks=self.tasks)
"""


def project(root: Path, table: str) -> Path:
    (root / "agents").mkdir(exist_ok=True)
    (root / "src").mkdir(exist_ok=True)
    (root / "agents" / "a.jsonc").write_text(AGENT, encoding="utf-8")
    (root / "crew.jsonc").write_text(CREW, encoding="utf-8")
    (root / "src" / "crew.py").write_text(CLASS, encoding="utf-8")
    (root / "pyproject.toml").write_text(f"[tool.crewai]\n{table}\n", encoding="utf-8")
    return root


def test_the_definition_is_the_crew_and_the_class_is_named(tmp_path: Path) -> None:
    loaded = load_all(project(tmp_path, 'type = "crew"\ndefinition = "crew.jsonc"'))
    assert [crew.kind.value for crew in loaded.crews] == ["jsonc"]
    assert ["Books" in note and "crew.py" in note for note in loaded.notes] == [True]


@pytest.mark.parametrize("table", ["", 'type = "crew"', 'definition = "crew.jsonc"', 'type = "tool"'])
def test_without_a_definition_both_are_crews(tmp_path: Path, table: str) -> None:
    loaded = load_all(project(tmp_path, table))
    assert sorted(crew.kind.value for crew in loaded.crews) == ["crewbase", "jsonc"]
    assert not loaded.notes


def test_a_definition_that_is_not_there_is_told_at_its_line(tmp_path: Path) -> None:
    loaded = load_all(project(tmp_path, 'type = "crew"\n\ndefinition = "crew.json"'))
    (error,) = loaded.errors
    assert (error.path, error.line) == (str(tmp_path / "pyproject.toml"), 4)
    assert "crew.json" in error.message


VALUES = st.one_of(
    st.sampled_from(
        ["crew.jsonc", " crew.jsonc ", "./crew.jsonc", "src/../crew.jsonc", "agents", "../crew.jsonc", ""]
    ),
    st.sampled_from(["~/crew.jsonc", "/crew.jsonc", "C:\\\\crew.jsonc", "nothing.jsonc", "agents/a.jsonc"]),
    st.integers(0, 3),
    st.booleans(),
    st.lists(st.just("crew.jsonc"), max_size=1),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(["crew", "flow", "other", 3]), value=VALUES)
def test_it_decides_as_crewai_does(tmp_path: Path, kind: object, value: object) -> None:
    core = pytest.importorskip("crewai_core.project")
    root = project(tmp_path, f"type = {json.dumps(kind)}\ndefinition = {json.dumps(value)}")
    wanted: object
    try:
        found = [core.configured_project_definition(one, project_root=root) for one in ("crew", "flow")]
        wanted = next((one for one in found if one is not None), None)
    except core.ProjectDefinitionError:
        wanted = InputError
    try:
        ours = configured_in(root, Documents())
    except InputError as error:
        assert wanted is InputError
        assert error.hint  # noqa: PT017
        return
    assert wanted == (None if ours is None else ours.definition)
