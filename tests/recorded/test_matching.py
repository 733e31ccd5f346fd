"""Recorded tasks that have no name are found by their place, and so is what they are given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.recorded.matching import agent_hash, recorded_crew, task_hash
from crewprof.recorded.reading import runs_of
from crewprof.recorded.runs import Recorded
from tests.recorded.profiles import call, line
from tests.rules.checking import crew_of

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew


@st.composite
def contexts(draw: st.DrawFn) -> list[list[int]]:
    """For each of a few tasks, the places of those it is given."""
    size = draw(st.integers(2, 5))
    return [draw(st.lists(st.integers(0, at - 1), unique=True)) if at else [] for at in range(size)]


def crew(given_to: list[list[int]]) -> Crew:
    tasks = [
        {
            "name": f"step_{at}",
            "description": f"Do {at}.",
            "expected_output": "Words.",
            "agent": "w",
            "context": [f"step_{one}" for one in sources],
        }
        for at, sources in enumerate(given_to)
    ]
    agents = {"w": {"role": "Writer", "goal": "Write", "backstory": "Old.", "llm": "gpt-4o-mini"}}
    return crew_of(json.dumps({"name": "team", "agents": agents, "tasks": tasks}))


def recorded(made: Crew, given_to: list[list[int]]) -> Recorded:
    """A run of the crew as a script makes it, whose tasks have no names."""
    head: dict[str, Any] = {
        "agents": {"Writer": agent_hash(made.agents[0])},
        "tasks": {f"task {at}": task_hash(one) for at, one in enumerate(made.tasks, start=1)},
        "contexts": {
            f"task {at}": [f"task {one + 1}" for one in sources]
            for at, sources in enumerate(given_to, start=1)
        },
    }
    lines = [line("crew", name="team", kickoff="k1", process="sequential", started=1.0, **head)]
    lines += [call(f"task {at}", float(at)) for at in range(1, len(made.tasks) + 1)]
    return Recorded("p", runs_of(lines))


@settings(max_examples=60, deadline=None)
@given(contexts(), st.data())
def test_a_task_is_as_it_was_while_its_context_is(given_to: list[list[int]], data: st.DataObject) -> None:
    made = crew(given_to)
    found = recorded_crew(recorded(made, given_to), made)
    assert found is not None
    for task in made.tasks:
        runs = found.task(made, task)
        assert runs is not None
        assert runs.is_unchanged
    at = data.draw(st.integers(1, len(given_to) - 1))
    other = data.draw(
        contexts().map(lambda one: one[-1]).filter(lambda one: all(place < at for place in one))
    )
    edited = crew([*given_to[:at], other, *given_to[at + 1 :]])
    runs = found.task(edited, edited.tasks[at])
    assert runs is not None
    assert runs.is_unchanged is (other == given_to[at])
