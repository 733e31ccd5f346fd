"""Rows of ``compare`` are what ``analyze`` says of the crew edited by hand, the front that of all mixes."""

from __future__ import annotations

import copy
import itertools
import os
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis import model_mixes
from crewprof.analysis.comparison_points import point_of
from crewprof.analysis.model_comparison import Goals, compare_crew
from crewprof.analysis.options import AnalysisOptions
from crewprof.analysis.pipeline import check_crew
from crewprof.analysis.subject import ProfileBasis
from crewprof.crew.discovery import load_all
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.plan.model_mixes import MixTable, front
from crewprof.report.analyze_json import kickoff
from crewprof.source.text import SourceText
from tests.conformance.random_crews import Definition, Features, definitions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from crewprof.crew.definition import Crew
    from crewprof.estimate.profile import Profile

OPTIONS = AnalysisOptions(date(2026, 11, 26), runs_per_month=100)
EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "15"))
MODELS = (
    *("openai/gpt-4o-mini", "gpt-4.1", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash", "o1"),
    *("gpt-4", "o3-mini", "ollama/llama3", "openai/unheard-of-model", "bedrock/anthropic.claude-3-haiku"),
)
SOME_MODELS = st.lists(st.sampled_from(MODELS), min_size=1, max_size=2, unique=True)
FEATURES = Features(memory=0.1, planning=0.1, agent_planning=0.1, max_tasks=4)


def crew_of(definition: Mapping[str, Any]) -> Crew:
    text = yaml.safe_dump(dict(definition), allow_unicode=True, sort_keys=False)
    return load_crew_yaml(SourceText("crew.yaml", text))


def edited(definition: Definition, models: Mapping[str, str]) -> Definition:
    """The definition as a person would edit it: ``llm`` of agents."""
    changed = copy.deepcopy(definition)
    agents = changed["agents"]
    pairs = agents.items() if isinstance(agents, dict) else [(one["name"], one) for one in agents]
    for name, agent in pairs:
        if name in models:
            agent["llm"] = models[name]
    return changed


def analysed(definition: Definition) -> Profile:
    return check_crew(crew_of(definition), OPTIONS).profile


@settings(max_examples=EXAMPLES)
@given(
    definitions(FEATURES), st.lists(st.sampled_from(MODELS), min_size=1, max_size=2, unique=True), st.data()
)
def test_every_row_is_the_crew_edited_by_hand(
    definition: Definition, models: list[str], data: st.DataObject
) -> None:
    crew = crew_of(definition)
    names = [agent.name for agent in crew.agents]
    mix = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(MODELS), max_size=3))
    found = compare_crew(crew, OPTIONS, models, [mix] if mix else [], Goals())
    assert kickoff(found.rows[0].profile.total) == kickoff(analysed(definition).total)
    changes = [{}, *(dict.fromkeys(found.rows[0].models, model) for model in models), mix]
    for row, change in zip(found.rows, changes, strict=False):
        by_hand = analysed(edited(definition, change))
        assert kickoff(row.profile.total) == kickoff(by_hand.total)
        assert [task.cost_usd for task in row.profile.tasks] == [task.cost_usd for task in by_hand.tasks]
        if by_hand.total.cost_usd is not None:
            assert row.monthly_cost_usd == by_hand.total.cost_usd.scaled(Decimal(100))


def test_settings_of_a_model_stay_and_python_needs_no_edit(tmp_path: Path) -> None:
    source = """\
from crewai import Agent, Crew, LLM, Task
a = Agent(role="r", goal="g", backstory="b", llm=LLM(model={model!r}, max_tokens=77))
t = Task(description="Do it.", expected_output="A long report.", agent=a)
crew = Crew(agents=[a], tasks=[t])
"""

    def read(model: str) -> Crew:
        path = tmp_path / "crew.py"
        path.write_text(source.format(model=model), encoding="utf-8")
        return load_all(str(path)).crews[0]

    (_, row) = compare_crew(read("gpt-4o"), OPTIONS, ["gpt-4.1"], [], Goals()).rows
    assert kickoff(row.profile.total) == kickoff(check_crew(read("gpt-4.1"), OPTIONS).profile.total)


