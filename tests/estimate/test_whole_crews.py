"""Profiles of random crews of every kind, with the calls CrewAI makes for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from crewprof.estimate.assumptions import Assumptions
from crewprof.estimate.facts import Facts
from crewprof.estimate.profiler import profile_crew
from crewprof.quantity import total
from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.texts import recorded_texts
from tests.conformance.comparing import load, newest
from tests.conformance.random_crews import Definition, definitions
from tests.estimate.builders import look_up

if TYPE_CHECKING:
    from crewprof.estimate.profile import Profile

AGENTS: dict[str, Any] = {
    "lead": {"role": "Lead", "goal": "lead", "backstory": "You lead.", "llm": "gpt-4o"},
    "hand": {"role": "Hand", "goal": "help", "backstory": "You help.", "llm": "gpt-4o-mini"},
}


def profiled(definition: Definition, **assumptions: float) -> Profile:
    facts = Facts(look_up, Assumptions().with_overrides(assumptions))
    today = date(2026, 1, 1)
    return profile_crew(
        load(definition), behavior=newest(), texts=recorded_texts(NEWEST), today=today, facts=facts
    )


def made(task: dict[str, Any] | None = None, **crew: Any) -> Definition:
    one = {"name": "a", "description": "Write it.", "expected_output": "A report.", "agent": "lead"}
    return {"name": "made", "agents": AGENTS, "tasks": [{**one, **(task or {})}], **crew}


def kinds(profile: Profile) -> list[str]:
    return [line.kind for line in profile.tasks[0].lines]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions())
def test_profiles_of_random_crews_are_sound(definition: Definition) -> None:
    profile = profiled(definition)
    lines = [line for task in profile.tasks for line in task.lines] + list(profile.overhead)
    for name in ("calls", "input_tokens", "output_tokens", "cached_input_tokens"):
        whole, summed = getattr(profile.total, name), total((getattr(one, name) for one in lines), 0.0)
        assert whole.expected == pytest.approx(summed.expected)
        assert summed.low - 1e-6 <= whole.low <= whole.high <= summed.high + 1e-6
    for one in lines:
        assert one.cached_input_tokens.high <= one.input_tokens.high + 1e-6
        assert one.cached_input_tokens.expected <= one.input_tokens.expected + 1e-6
    for task in profile.tasks:
        assert sum(task.first_call.parts.values()) == task.first_call.input_tokens
        assert min(task.first_call.parts.values()) >= 0
        if task.ceiling.tokens is None:
            assert task.ceiling.unbounded_because
        else:
            assert task.ceiling.tokens >= task.input_tokens.high + task.output_tokens.high
    named = {one.name for one in profile.assumptions}
    assert all(set(task.assumed) <= named for task in profile.tasks)


def test_a_manager_hands_the_work_on() -> None:
    profile = profiled(made(process="hierarchical", manager_llm="gpt-4o"))
    assert kinds(profile) == ["task", "loop", "worker"]
    assert profile.tasks[0].calls.low == 1, "a manager may answer itself"
    assert profile.tasks[0].calls.expected >= 3
    assert {one.name for one in profile.agents} == {"lead", "hand", "manager"}
    worker = next(one for one in profile.agents if one.name == "lead")
    assert worker.input_tokens.expected > 0


def test_a_guardrail_is_a_call_and_its_failure_runs_the_task_again() -> None:
    never = profiled(made({"guardrail": "It is short."}), guardrail_failures=0.0)
    often = profiled(made({"guardrail": "It is short."}), guardrail_failures=1.0)
    assert never.tasks[0].calls.expected == 2
    assert often.tasks[0].calls.expected == 4


def test_memory_adds_calls_and_has_no_ceiling() -> None:
    profile = profiled(made(memory=True))
    assert "memory-save" in kinds(profile)
    assert profile.total.ceiling.tokens is None
    assert profile.total.ceiling.unbounded_because


def test_planning_a_crew_is_overhead_on_its_own_model() -> None:
    (planning,) = profiled(made(planning=True)).overhead
    assert planning.kind == "crew-planning"
    assert planning.model == newest().planning_model
    assert planning.cost_usd is not None


def test_max_iter_limits_the_uses_of_tools_and_forces_an_answer() -> None:
    def with_limit(limit: int) -> Profile:
        agents = {**AGENTS, "lead": {**AGENTS["lead"], "max_iter": limit, "tools": ["ScrapeWebsiteTool"]}}
        return profiled({**made(), "agents": agents})

    free, limited = with_limit(25), with_limit(2)
    assert kinds(free) == ["task", "loop"]
    assert kinds(limited) == ["task", "loop", "forced-final"]
    assert limited.tasks[0].calls.high == 3
    assert limited.tasks[0].calls.high < free.tasks[0].calls.high
    assert limited.total.ceiling.tokens is not None
    assert free.total.ceiling.tokens is not None
    assert limited.total.ceiling.tokens < free.total.ceiling.tokens


def test_a_task_without_an_agent_is_not_run_and_named() -> None:
    definition = made()
    del definition["tasks"][0]["agent"]
    profile = profiled(definition)
    assert profile.total.calls.expected == 0
    assert any("no agent" in note for note in profile.notes)


def test_a_task_that_may_be_skipped_costs_nothing_at_least() -> None:
    tasks = [
        {"name": "a", "description": "Look.", "expected_output": "A word.", "agent": "lead"},
        {
            "name": "b",
            "description": "Write.",
            "expected_output": "A word.",
            "agent": "lead",
            "type": "ConditionalTask",
            "condition": {"python": "checks.needed"},
        },
    ]
    profile = profiled({"name": "made", "agents": AGENTS, "tasks": tasks})
    skipped = profile.tasks[1]
    assert (skipped.calls.low, skipped.calls.expected) == (0.0, 1.0)
    assert skipped.input_tokens.low == skipped.output_tokens.low == skipped.seconds.low == 0.0
    assert profile.total.calls.low == 1.0


SERVER = "https://tools.example.com/mcp"


def with_server(**facts: Any) -> Profile:
    definition = made()
    lead = {**AGENTS["lead"], "mcps": [SERVER]}
    definition["agents"] = {**AGENTS, "lead": lead}
    return profile_crew(
        load(definition),
        behavior=newest(),
        texts=recorded_texts(NEWEST),
        today=date(2026, 1, 1),
        facts=Facts(look_up, **facts),
    )


def test_the_definitions_of_a_server_go_with_every_call_and_are_said_to_be_unknown() -> None:
    without, unknown = profiled(made()), with_server()
    added = (unknown.tasks[0].first_call.input_tokens or 0) - (without.tasks[0].first_call.input_tokens or 0)
    assert added > 4500
    assert not unknown.tasks[0].first_call.exact
    assert unknown.tasks[0].calls.high >= 8
    assert any(SERVER in note and "mcp-definition-tokens" in note for note in unknown.notes)


def test_the_settings_say_what_the_definitions_of_a_server_take() -> None:
    small, large = (
        with_server(mcp_definition_tokens={SERVER: tokens}).tasks[0].first_call.input_tokens or 0
        for tokens in (100, 3100)
    )
    assert large - small == 3000
