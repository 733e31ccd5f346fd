"""Every call of a run is one that the rules foresee, word for word but for what the run fills in."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.semantics.call import CallKind
from crewprof.semantics.calls import call_rules, crew_rules
from crewprof.semantics.delegated_calls import handed_over
from crewprof.semantics.memory_calls import delegated_memory_rules
from crewprof.semantics.prompt_setting import PromptSetting
from crewprof.semantics.runner import worker
from tests.conformance.comparing import installed_texts, load, newest, today
from tests.conformance.matching import rules_matching
from tests.conformance.profile import conformance
from tests.conformance.project import SKILL
from tests.conformance.random_crews import Definition, Features, definitions
from tests.conformance.recording_llm import (
    NEVER_STOPS,
    Script,
    UsesTools,
    answers_at_once,
    answers_badly,
)
from tests.conformance.running import run_definition

AGENT = {"role": "Writer of {topic}", "goal": "Write.\n", "backstory": "You write.", "llm": "gpt-4o"}
OTHER = {**AGENT, "role": "Reader"}
SCHEMA = {
    "title": "Report",
    "type": "object",
    "properties": {"title": {"type": "string"}, "pages": {"type": "integer"}},
    "required": ["title"],
}
TOOLS = {"tools": ["custom:lookup", "custom:sum_numbers"]}


def crew(
    agent: dict[str, Any] | None = None, task: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Two tasks of one agent, the second with ``task``'s keys; a second agent beside it."""
    first = {"name": "one", "description": "Find {topic}.", "expected_output": "Notes", "agent": "a"}
    second = {"name": "two", "description": "Write {topic}.", "expected_output": "Text", "agent": "a"}
    return {
        "agents": {"a": {**AGENT, **(agent or {})}, "b": dict(OTHER)},
        "tasks": [first, {**second, **(task or {})}],
        "inputs": {"topic": "bees"},
        **more,
    }


LONG = {"description": "Write about {topic}. " * 12}
LOW = {"reasoning_effort": "low", "max_attempts": 1}

