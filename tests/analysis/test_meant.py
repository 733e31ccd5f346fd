"""A fix that Python keeps from being made is priced as if it had been made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings

from crewprof.analysis.meant import crew_as_meant
from crewprof.analysis.pipeline import analyse_crew
from crewprof.analysis.pricing import profile_after, savings_between
from crewprof.analysis.subject import profile_basis
from crewprof.crew.discovery import load_all
from crewprof.findings import SetValue
from crewprof.rules.key_changes import meant
from crewprof.rules.registry import every_rule
from tests.conformance.random_crews import Definition, definitions
from tests.rules.checking import crew_of, options

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.findings import Change, Meant

HIDDEN = """
from crewai import Agent, Crew, Task

def agent(role, **more):
    return Agent(role=role, goal="Work", backstory="Calm.", llm="openai/gpt-4o", **more)

def build(more):
    a, b = agent("Finder", **more), agent("Writer")
    one = Task(description="Find facts.", expected_output="Facts", agent=a)
    two = Task(description="Write it.", expected_output="A text", agent=b)
    return Crew(agents=[a, b], tasks=[one, two]{crew})

build({given}).kickoff()
"""


@pytest.mark.parametrize(
    ("code", "given", "crew"),
    [
        ("CP105", '{"allow_delegation": True}', ""),
        ("CP601", "{}", ', **{"memory": True}'),
        ("CP602", "{}", ', **{"planning": True}'),
    ],
)
def test_what_python_decides_is_priced_too(tmp_path: Path, code: str, given: str, crew: str) -> None:
    python = HIDDEN.replace("{given}", given).replace("{crew}", crew)
    (tmp_path / "app.py").write_text(python, encoding="utf-8")
    (loaded,) = load_all(tmp_path).crews
    (found,) = [one for one in analyse_crew(loaded, options()).findings if one.code == code]
    assert found.fix is not None
    assert not found.fix.changes
    assert found.saves.cost_usd is not None
    assert found.saves.cost_usd > 0


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions())
def test_what_is_meant_saves_what_the_same_change_saves(definition: Definition) -> None:
    """Of every fix that sets plain keys: reckoned from the fields, and from the text it is written into."""
    crew = crew_of(yaml.safe_dump(definition, allow_unicode=True, sort_keys=False))
    basis = profile_basis(crew, options())
    complete = basis.complete(crew)
    subject = basis.look(crew)
    compared = 0
    for rule in every_rule():
        for found in rule.check(subject):
            if found.fix is None or not found.fix.changes:
                continue
            wanted = _as_meant(complete, found.fix.changes)
            as_meant = None if wanted is None else crew_as_meant(complete, wanted)
            written = profile_after(found.fix, complete, basis)
            if as_meant is None or written is None:
                continue
            compared += 1
            assert savings_between(written, basis.profile(as_meant)).cost_usd == 0, found.message
    assume(compared)


def _as_meant(crew: Crew, changes: tuple[Change, ...]) -> tuple[Meant, ...] | None:
    """Changes that set keys of members, as what they mean; ``None`` if one does something else."""
    owners: list[Crew | Agent | Task] = [*crew.agents, *crew.tasks, crew]
    found: list[Meant] = []
    for change in changes:
        if not isinstance(change, SetValue):
            return None
        *route, key = change.route
        owner = next((one for one in owners if list(one.place.route or ()) == route), None)
        if owner is None or not isinstance(key, str):
            return None
        found += meant(owner, key, change.value)
    return tuple(found) if len(found) == len(changes) else None
