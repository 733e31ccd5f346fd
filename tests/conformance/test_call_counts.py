"""How many calls crews make: what the rules say against the real crewai with a scripted LLM."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.semantics.call import CallKind, CallRule, Driver
from crewprof.semantics.calls import call_rules, crew_rules
from crewprof.semantics.prompt_setting import PromptSetting
from tests.conformance.comparing import installed_texts, load, newest, today
from tests.conformance.profile import conformance, crashes
from tests.conformance.random_crews import Definition, Features, definitions
from tests.conformance.recording_llm import NEVER_STOPS, Script, UsesTools, answers_at_once
from tests.conformance.running import Outcome, run_definition

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew


def rules_of(crew: Crew, *, function_calling: bool) -> list[CallRule]:
    """All rules of a crew."""
    setting = PromptSetting(installed_texts(), newest(), today(), lambda _: function_calling)
    rules = [rule for task in crew.tasks for rule in call_rules(crew, task, setting)]
    return [*crew_rules(crew, setting), *rules]


def expected_calls(rules: list[CallRule], occurrences: Counter[Driver]) -> int:
    """The calls that the rules give when each driver occurs so often in every task that has it."""
    calls = 0
    for rule in rules:
        drawn = rule.least + rule.per_driver * occurrences[rule.driver]
        calls += drawn if rule.most is None else min(drawn, rule.most)
    return calls


TOOLLESS = Features(structured=0, guardrail=0, conditional=0, asynchronous=0, delegation=0, hierarchical=0)


@conformance
@given(definitions(Features(conditional=0)), st.booleans())
def test_crews_that_answer_at_once(definition: Definition, function_calling: bool) -> None:
    outcome = run_definition(definition, function_calling=function_calling)
    crew = load(definition)
    if outcome.finished:
        rules = rules_of(crew, function_calling=function_calling)
        assert len(outcome.calls) == expected_calls(rules, Counter())


@conformance
@given(definitions(TOOLLESS), st.booleans(), st.integers(1, 3))
def test_crews_that_use_a_tool(definition: Definition, function_calling: bool, uses: int) -> None:
    for agent in definition["agents"].values() if isinstance(definition["agents"], dict) else []:
        agent.pop("max_iter", None)
    outcome = run_definition(definition, script=UsesTools(uses), function_calling=function_calling)
    if outcome.finished and isinstance(definition["agents"], dict):
        rules = rules_of(load(definition), function_calling=function_calling)
        assert len(outcome.calls) == expected_calls(rules, Counter({Driver.TOOL_USE: uses}))


@conformance
@given(definitions(TOOLLESS), st.booleans())
def test_crews_that_never_stop(definition: Definition, function_calling: bool) -> None:
    """One run of each task goes to its limit and one call beyond."""
    outcome = run_definition(definition, script=NEVER_STOPS, function_calling=function_calling)
    if not outcome.finished:
        return
    crew = load(definition)
    setting = PromptSetting(installed_texts(), newest(), today(), lambda _: function_calling)
    expected = 0
    for task in crew.tasks:
        rules = call_rules(crew, task, setting)
        forced = [rule for rule in rules if rule.kind is CallKind.FORCED_FINAL]
        loops = [rule for rule in rules if rule.kind is CallKind.LOOP]
        expected += 1
        for rule, runs in zip(loops, (one.most for one in forced), strict=True):
            assert rule.most is not None
            assert runs is not None
            expected += rule.most // runs + 1
    assert len(outcome.calls) == expected


@pytest.mark.parametrize("script", [answers_at_once, UsesTools(2), UsesTools(1, delegates=True), NEVER_STOPS])
def test_no_run_exceeds_its_bounds(script: Script) -> None:
    @conformance
    @given(definitions(Features(conditional=0)), st.booleans())
    def check(definition: Definition, function_calling: bool) -> None:
        outcome = run_definition(definition, script=script, function_calling=function_calling)
        if outcome.finished and not any_crash(load(definition), outcome):
            rules = rules_of(load(definition), function_calling=function_calling)
            assert all(rule.most is not None for rule in rules)
            assert len(outcome.calls) <= sum(rule.most or 0 for rule in rules)
            assert len(outcome.calls) >= sum(rule.least for rule in rules)

    check()


def any_crash(crew: Crew, outcome: Outcome) -> bool:
    """Whether two tasks of one run have the same agent."""
    return any(crashes(crew, outcome, index) for group in outcome.groups for index in group)
