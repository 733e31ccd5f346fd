"""What makes a ``crew.yaml`` unreadable is told with its place and what to do."""

from __future__ import annotations

import pytest

from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.errors import InputError
from crewprof.source.text import SourceText

AGENTS = "agents:\n  writer: {role: r, goal: g, backstory: b}\n"
TASK = "  - {description: d, expected_output: e, agent: writer}\n"

CASES = {
    "empty": ("", 1, 1, "empty", "agents and tasks"),
    "list": ("- a\n- b\n", 1, 1, "a list", "agents and tasks"),
    "text": ("just words\n", 1, 1, "the text 'just words'", "agents and tasks"),
    "other": ("version: 3\nservices: {}\n", 1, 1, "its keys are version, services", "agents and tasks"),
    "no tasks": (AGENTS + "task: []\n", 1, 1, "no tasks", "did you mean tasks where it says task?"),
    "agents number": ("agents: 3\ntasks: []\n", 1, 9, "not the number 3", "role, goal and backstory"),
    "no agents": ("agents: {}\ntasks: []\n", 1, 9, "no agents", "at least one"),
    "empty tasks": (AGENTS + "tasks: []\n", 3, 8, "no tasks", "at least one"),
    "agent text": (
        "agents:\n  writer: hello\ntasks: []\n",
        2,
        11,
        "agent 'writer' must be a mapping",
        "role",
    ),
    "agent list of names": ("agents: [writer]\ntasks: []\n", 1, 10, "agent 1 must be a mapping", "name"),
    "nameless agent": ("agents: [{role: r, goal: g}]\ntasks: []\n", 1, 10, "has no name", "name"),
    "task text": (AGENTS + "tasks:\n  - write\n", 4, 5, "task 1 must be a mapping", "description"),
    "number for text": (
        "agents:\n  writer: {role: 12}\ntasks: [{}]\n",
        2,
        18,
        "role must be text, not the number 12",
        "quotes",
    ),
    "unknown agent": (
        AGENTS + "tasks:\n  - {description: d, agent: writr}\n",
        4,
        29,
        "the agent 'writr', which does not exist",
        "did you mean writer?",
    ),
    "unknown manager": (
        AGENTS + "manager_agent: boss\ntasks:\n" + TASK,
        3,
        16,
        "the agent 'boss'",
        "the agents are: writer",
    ),
    "process": (
        AGENTS + "process: hierarchic\ntasks:\n" + TASK,
        3,
        10,
        "no process 'hierarchic'",
        "did you mean hierarchical?",
    ),
    "context text": (
        AGENTS + "tasks:\n" + TASK + "  - {description: d, agent: writer, context: first}\n",
        5,
        46,
        "context must be a list of names",
        "context: [first]",
    ),
    "flag": (
        "agents:\n  writer: {allow_delegation: maybe}\ntasks: [{}]\n",
        2,
        30,
        "allow_delegation must be true or false",
        "true",
    ),
    "tools text": (
        "agents:\n  writer: {tools: SerperDevTool}\ntasks: [{}]\n",
        2,
        19,
        "tools must be a list",
        "[SerperDevTool]",
    ),
    "not YAML": ("agents: [\n", 2, 1, "", ""),
}


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), CASES.values(), ids=CASES)
def test_an_error_names_its_place(text: str, line: int, column: int, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        load_crew_yaml(SourceText("crew.yaml", text))
    error = caught.value
    assert message in error.message
    assert hint in (error.hint or "")
    assert (error.path, error.line, error.column) == ("crew.yaml", line, column)


def test_tasks_may_be_a_mapping_and_names_are_made_unique() -> None:
    tasks = "tasks:\n  first: {agent: writer}\n  other: {name: first, agent: writer, context: [first]}\n"
    crew = load_crew_yaml(SourceText("crew.yaml", AGENTS + tasks))
    assert [task.name for task in crew.tasks] == ["first", "first (2)"]
    assert crew.tasks[1].context == ("first",)
    assert isinstance(crew.fields["tasks"].value, dict)


def test_of_two_tasks_with_one_name_the_later_is_meant() -> None:
    tasks = "tasks:\n" + "  - {name: a, agent: writer}\n" * 2 + "  - {agent: writer, context: [a]}\n"
    crew = load_crew_yaml(SourceText("crew.yaml", AGENTS + tasks))
    assert [task.name for task in crew.tasks] == ["a", "a (2)", "task 3"]
    assert crew.tasks[2].context == ("a (2)",)


def test_places_lead_to_the_text() -> None:
    text = "agents:\n  writer:\n    role: Writer\n    settings: {max_iter: 3}\ntasks:\n" + TASK
    crew = load_crew_yaml(SourceText("crew.yaml", text))
    agent = crew.agent("writer")
    assert (agent.place.line, agent.place.column, agent.place.end_line) == (2, 3, 4)
    assert agent.place_of("max_iter").route == ("agents", "writer", "settings", "max_iter")
    assert (agent.fields["role"].key_place.line, agent.fields["role"].place.column) == (3, 11)
    assert crew.tasks[0].place_of("agent").route == ("tasks", 0, "agent")
    assert crew.place_of("process") == crew.place
