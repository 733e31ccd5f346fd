from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.definition import Guardrail, Model, ModelSource
from crewprof.crew.written import Judge, Written
from crewprof.models.catalogue import lookup
from crewprof.quantity import Amount, Range, total
from crewprof.semantics.call import CallKind, CallRule, Driver, Prompt
from tests.estimate.builders import PLACE, agent, crew, model, profiled, task, tool

if TYPE_CHECKING:
    from crewprof.crew.definition import Task
    from crewprof.estimate.profile import Profile

EXPECTED = st.sampled_from(
    ["A number.", "A report.", "5 bullet points.", "A detailed report, 800 words.", "Answer"]
)


@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    count = draw(st.integers(1, 5))
    return [
        task(
            f"t{at}",
            draw(EXPECTED),
            agent=draw(st.sampled_from(["writer", "helper"])),
            context=draw(
                st.none() | st.just(()) | st.sampled_from([(f"t{k}",) for k in range(at)])
                if at
                else st.none()
            ),
            tools=draw(st.sampled_from([(), (tool(),), (tool(), tool("ScrapeWebsiteTool"))])),
        )
        for at in range(count)
    ]


def two_agents(**changes: object) -> tuple[object, ...]:
    return (agent(**changes), agent("helper", llm=model("gpt-4.1-mini")))  # type: ignore[arg-type]


def of(found: list[Task], **changes: object) -> Profile:
    return profiled(crew(found, two_agents(**changes)))  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(tasks())
def test_sums_add_up(found: list[Task]) -> None:
    profile = of(found)
    for name in ("calls", "input_tokens", "output_tokens", "cached_input_tokens"):
        summed = total((getattr(one, name) for one in profile.tasks), 0.0)
        whole = getattr(profile.total, name)
        assert whole.expected == pytest.approx(summed.expected)
        assert whole.high == pytest.approx(summed.high)
    for name in ("input_tokens", "output_tokens"):
        agents = total((getattr(one, name) for one in profile.agents), 0.0)
        assert agents.expected == pytest.approx(getattr(profile.total, name).expected)
    costs = [one.cost_usd for one in profile.tasks if one.cost_usd is not None]
    assert profile.total.cost_usd is not None
    assert profile.total.cost_usd.expected == total(costs, Decimal(0)).expected
    for one in profile.tasks:
        assert one.first_call.input_tokens == sum(one.first_call.parts.values())


@settings(max_examples=60, deadline=None)
@given(tasks())
def test_the_ceiling_is_above_the_high_estimate(found: list[Task]) -> None:
    for one in of(found).tasks:
        assert one.ceiling.tokens is not None
        assert one.ceiling.tokens >= one.input_tokens.high + one.output_tokens.high
        assert one.cost_usd is not None
        assert one.ceiling.cost_usd is not None
        assert one.ceiling.cost_usd >= one.cost_usd.high


@settings(max_examples=40, deadline=None)
@given(tasks(), st.text(alphabet="abc .\n", min_size=1, max_size=60))
def test_a_longer_backstory_never_costs_less(found: list[Task], more: str) -> None:
    short, long = of(found, backstory="You write."), of(found, backstory="You write." + " very well " + more)
    assert short.total.cost_usd is not None
    assert long.total.cost_usd is not None
    assert short.total.cost_usd.expected <= long.total.cost_usd.expected
    assert short.total.input_tokens.expected <= long.total.input_tokens.expected


@settings(max_examples=40, deadline=None)
@given(tasks())
def test_a_further_tool_never_lowers_calls_or_cost(found: list[Task]) -> None:
    from dataclasses import replace

    more = [replace(found[0], tools=(*found[0].tools, tool("FileReadTool"))), *found[1:]]
    before, after = of(found).tasks[0], of(more).tasks[0]
    assert before.calls.low <= after.calls.low
    assert before.calls.expected <= after.calls.expected
    assert before.calls.high <= after.calls.high


@settings(max_examples=40, deadline=None)
@given(tasks(), st.integers(1, 300))
def test_max_tokens_caps_answers_and_what_others_receive(found: list[Task], limit: int) -> None:
    capped = of(found, llm=model(max_tokens=limit))
    for one in capped.tasks:
        if one.agent == "writer":
            assert one.answer_tokens.high <= limit
            assert one.output_tokens.high <= limit * one.calls.high + 1e-6
    assert capped.total.input_tokens.expected <= of(found).total.input_tokens.expected


@settings(max_examples=30, deadline=None)
@given(st.integers(20_000, 900_000))
def test_an_answer_is_no_longer_than_its_model_writes(words: int) -> None:
    entry = lookup("gpt-4o-mini")
    assert entry is not None
    assert entry.max_output_tokens is not None
    (written,) = profiled(crew([task("a", f"A book of {words} words.")])).tasks
    assert written.answer_tokens.expected <= written.answer_tokens.high <= entry.max_output_tokens


def test_an_output_becomes_the_context_of_the_tasks_that_receive_it() -> None:
    profile = profiled(crew([task("a", "A detailed report."), task("b", "A number.")]))
    first, second = profile.tasks
    assert second.first_call.parts["context"] == round(first.answer_tokens.expected)
    assert [edge.task for edge in second.depends_on] == ["a"]
    assert second.depends_on[0].via == "default"


