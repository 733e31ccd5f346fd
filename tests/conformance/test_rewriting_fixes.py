"""Unsafe fixes that rewrite texts or contexts, each alone on the real CrewAI: what a text names still reaches
its task, and so does every instruction."""

from __future__ import annotations

import json

import pytest
import yaml

from crewprof.analysis.subject import subject_of
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.findings import Applicability, DeleteText, MoveEntry, SetValue
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rules.registry import every_rule, rule
from crewprof.source.text import SourceText
from tests.conformance.rewriting import OPTIONS, run, sent_by_name

PRAISE = "You are a world-class professional with 20 years of experience."
ORDER = "Write each number in words and underline every second line with red ink."
AGENTS = f"""
agents:
  a: {{role: Miner, goal: Dig, backstory: "{PRAISE} Dig by the plan of the mine.", llm: openai/gpt-4o}}
  b: {{role: Baker, goal: Bake, backstory: Calm., llm: openai/gpt-4o}}
  c: {{role: Judge, goal: Judge, backstory: Calm., llm: openai/gpt-4o}}
"""
"""Instructions that have to stay: the plan of the mine, the ink, and what the tasks are to do."""
GRANITE = (
    "  - {name: granite, description: Describe the granite of the hill., expected_output: %s, agent: a%s}\n"
)
LOAVES = "  - {name: loaves, description: Describe the loaves of the inn., expected_output: %s, agent: b%s}\n"
LAST = "  - {name: last, description: '%s', expected_output: '%s', agent: c%s}\n"
BOTH = "Decide on the granite and the loaves."


def crew(
    granite: str = "",
    loaves: str = "",
    told: str = BOTH,
    wanted: str = "One line",
    last: str = "",
    *,
    size: str = "One line",
) -> str:
    first = GRANITE % (f"{size} on granite", granite) + LOAVES % (f"{size} on loaves", loaves)
    return AGENTS + "tasks:\n" + first + LAST % (told, wanted, last)


CREWS = {
    "CP005": crew(last=", context: [granite, loavs]"),
    "CP007": crew(last=", context: [granite, loaves, last]"),
    "CP008": crew(
        granite=", async_execution: true", loaves=", async_execution: true", last=", async_execution: true"
    ),
    "CP011": crew(last=", async_execution: true"),
    "CP101": crew(told="Edit the loaves. Shorten long sentences.", size="300 words"),
    "CP102": crew(),
    "CP103": crew(told=f"{BOTH} {ORDER}", wanted=f"One line. {ORDER}"),
    "CP107": crew().replace("Calm.", '"Calm.\\n \\n \\n \\n \\n \\n \\n \\n \\n \\n \\n \\n \\n \\n"'),
    "CP202": crew(size="300 words"),
}


@pytest.mark.parametrize("code", sorted(CREWS))
def test_a_fix_alone_keeps_what_is_named_and_asked_for(code: str) -> None:
    text = CREWS[code]
    read = load_crew_yaml(SourceText("crew.yaml", text))
    found = [one for one in rule(code).check(subject_of(read, OPTIONS)) if one.fix and one.fix.changes]
    assert found, f"{code} finds nothing to mend"
    fixes = [one.fix for one in found if one.fix is not None]
    assert all(fix.applicability is Applicability.UNSAFE for fix in fixes)
    result = rewrite_documents(fixes[:1], read.texts)
    assert not result.refused
    after = result.texts["crew.yaml"].text
    outcome = run(after)
    assert outcome.finished, outcome.error
    (task,) = [one for one in yaml.safe_load(after)["tasks"] if one["name"] == "last"]
    names = [one["name"] for one in yaml.safe_load(after)["tasks"]]
    sent = {name: json.loads(calls[0])[0] for name, calls in sent_by_name(outcome, names).items() if name}
    prompts = {name: "\n".join(str(one["content"]) for one in messages) for name, messages in sent.items()}
    for other in (one for one in ("granite", "loaves") if f"the {one}" in task["description"]):
        assert f"Output of {other}." in prompts["last"], after
    assert "plan of the mine" in prompts["granite"]
    assert "granite of the hill" in prompts["granite"]
    assert "loaves of the inn" in prompts["loaves"]
    assert ("red ink" in prompts["last"]) == (ORDER in text)


def test_each_rule_that_rewrites_texts_or_contexts_is_among_them() -> None:
    """Of all crews here together: whatever unsafe fix touches a text or a context is one of those above."""
    rewriting = {"context", "description", "expected_output", "role", "goal", "backstory"}
    seen = set()
    for text in CREWS.values():
        subject = subject_of(load_crew_yaml(SourceText("crew.yaml", text)), OPTIONS)
        for one in every_rule():
            for found in one.check(subject):
                if found.fix is None or found.fix.applicability is not Applicability.UNSAFE:
                    continue
                for change in found.fix.changes:
                    keys = {key for key in change.route if isinstance(key, str)}
                    if isinstance(change, DeleteText | MoveEntry) or (
                        isinstance(change, SetValue) and keys & rewriting
                    ):
                        seen.add(one.code)
    assert seen <= set(CREWS)
