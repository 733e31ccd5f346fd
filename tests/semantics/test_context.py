"""Contexts and groups of random crews, against the real crewai."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given

from crewprof.semantics.behavior import behavior_of
from crewprof.semantics.context import TaskContext, contexts_of
from crewprof.semantics.schedule import groups_of, joined_before, makespan
from tests.conformance.comparing import load, newest
from tests.conformance.profile import conformance, crashes
from tests.conformance.random_crews import Definition, Features, definitions
from tests.conformance.running import run_definition

PLAIN = Features(
    tools=0, delegation=0, structured=0, guardrail=0, templates=0, asynchronous=0.45, max_tasks=8
)
LEAD_IN = "This is the context you're working with:"
OUTPUT = re.compile(r"Output of task (\d+) \(")


def context_received(text: str) -> list[int]:
    """Indices of the tasks whose outputs stand in the last context of a request (roles may repeat it)."""
    _, lead_in, context = text.rpartition(LEAD_IN)
    return [int(index) for index in OUTPUT.findall(context)] if lead_in else []


@conformance
@given(definitions(PLAIN))
def test_contexts_hold_the_outputs_crewai_joins_in_its_order(definition: Definition) -> None:
    outcome = run_definition(definition)
    crew = load(definition)
    contexts = contexts_of(crew, newest())

    ran = {crew.tasks[index].name for index in outcome.outputs if outcome.calls_of(index)}
    for index, task in enumerate(crew.tasks):
        if outcome.calls_of(index) and not crashes(crew, outcome, index):
            received = [crew.tasks[one].name for one in context_received(outcome.first_call(index).text)]
            assert received == [name for name in contexts[task.name].sources if name in ran]


@conformance
@given(definitions(PLAIN))
def test_groups_are_what_crewai_runs_together(definition: Definition) -> None:
    outcome = run_definition(definition)
    crew = load(definition)

    skipped = {
        task.name for index, task in enumerate(crew.tasks) if task.conditional and not outcome.calls_of(index)
    }
    if outcome.finished:
        ours = [tuple(name for name in group if name not in skipped) for group in groups_of(crew)]
        theirs = [tuple(crew.tasks[index].name for index in group) for group in outcome.groups]
        assert [group for group in ours if group] == theirs


def task(name: str, agent: str = "a", **keys: object) -> Definition:
    return {"name": name, "description": f"Do {name}.", "expected_output": "It.", "agent": agent, **keys}


def definition_of(*tasks: Definition) -> Definition:
    agent = {"role": "R", "goal": "G", "backstory": "B", "llm": "gpt-4o"}
    return {"agents": {name: {**agent, "role": name} for name in "abcd"}, "tasks": list(tasks)}


FORK = definition_of(
    task("s0"), task("a1", "b", async_execution=True), task("s2", "c"), task("s3", "d", context=["s0", "a1"])
)


@pytest.mark.parametrize(
    ("version", "second", "default"),
    [
        ("0.86.0", ("a1",), ("s2",)),
        ("0.130.0", ("a1",), ("a1", "s2")),
        ("1.8.0", ("a1",), ("a1", "s2")),
        ("1.15.30", ("s0", "a1"), ("s0", "a1", "s2")),
    ],
)
def test_older_versions_drop_outputs_at_joins(
    version: str, second: tuple[str, ...], default: tuple[str, ...]
) -> None:
    crew = load(FORK)
    last = replace(crew.tasks[3], context=None)
    crew = replace(crew, tasks=(*crew.tasks[:3], last))

    contexts = contexts_of(crew, behavior_of(version))

    assert contexts["s2"].sources == second
    assert contexts["s3"].sources == default


def test_declared_contexts_say_so() -> None:
    contexts = contexts_of(load(FORK), newest())

    assert contexts["s3"] == TaskContext(("s0", "a1"), "context", declared=True)
    assert contexts["a1"] == TaskContext((), "default", declared=False)


def test_empty_context_is_the_default_before_it_meant_none() -> None:
    crew = load(definition_of(task("one"), task("two", context=[])))

    assert contexts_of(crew, behavior_of("0.100.1"))["two"].sources == ("one",)
    assert contexts_of(crew, newest())["two"] == TaskContext((), "context", declared=True)


def test_makespan_adds_the_longest_of_each_group() -> None:
    crew = load(definition_of(*(task(name, name, async_execution=name in "bc") for name in "abcd")))

    assert groups_of(crew) == (("a",), ("b", "c"), ("d",))
    assert makespan(groups_of(crew), {"a": 1.0, "b": 5.0, "c": 2.0, "d": 0.5}) == 6.5
    assert joined_before(crew) == {"a": (), "b": ("a",), "c": ("a",), "d": ("a", "b", "c")}