def test_tasks_that_run_together_take_as_long_as_the_slowest() -> None:
    both = [
        task(name, "A report.", agent=who, async_execution=True, context=())
        for name, who in (("a", "writer"), ("b", "helper"))
    ]
    last = task("c", "A number.", context=("a", "b"))
    profile = of([*both, last])
    seconds = {one.name: one.seconds.expected for one in profile.tasks}
    assert profile.schedule.groups == (("a", "b"), ("c",))
    assert profile.total.seconds.expected == pytest.approx(max(seconds["a"], seconds["b"]) + seconds["c"])
    assert profile.schedule.seconds == pytest.approx(profile.total.seconds.expected)


def test_max_rpm_of_a_crew_makes_its_calls_wait() -> None:
    many = [task(f"t{at}", "A number.") for at in range(5)]
    assert profiled(crew(many, max_rpm=2)).total.seconds.expected == 120.0
    assert profiled(crew(many)).total.seconds.expected < 60.0


def test_a_model_without_a_price_has_no_cost_and_is_counted() -> None:
    profile = profiled(
        crew([task("a"), task("b", agent="helper")], [agent(), agent("helper", llm=model("acme/unheard-of"))])
    )
    priced, unpriced = profile.tasks
    assert priced.cost_usd is not None
    assert unpriced.cost_usd is None
    assert profile.total.unpriced_calls == 1
    assert profile.total.cost_usd == priced.cost_usd.opened()
    assert profile.total.lower_bounds == {"cost", "ceiling"}
    assert not profile.total.complete
    assert [gap.what for gap in profile.gaps] == ["the price of acme/unheard-of"]
    assert profile.agents[1].model.priced is False
    assert unpriced.ceiling.tokens is None
    assert unpriced.ceiling.unbounded_because


def test_a_reasoning_model_bills_hidden_tokens_that_no_task_receives() -> None:
    plain = profiled(crew([task("a"), task("b")])).tasks
    thinking = profiled(crew([task("a"), task("b")], [agent(llm=model("o3-mini"))])).tasks
    assert thinking[0].output_tokens.expected > plain[0].output_tokens.expected
    assert thinking[1].first_call.parts["context"] == plain[1].first_call.parts["context"]


def test_guardrail_failures_run_the_task_again() -> None:
    one = task("a", guardrails=(Guardrail("is short", PLACE),))
    prompt = Prompt(())
    verdict = CallRule(CallKind.GUARDRAIL, None, model(), prompt, Driver.GUARDRAIL_FAILURE, 1, most=4)
    again = CallRule(CallKind.TASK, "writer", model(), prompt, Driver.GUARDRAIL_FAILURE, 0, most=9)
    (found,) = profiled(crew([one]), more={"a": [verdict, again]}).tasks
    assert found.calls.low == 2
    assert found.calls.high == 4


def test_what_nothing_bounds_has_no_ceiling_and_says_why() -> None:
    endless = CallRule(
        CallKind.PLAN,
        "writer",
        model(),
        Prompt(()),
        Driver.ONCE,
        1,
        unbounded_because="plans are refined forever",
    )
    profile = profiled(crew([task("a")]), more={"a": [endless]})
    assert profile.total.ceiling.tokens is None
    assert profile.total.ceiling.cost_usd is None
    assert profile.total.ceiling.unbounded_because == ("plans are refined forever",)


def test_calls_of_no_task_are_overhead_before_the_first_task() -> None:
    planner = CallRule(CallKind.CREW_PLANNING, None, model(), Prompt(()), Driver.ONCE, 1, most=1)
    without, planned = profiled(crew([task("a")])), profiled(crew([task("a")]), outside=[planner])
    assert [line.kind for line in planned.overhead] == ["crew-planning"]
    assert planned.total.calls.expected == 2
    assert planned.total.seconds.expected > without.total.seconds.expected
    assert planned.tasks[0].calls == Amount.of(Range.exactly(1.0), "counted")


def test_every_number_names_the_assumptions_it_rests_on() -> None:
    profile = profiled(crew([task("a", "A report.", tools=(tool(),))]))
    names = {one.name for one in profile.assumptions}
    assert set(profile.tasks[0].assumed) <= names
    assert {"answer_report_tokens", "tool_SerperDevTool_tokens", "tool_uses_open_native"} <= names


def test_inputs_that_only_the_projects_code_gives_make_the_count_inexact_and_are_named() -> None:
    from dataclasses import replace

    one = crew([task("a", description="Write about {topic}.")])
    project = replace(one, written=Written("crewbase", Judge.CLASS), inputs_known=False)
    told = replace(project, inputs={"topic": "ants"})
    assert profiled(one).tasks[0].first_call.exact
    assert not profiled(project).tasks[0].first_call.exact
    assert any("topic" in note for note in profiled(project).notes)
    assert profiled(told).tasks[0].first_call.exact
    assert profiled(told).notes == ()


def test_a_model_that_cannot_be_known_costs_nobody_knows_what_but_takes_time() -> None:
    nameless = agent(llm=Model(None, ModelSource.UNKNOWN))
    profile = profiled(crew([task("t")], (nameless,)))
    assert profile.total.cost_usd is None
    assert 0 < profile.total.seconds.low < profile.total.seconds.expected < profile.total.seconds.high
    assert {"speed_unknown_first_token", "speed_unknown_output"} <= {one.name for one in profile.assumptions}