@settings(max_examples=max(6, EXAMPLES // 4))
@given(definitions(Features(max_tasks=4, delegation=0.1, hierarchical=0.1)))
def test_the_front_is_that_of_every_mix_edited_by_hand(definition: Definition) -> None:
    models = ["openai/gpt-4o-mini", "gpt-4.1"]
    crew = crew_of(definition)
    found = compare_crew(crew, OPTIONS, models, [], Goals())
    points = {}
    names = [agent.name for agent in crew.agents if agent.name in found.rows[0].models]
    for chosen in itertools.product([None, *models], repeat=len(names)):
        mix = {name: model for name, model in zip(names, chosen, strict=True) if model is not None}
        points[chosen] = point_of(analysed(edited(definition, mix)))
    every = [point for point in points.values() if point is not None]
    managed = crew.manager_agent is not None
    if found.front is None or managed or not found.all_mixes:
        return
    assert [point_of(mix.profile) for mix in found.front] == front(every)
    limit = sorted(point[1] for point in every)[len(every) // 2]
    best = compare_crew(crew, OPTIONS, models, [], Goals(max_seconds=Decimal(str(limit)))).wanted
    assert best is not None
    assert point_of(best.profile) == min(point for point in every if point[1] <= limit)


def test_rows_on_the_front_are_those_no_other_beats() -> None:
    definition: Definition = {
        "agents": {"a": {"role": "r", "goal": "g", "backstory": "b", "llm": "gpt-4o"}},
        "tasks": [{"name": "t", "description": "Do it.", "expected_output": "A report.", "agent": "a"}],
    }
    models = [*MODELS]
    rows = compare_crew(crew_of(definition), OPTIONS, models, [], Goals()).rows
    points = {row.label: point_of(row.profile) for row in rows}
    for row in rows:
        own = points[row.label]
        if own is None:
            assert not row.on_front
            continue
        beaten = any(
            other is not None and other != own and other[0] <= own[0] and other[1] <= own[1]
            for other in points.values()
        )
        assert row.on_front == (not beaten)


def test_what_does_not_fit_and_what_is_lacking_is_told() -> None:
    definition: Definition = {
        "agents": {
            "a": {"role": "r", "goal": "g", "backstory": "b", "llm": "gpt-4.1", "tools": ["SerperDevTool"]}
        },
        "tasks": [
            {
                "name": "long",
                "description": "word " * 9000,
                "expected_output": "A title and a score.",
                "agent": "a",
                "output_json": {
                    "title": "R",
                    "type": "object",
                    "properties": {"score": {"type": "integer"}},
                    "required": ["score"],
                },
            }
        ],
    }
    rows = compare_crew(crew_of(definition), OPTIONS, ["gpt-4", "o1"], [], Goals()).rows
    assert [row.does_not_fit for row in rows] == [(), ("long",), ()]
    assert [row.lacks for row in rows] == [(), (), ("function calling", "structured output")]


@settings(max_examples=40)
@given(st.data())
def test_a_search_over_many_mixes_finds_nearly_the_front(data: st.DataObject) -> None:
    amount = st.floats(0.0, 1.0)
    agents = data.draw(st.integers(2, 5))
    names = [f"t{number}" for number in range(agents)]
    costs = [[0.0, *data.draw(st.lists(amount, min_size=2, max_size=2))] for _ in names]
    seconds = [[{}, *({name: data.draw(amount)} for _ in range(2))] for name in names]
    groups = tuple((name,) for name in names)
    table = MixTable(1.0, dict.fromkeys(names, 1.0), groups, costs, seconds)
    every = {mix: table.point(mix) for mix in itertools.product(range(3), repeat=agents)}
    assert {table.point(mix) for mix in table.promising(0.0)} == set(front(every.values()))
    met = front([table.point(mix) for mix in table._met()])
    assert met[0][0] == min(point[0] for point in every.values())
    assert met[-1][1] == min(point[1] for point in every.values())


def test_a_large_crew_is_profiled_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many agents as tasks must not make the square of them profiles."""
    made: list[int] = []
    profiled = ProfileBasis.profile

    def counted(basis: ProfileBasis, crew: Crew) -> Profile:
        made.append(len(crew.tasks))
        return profiled(basis, crew)

    monkeypatch.setattr(ProfileBasis, "profile", counted)
    monkeypatch.setattr(model_mixes, "MOST_TABLED", 600)
    number = 40
    names = [f"a{at}" for at in range(number)]
    agents = {one: {"role": one, "goal": "g", "backstory": "b", "llm": "gpt-4o"} for one in names}
    tasks = [{"name": f"t{one}", "description": "d", "expected_output": "e", "agent": one} for one in names]
    compared = compare_crew(
        crew_of({"agents": agents, "tasks": tasks}), OPTIONS, ["gpt-4o-mini", "gpt-4.1"], (), Goals()
    )
    assert not compared.all_mixes
    assert compared.front
    assert sum(made) <= 4 * 600
