"""Whatever part of a random crew is made unknown: its numbers span all that the part could be, no sum is told
as if it were whole, and no budget passes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.analysis.options import Budgets
from crewprof.analysis.pipeline import broken_budgets
from crewprof.crew.definition import Model, ModelSource, Process, Tool
from crewprof.estimate.facts import Facts
from crewprof.estimate.profiler import profile_crew
from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.texts import recorded_texts
from crewprof.source.field import Field
from crewprof.source.unknown import Unknown
from tests.conformance.comparing import load, newest
from tests.conformance.random_crews import MODELS, Features, definitions
from tests.estimate.builders import PLACE, look_up

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.estimate.profile import Profile
    from crewprof.quantity import Range

EXAMPLES = int(os.environ.get("CREWPROF_UNKNOWN_EXAMPLES", "40"))
FEATURES = Features(delegation=0.15, hierarchical=0.2, max_tasks=4)
UNKNOWN = Unknown("is only known when the crew runs", PLACE)
EVERY_BUDGET = Budgets(Decimal(10**9), Decimal(10**9), Decimal(10**9))
SLACK = 1e-6


@dataclass(frozen=True)
class Hidden:
    """A crew of which a part is not known, and the crews it could be. ``is_bounded``: the crew shows all of
    them, so that the highest is known."""

    crew: Crew
    could_be: tuple[Crew, ...]
    is_bounded: bool = False


def with_task(crew: Crew, task: Task) -> Crew:
    return replace(crew, tasks=tuple(task if one.name == task.name else one for one in crew.tasks))


def with_agent(crew: Crew, agent: Agent) -> Crew:
    return replace(crew, agents=tuple(agent if one.name == agent.name else one for one in crew.agents))


def unknown_field(key: str, fields: object) -> dict[str, Field]:
    assert isinstance(fields, dict)
    return {**fields, key: Field(UNKNOWN, PLACE, PLACE)}


@st.composite
def hidden_agents(draw: st.DrawFn, crew: Crew) -> Hidden:
    """The agent of a task; perhaps of a crew whose agents are not all seen."""
    task = draw(st.sampled_from(crew.tasks))
    shown = draw(st.booleans())
    unknown = with_task(crew, replace(task, agent=None, agent_known=False))
    could_be = tuple(with_task(crew, replace(task, agent=agent.name)) for agent in crew.agents)
    return Hidden(replace(unknown, agents_known=shown), could_be, is_bounded=shown)


@st.composite
def hidden_models(draw: st.DrawFn, crew: Crew) -> Hidden:
    agent = draw(st.sampled_from(crew.agents))
    models = draw(st.lists(st.sampled_from(MODELS), min_size=2, max_size=2, unique=True))
    unknown = with_agent(crew, replace(agent, llm=Model(None, ModelSource.UNKNOWN)))
    could_be = (with_agent(crew, replace(agent, llm=Model(one, ModelSource.DECLARED))) for one in models)
    return Hidden(unknown, tuple(could_be))


@st.composite
def hidden_tools(draw: st.DrawFn, crew: Crew) -> Hidden:
    """A tool of which nothing is known, given to an agent: none, one or two of the library's."""
    agent = draw(st.sampled_from(crew.agents))
    library = [Tool(name, PLACE, class_name=name) for name in ("FileReadTool", "SerperDevTool")]
    could_be = (
        with_agent(crew, replace(agent, tools=(*agent.tools, *library[:count]))) for count in range(3)
    )
    unknown = with_agent(crew, replace(agent, tools=(*agent.tools, Tool("some_tools()", PLACE))))
    return Hidden(unknown, tuple(could_be))


@st.composite
def hidden_contexts(draw: st.DrawFn, crew: Crew) -> Hidden:
    task = draw(st.sampled_from(crew.tasks))
    before = tuple(one.name for one in crew.tasks[: crew.tasks.index(task)])
    unknown = replace(task, context=None, fields=unknown_field("context", task.fields))
    contexts: list[tuple[str, ...] | None] = [None, (), before, before[:1]]
    could_be = (with_task(crew, replace(task, context=one)) for one in contexts)
    return Hidden(with_task(crew, unknown), tuple(could_be))


@st.composite
def hidden_tasks(draw: st.DrawFn, crew: Crew) -> Hidden:
    """The last task of a crew whose list of tasks is not all known."""
    seen = crew.tasks[:-1] if len(crew.tasks) > 1 and draw(st.booleans()) else crew.tasks
    return Hidden(replace(crew, tasks=seen, tasks_known=False), (crew,))


