"""What the first line of a report promises is what ``optimize`` keeps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis import outlook as outlooks
from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from crewprof.findings import Applicability
from tests.analysis.test_savings_in_every_form import EXAMPLES, Definition, as_yaml, definitions
from tests.rules.checking import crew_of, options

if TYPE_CHECKING:
    from crewprof.analysis.result import Outlook
    from crewprof.crew.definition import Crew

EVERYTHING = frozenset({Applicability.SAFE, Applicability.UNSAFE})
SAMPLES = sorted((Path(__file__).resolve().parents[2] / "sample_crews").glob("*/crew.yaml"))
SLACK = 1.01
"""What later fixes may cost: each at most 0.2 % of a run."""


def promised(crew: Crew) -> Outlook | None:
    return analyse_crew(crew, options()).outlook


def assert_it_is_kept(crew: Crew) -> None:
    outlook = promised(crew)
    if outlook is None or outlook.cost_usd is None:
        return
    after = optimise_crew(crew, options(), EVERYTHING).after.profile.total
    assert after.cost_usd is not None
    assert float(after.cost_usd.expected) <= float(outlook.cost_usd) * SLACK


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_samples_become_as_cheap_and_as_fast_as_promised(path: Path) -> None:
    (crew,) = load_all(str(path)).crews
    outlook = promised(crew)
    after = optimise_crew(crew, options(), EVERYTHING).after.profile.total
    if outlook is not None and outlook.cost_usd is not None and outlook.seconds is not None:
        assert after.cost_usd is not None
        assert after.cost_usd.expected <= outlook.cost_usd
        assert after.seconds.expected <= outlook.seconds * SLACK


@given(definitions())
@settings(max_examples=EXAMPLES, deadline=None)
def test_no_more_is_promised_than_optimize_keeps(definition: Definition) -> None:
    assert_it_is_kept(crew_of(as_yaml(definition)))


@given(st.permutations(range(4)), st.integers(2, 4))
@settings(max_examples=EXAMPLES, deadline=None)
def test_nor_where_fixes_of_words_and_of_the_order_meet(order: list[int], many: int) -> None:
    subjects = [("tides", "Harbours"), ("soap", "Makers"), ("looms", "Weavers"), ("bees", "Keepers")]
    chosen = [subjects[place] for place in order[:many]]
    agents = {
        name: {"role": role, "goal": f"Know {name}", "backstory": "Old.", "llm": "openai/gpt-4o"}
        for name, role in [*chosen, ("editor", "Editor")]
    }
    tasks = [
        {
            "name": f"study_{name}",
            "description": f"Study {name} and list what matters.",
            "expected_output": f"A list of 12 facts on {name}.",
            "agent": name,
        }
        for name, _ in chosen
    ]
    tasks.append(
        {
            "name": "write",
            "description": f"Write an essay on {chosen[0][0]} from the list of facts.",
            "expected_output": "An essay of 400 words.",
            "agent": "editor",
        }
    )
    assert_it_is_kept(crew_of(as_yaml({"name": "team", "agents": agents, "tasks": tasks})))


@given(definitions())
@settings(max_examples=EXAMPLES, deadline=None)
def test_it_is_what_the_rewritten_text_would_take(
    definition: Definition,
) -> None:
    crew = crew_of(as_yaml(definition))
    of_data = promised(crew)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outlooks, "_of_data", lambda *_: None)
        assert promised(crew) == of_data