CASES: dict[str, tuple[dict[str, Any], Script, bool, set[CallKind]]] = {
    "plain": (crew(), answers_at_once, True, {CallKind.TASK}),
    "tools": (crew(TOOLS), UsesTools(2), True, {CallKind.TASK, CallKind.LOOP}),
    "tools in text": (crew(TOOLS), UsesTools(2), False, {CallKind.TASK, CallKind.LOOP}),
    "limit": (crew({**TOOLS, "max_iter": 2}), NEVER_STOPS, True, {CallKind.LOOP, CallKind.FORCED_FINAL}),
    "limit in text": (crew({**TOOLS, "max_iter": 2}), NEVER_STOPS, False, {CallKind.FORCED_FINAL}),
    "delegation": (
        crew({"allow_delegation": True}),
        UsesTools(1, delegates=True),
        True,
        {CallKind.TASK, CallKind.LOOP, CallKind.WORKER},
    ),
    "hierarchy": (
        crew(process="hierarchical", manager_llm="gpt-4o"),
        UsesTools(1, delegates=True),
        True,
        {CallKind.TASK, CallKind.LOOP, CallKind.WORKER},
    ),
    "guardrail": (crew(task={"guardrail": "Be short."}), answers_at_once, True, {CallKind.GUARDRAIL}),
    "refused": (
        crew(task={"guardrail": {"python": "checks.rejects"}, "guardrail_max_retries": 1}),
        answers_at_once,
        True,
        {CallKind.TASK},
    ),
    "conversion": (crew(TOOLS, {"output_pydantic": SCHEMA}), answers_badly, True, {CallKind.CONVERTER}),
    "conversion without function calling": (
        crew(TOOLS, {"output_pydantic": SCHEMA}),
        answers_badly,
        False,
        {CallKind.CONVERTER},
    ),
    "memory": (crew(task=LONG, memory=True), answers_at_once, True, {CallKind.MEMORY_RECALL}),
    "memory saved": (crew(memory=True), answers_at_once, True, {CallKind.MEMORY_SAVE}),
    "plan": (crew({"planning": True}), answers_at_once, True, {CallKind.PLAN, CallKind.STEP}),
    "plan with tools": (
        crew({"planning": True, **TOOLS}),
        answers_at_once,
        True,
        {CallKind.PLAN, CallKind.STEP, CallKind.SYNTHESIS},
    ),
    "plan observed": (crew({"planning_config": {}}), answers_at_once, True, {CallKind.OBSERVATION}),
    "plan not used": (crew({"planning_config": LOW}), answers_at_once, False, {CallKind.PLAN, CallKind.TASK}),
    "skills to load": (crew({"skills": ["skills"]}), answers_at_once, True, {CallKind.TASK}),
    "skills to load in text": (
        crew({"skills": ["skills"], **TOOLS}),
        answers_at_once,
        False,
        {CallKind.TASK},
    ),
    "skill in the crew": (
        crew({"use_system_prompt": False}, skills=[SKILL.format(name="limerick")]),
        answers_at_once,
        True,
        {CallKind.TASK},
    ),
    "images": (
        crew({"multimodal": True, "llm": "gpt-4"}),
        UsesTools(1),
        True,
        {CallKind.TASK, CallKind.LOOP},
    ),
    "crew planning": (crew(planning=True), answers_at_once, True, {CallKind.CREW_PLANNING, CallKind.TASK}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_call_is_foreseen(case: str) -> None:
    definition, script, function_calling, expected = CASES[case]
    assert expected <= kinds_of_calls(definition, script, function_calling=function_calling)


SCRIPTS = st.sampled_from([answers_at_once, UsesTools(2), UsesTools(1, delegates=True)])
REMEMBERING = Features(conditional=0, asynchronous=0, memory=0.3, planning=0.2, guardrail=0.2)
PLANNING = replace(REMEMBERING, agent_planning=0.5, delegation=0, hierarchical=0)


@conformance
@given(definitions(REMEMBERING), SCRIPTS, st.booleans())
def test_every_call_of_random_crews_is_foreseen(
    definition: Definition, script: Script, function_calling: bool
) -> None:
    kinds_of_calls(definition, script, function_calling=function_calling)


@conformance
@given(definitions(PLANNING), SCRIPTS, st.booleans())
def test_every_call_of_random_planning_crews_is_foreseen(
    definition: Definition, script: Script, function_calling: bool
) -> None:
    """Without delegation: what a coworker that plans does with work handed to it is not told apart."""
    kinds_of_calls(definition, script, function_calling=function_calling)


def kinds_of_calls(definition: Definition, script: Script, *, function_calling: bool) -> set[CallKind]:
    """The kinds of the calls of a run; fails for one that no rule foresees."""
    outcome = run_definition(definition, script=script, function_calling=function_calling)
    read = load(definition)
    setting = PromptSetting(installed_texts(), newest(), today(), lambda _: function_calling)
    rules = [
        *crew_rules(read, setting),
        *(one for task in read.tasks for one in call_rules(read, task, setting)),
    ]
    # Rules name one coworker; a run may ask any.
    asked = [rule for rule in rules if rule.kind is CallKind.WORKER][:1]
    others = [found for agent in read.agents if (found := worker(read, agent.name)) is not None]
    rules += [replace(rule, prompt=handed_over(read, other, setting)) for rule in asked for other in others]
    for task in read.tasks if asked else ():
        rules += [
            rule for other in others for rule in delegated_memory_rules(read, task, other, setting, most=1)
        ]
    seen: Counter[CallKind] = Counter()
    for call in outcome.calls:
        matching = rules_matching(call, rules)
        assert matching, f"call {call.number} of {call.owner} is not foreseen: {call.messages}"
        seen[matching[0].kind] += 1
    return set(seen)
