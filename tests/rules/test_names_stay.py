"""No output that a text names is dropped, whatever names it and whatever else the crew makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.rules.cp101_unneeded_context import UnneededContext
from tests.rules.checking import crew_of, findings, fixed

if TYPE_CHECKING:
    import random

RULE = UnneededContext()
WORK = (
    (
        "market",
        "Describe the market for bicycle bells.",
        "A report of 600 words.",
        "Market Analyst",
        "the market",
    ),
    ("law", "List the laws on noise in traffic.", "A list of ten laws.", "Lawyer", "the laws"),
    ("metals", "Compare brass and steel for small bells.", "A table.", "Chemist", "what the chemist says"),
    ("survey", "Ask 40 cyclists what they hear.", "Forty answers.", "Interviewer", "the answers"),
    ("costing", "Reckon what a bell costs to make.", "Costs by part.", "Controller", "the costs by part"),
    (
        "history",
        "Tell how bells came onto bicycles.",
        "Four anecdotes.",
        "Historian",
        "the anecdotes",
    ),
    ("patents", "Search patents on bells.", "Six patents.", "Attorney", "the attorney's view"),
)
"""Tasks of different subjects, and how another text speaks of what they made."""


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(WORK), min_size=3, max_size=6, unique=True), st.randoms(use_true_random=False)
)
def test_what_is_named_by_name_output_or_role_stays(
    work: list[tuple[str, ...]], chance: random.Random
) -> None:
    named = chance.sample(work, chance.randint(1, len(work)))
    agents = {
        f"a_{name}": {"role": role, "goal": "Work", "backstory": "Calm.", "llm": "openai/gpt-4o"}
        for name, _, _, role, _ in work
    }
    tasks = [
        {"name": name, "description": told, "expected_output": wanted, "agent": f"a_{name}"}
        for name, told, wanted, _, _ in work
    ]
    spoken = ", ".join(one[4] for one in named)
    tasks.append(
        {
            "name": "advice",
            "description": f"Say whether to start, from {spoken}.",
            "expected_output": "Yes or no.",
            "agent": f"a_{work[0][0]}",
        }
    )
    crew = crew_of(yaml.safe_dump({"agents": agents, "tasks": tasks}, sort_keys=False))
    for found in findings(RULE, crew):
        if found.tasks == ("advice",):
            (text,) = fixed(found, crew).values()
            kept = yaml.safe_load(text.text)["tasks"][-1]["context"]
            assert {one[0] for one in named} <= set(kept)
