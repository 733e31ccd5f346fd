"""Where Python can be rewritten: calls that make one object of one crew, and their literal arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from crewprof.crew.loaders.plain_python.loader import load
from crewprof.findings import Expression, SetValue
from crewprof.rewrite.changes import apply_changes
from crewprof.rules.key_changes import remove_key, set_key
from crewprof.source.documents import Documents, parse_data
from crewprof.source.python_calls import call_sites
from crewprof.source.python_document import parse_python
from crewprof.source.text import SourceText
from tests.rewrite.random_python import modules

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew

SOURCE = """\
from crewai import LLM, Agent, Crew, Task
cook = Agent(role="Cook", goal="Cook", backstory="b", llm=LLM(model="gpt-4o"), max_iter=3)
plan = Task(description="Plan", expected_output="Dishes", agent=cook)
serve = Task(description="Serve", expected_output="Dinner", agent=cook, context=[plan])
crew = Crew(agents=[cook], tasks=[plan, serve])
"""


def crews_of(tmp_path: Path, source: str) -> list[Crew]:
    path = tmp_path / "crew.py"
    path.write_text(source, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    return list(load(str(path), Documents()).crews)


@given(source=modules())
@settings(max_examples=30)
def test_routes_of_calls_lead_to_them_in_the_data(source: str) -> None:
    text = SourceText("f.py", source)
    document, data = parse_python(text), parse_data(text)
    for site in call_sites(document).values():
        node = data.node_at(site.route)
        assert node is not None
        assert (node.start, node.end) == document.span_of(site.node)


def test_literal_arguments_can_be_changed_and_new_ones_added(tmp_path: Path) -> None:
    (crew,) = crews_of(tmp_path, SOURCE)
    (cook,) = crew.agents
    changes = [
        set_key(crew, cook, "max_iter", 8),
        set_key(crew, crew.tasks[0], "async_execution", value=True),
        set_key(crew, crew.tasks[1], "context", []),
        set_key(crew, crew, "memory", value=False),
        remove_key(cook, "backstory"),
    ]
    made = [change for change in changes if change is not None]
    assert len(made) == len(changes)
    text = apply_changes(crew.texts[crew.path], made).text
    wanted = (
        SOURCE.replace("max_iter=3", "max_iter=8")
        .replace('"Dishes", agent=cook', '"Dishes", agent=cook, async_execution=True')
        .replace("context=[plan]", "context=[]")
        .replace("serve])", "serve], memory=False)")
        .replace(' backstory="b",', "")
    )
    assert text == wanted


def test_tasks_are_named_as_the_code_names_them(tmp_path: Path) -> None:
    (crew,) = crews_of(tmp_path, SOURCE)
    plan, serve = crew.tasks
    change = set_key(crew, serve, "context", [plan.name])
    assert isinstance(change, SetValue)
    assert change.value == [Expression("plan")]
    assert set_key(crew, plan, "context", [serve.name]) is None, "serve is made below plan"


def test_a_name_that_is_bound_twice_names_nothing(tmp_path: Path) -> None:
    (crew,) = crews_of(tmp_path, SOURCE + "plan = None\n")
    assert set_key(crew, crew.tasks[1], "context", [crew.tasks[0].name]) is None


def test_the_order_of_a_literal_list_can_be_changed(tmp_path: Path) -> None:
    (crew,) = crews_of(tmp_path, SOURCE)
    assert crew.written.tasks is not None
    assert crew.written.tasks.route[-1] == "tasks"
    (other,) = crews_of(tmp_path, SOURCE.replace("[plan, serve])", "[plan] + [serve])"))
    assert other.written.tasks is None


@pytest.mark.parametrize(
    "source",
    [
        SOURCE.replace('role="Cook"', "role=name").replace(
            "cook = Agent", 'for name in ["Cook"]:\n    cook = Agent'
        ),
        SOURCE
        + "other = Crew(agents=[cook], tasks=[Task(description='D', expected_output='E', agent=cook)])\n",
        SOURCE.replace("cook = Agent", "make = lambda: Agent")
        .replace("agent=cook", "agent=make()")
        .replace("[cook]", "[]"),
    ],
    ids=["loop", "two crews", "lambda"],
)
def test_what_makes_several_objects_or_serves_several_crews_is_left_alone(
    tmp_path: Path, source: str
) -> None:
    for crew in crews_of(tmp_path, source):
        for agent in crew.agents:
            assert agent.place.route is None
            assert set_key(crew, agent, "max_iter", 8) is None


@pytest.mark.parametrize("value", ["int('3')", "3 if x else 4", "THREE", "os.getenv('N')"])
def test_what_python_computes_is_not_overwritten(tmp_path: Path, value: str) -> None:
    source = "import os\nTHREE = 3\nx = 1\n" + SOURCE.replace("max_iter=3", f"max_iter={value}")
    (crew,) = crews_of(tmp_path, source)
    assert set_key(crew, crew.agents[0], "max_iter", 8) is None


def test_a_model_gets_settings_only_where_llm_is_imported(tmp_path: Path) -> None:
    source = SOURCE.replace('LLM(model="gpt-4o")', '"gpt-4o"')
    (crew,) = crews_of(tmp_path, source)
    change = set_key(crew, crew.agents[0], "llm", {"model": "gpt-4o", "max_tokens": 9})
    assert change is not None
    assert change.value == Expression('LLM(model="gpt-4o", max_tokens=9)')
    (crew,) = crews_of(tmp_path, source.replace("LLM, ", ""))
    assert set_key(crew, crew.agents[0], "llm", {"model": "gpt-4o", "max_tokens": 9}) is None