@st.composite
def limited(draw: st.DrawFn, crew: Crew) -> Crew:
    """The crew with a limit of requests a minute for some agents."""
    limits = st.none() | st.integers(1, 4)
    return replace(crew, agents=tuple(replace(agent, max_rpm=draw(limits)) for agent in crew.agents))


@st.composite
def hidden_crews(draw: st.DrawFn) -> Hidden:
    crew = draw(limited(load(draw(definitions(FEATURES)))))
    kinds = (hidden_agents, hidden_models, hidden_tools, hidden_contexts, hidden_tasks)
    return draw(draw(st.sampled_from(kinds))(crew))


def profiled(crew: Crew) -> Profile:
    facts = Facts(look_up)
    today = date(2026, 1, 1)
    return profile_crew(crew, behavior=newest(), texts=recorded_texts(NEWEST), today=today, facts=facts)


def spans(unknown: Range[float], known: Range[float]) -> bool:
    """Whether ``unknown`` is at most what ``known`` is, and reaches as high."""
    highest = unknown.is_open or unknown.high >= known.high - SLACK
    return unknown.low <= known.low + SLACK and unknown.expected <= known.expected + SLACK and highest


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(hidden_crews())
def test_what_is_not_known_spans_all_that_it_could_be(hidden: Hidden) -> None:
    unknown = profiled(hidden.crew)
    for known in map(profiled, hidden.could_be):
        for name in ("calls", "input_tokens", "output_tokens", "seconds"):
            for task in unknown.tasks:
                assert spans(getattr(task, name), getattr(known.task(task.name), name)), (name, task.name)
            assert spans(getattr(unknown.total, name), getattr(known.total, name)), name
        if unknown.total.cost_usd is not None and known.total.cost_usd is not None:
            assert unknown.total.cost_usd.low <= known.total.cost_usd.low + Decimal(str(SLACK))
    if hidden.is_bounded and hidden.crew.process is Process.SEQUENTIAL:
        assert not unknown.total.calls.is_open, "the dearest of the crew's agents is known"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(hidden_crews())
def test_a_sum_with_an_unknown_part_is_never_whole_and_passes_no_budget(hidden: Hidden) -> None:
    unknown, known = profiled(hidden.crew), profiled(hidden.could_be[0])
    assert not unknown.total.complete
    assert {one.name for one in broken_budgets(unknown, EVERY_BUDGET)} == {
        "max-cost",
        "max-ceiling",
        "max-seconds",
    }
    assert all(one.gaps for one in broken_budgets(unknown, EVERY_BUDGET))
    assert not broken_budgets(known, EVERY_BUDGET) or known.gaps or known.total.ceiling.cost_usd is None
    for task in unknown.tasks:
        if known.task(task.name).calls.low >= 1:
            assert task.calls.low >= 1, "a task that surely calls"
            assert task.input_tokens.low > 0
            assert task.output_tokens.low > 0
            assert task.cost_usd is None or task.cost_usd.low > 0
        if not task.known:
            assert task.first_call.input_tokens is None


def test_a_task_after_one_of_an_unknown_agent_spans_what_any_agent_could_answer() -> None:
    definition = {
        "agents": {
            name: {"role": name, "goal": "market", "backstory": "market", "llm": llm, "tools": tools}
            for name, llm, tools in (("newer", "gpt-4o", ["custom:lookup"]), ("older", "gpt-4", []))
        },
        "tasks": [
            {"name": "first", "description": "Write.", "expected_output": "résumé Analyse", "agent": "newer"},
            {"name": "second", "description": "market", "expected_output": "market", "agent": "newer"},
        ],
    }
    crew = load(definition)
    first = crew.tasks[0]
    second = profiled(with_task(crew, replace(first, agent=None, agent_known=False))).task("second")
    for agent in crew.agents:
        known = profiled(with_task(crew, replace(first, agent=agent.name))).task("second")
        assert spans(second.input_tokens, known.input_tokens)
        assert spans(second.seconds, known.seconds)
    assert second.input_tokens.high == sum(line.input_tokens.high for line in second.lines)


def test_an_unknown_model_may_be_as_fast_as_the_fastest_and_as_sparing_as_openais() -> None:
    agent = {"role": "market", "goal": "market", "backstory": "market", "llm": "gpt-4o"}
    task = {"name": "only", "description": "e.g.", "expected_output": "text", "agent": "one"}
    crew = load({"agents": {"one": agent}, "tasks": [{**task, "tools": ["custom:sum_numbers"] * 2}]})
    unknown = with_agent(crew, replace(crew.agents[0], llm=Model(None, ModelSource.UNKNOWN)))
    assert spans(profiled(unknown).total.seconds, profiled(crew).total.seconds)
