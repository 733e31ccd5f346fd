"""What a fix is said to save is what it saves when the crew is really rewritten, read and profiled again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.pricing import Pricing, profile_after, savings_between
from crewprof.analysis.subject import profile_basis
from crewprof.errors import InputError
from crewprof.findings import Applicability, Fix, RemoveEntry, SetValue
from crewprof.rules.registry import findings_of
from tests.conformance.random_crews import Definition, Features, definitions
from tests.rules.checking import crew_of, options

if TYPE_CHECKING:
    from crewprof.findings import Change, PlainData

EXAMPLES = int(os.environ.get("CREWPROF_PRICING_EXAMPLES", "25"))

VALUES: tuple[tuple[str, PlainData], ...] = (
    ("llm", "openai/gpt-4o-mini"),
    ("llm", {"model": "openai/gpt-4.1", "max_tokens": 300}),
    ("backstory", "Brief."),
    ("max_iter", 3),
    ("cache", False),
    ("reasoning", True),
    ("allow_delegation", False),
    ("expected_output", "A list of 7 items."),
    ("description", "Say yes or no."),
    ("human_input", True),
    ("async_execution", False),
    ("context", []),
)


def _pricing(definition: Definition) -> tuple[Pricing, list[Fix]] | None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    text = yaml.dump(definition, Dumper=Plain, allow_unicode=True, sort_keys=False)
    try:
        crew = crew_of(text)
    except InputError:
        return None
    basis = profile_basis(crew, options())
    subject = basis.look(crew)
    fixes = [one.fix for one in findings_of(subject) if one.fix is not None and one.fix.changes]
    return Pricing(subject.crew, basis, subject.profile), fixes


def _same(pricing: Pricing, fix: Fix) -> None:
    after = profile_after(fix, pricing.crew, pricing.basis)
    if after is None:
        return
    real, said = savings_between(pricing.profile, after), pricing.savings(fix)
    assert said is not None
    for name in ("tokens", "cost_usd", "seconds"):
        expected, found = getattr(real, name), getattr(said, name)
        assert (found is None) == (expected is None), (name, fix)
        if expected is not None:
            assert float(found) == pytest.approx(float(expected), rel=1e-9, abs=1e-6), (name, fix)


def test_another_model_for_the_first_agent_is_one_for_the_memory_of_all_tasks() -> None:
    about = {"goal": "Write.", "backstory": "You write.", "llm": "openai/gpt-4o"}
    asked = {"description": "Write about bees.", "expected_output": "A text"}
    made = _pricing(
        {
            "memory": True,
            "agents": {"one": {"role": "One", **about}, "two": {"role": "Two", **about}},
            "tasks": [{"name": name, "agent": name, **asked} for name in ("one", "two")],
        }
    )
    assert made is not None
    pricing, _ = made
    change = SetValue(pricing.crew.path, ("agents", "one", "llm"), "openai/gpt-4o-mini")
    _same(pricing, Fix(Applicability.UNSAFE, "cheaper", (change,)))


@settings(max_examples=EXAMPLES)
@given(definition=definitions() | definitions(Features(memory=1.0)), data=st.data())
def test_savings_are_those_of_the_rewritten_crew(definition: Definition, data: st.DataObject) -> None:
    made = _pricing(definition)
    if made is None:
        return
    pricing, fixes = made
    crew = pricing.crew
    places = [*(one.place for one in crew.agents), *(one.place for one in crew.tasks)]
    routes = [place.route for place in places if place.route is not None]
    chosen = data.draw(st.lists(st.tuples(st.sampled_from(routes), st.sampled_from(VALUES)), max_size=3))
    changes: dict[tuple[str | int, ...], Change] = {
        (*route, key): SetValue(crew.path, (*route, key), value) for route, (key, value) in chosen
    }
    present = [one.place.route for task in crew.tasks for one in task.fields.values()]
    gone = data.draw(st.sampled_from(present))
    assert gone is not None
    removal = Fix(Applicability.UNSAFE, "remove", (RemoveEntry(crew.path, gone),))
    several = Fix(Applicability.UNSAFE, "set", tuple(changes.values()))
    for fix in (*fixes, removal, *([several] if changes else [])):
        _same(pricing, fix)
