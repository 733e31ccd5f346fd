"""CP0xx on what CrewAI ignores or does otherwise than the text says: seen on the real crewai."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest

from crewprof.findings import Applicability, Severity
from crewprof.rules.registry import rule_named
from tests.conformance.recording_llm import RecordedCall, UsesTools, answers_badly
from tests.rules.checking import crew_of, diff_of, finding, findings, fixed, spot
from tests.rules.real_crew import built, ran

AGENTS = """
agents:
  a: {role: Ra, goal: G, backstory: B, llm: gpt-4o}
  b: {role: Rb, goal: G, backstory: B, llm: gpt-4o}
"""
LEAD_IN = "This is the context you're working with:"
SCHEMA = "{title: Report, type: object, properties: {title: {type: string}}, required: [title]}"


def text(tasks: str, agents: str = AGENTS, crew: str = "") -> str:
    return f"{dedent(agents).strip()}\n{crew}tasks:\n" + "".join(
        f"  - {line.strip()}\n" for line in tasks.strip().splitlines()
    )


def task(name: str, rest: str = "agent: a") -> str:
    return f"{{name: {name}, description: Do {name}., expected_output: It., {rest}}}\n"


def test_async_task_without_context_gets_none() -> None:
    crew = text(task("one") + task("two", "agent: b, async_execution: true") + task("three"))
    rule = rule_named("CP011")

    found = finding(rule, crew_of(crew))
    mended = next(iter(fixed(found, crew_of(crew)).values())).text

    assert (found.severity, found.tasks) == (Severity.WARNING, ("two",))
    assert LEAD_IN not in ran(crew).first_call(1).text
    assert "Output of task 0" in ran(mended).first_call(1).text
    assert not findings(rule, crew_of(mended))
    assert not findings(rule, crew_of(crew.replace("async_execution: true", "context: []")))
    assert not findings(rule, crew_of(text(task("two", "agent: b, async_execution: true") + task("three"))))


def test_max_tokens_of_an_agent_never_reaches_the_llm() -> None:
    crew = text(task("one"), AGENTS.replace("llm: gpt-4o}", "max_tokens: 500, llm: gpt-4o}", 1))

    found = finding(rule_named("CP012"), crew_of(crew))
    mended = next(iter(fixed(found, crew_of(crew)).values())).text

    assert built(crew).agents[0].llm.max_tokens is None
    assert built(mended).agents[0].llm.max_tokens == 500
    assert not findings(rule_named("CP012"), crew_of(mended))


@pytest.mark.parametrize(
    ("code", "written", "told"),
    [
        ("CP012", "max_tokens: 500, llm", "CrewAI ignores max_tokens of agents a and b: "),
        ("CP018", "guardrail: Names every source., llm", "CrewAI ignores guardrail of agents a and b: "),
    ],
)
def test_one_mistake_of_several_agents_is_told_and_mended_once(code: str, written: str, told: str) -> None:
    crew = crew_of(text(task("one") + task("two", "agent: b"), AGENTS.replace("llm", written)))

    found = finding(rule_named(code), crew)

    assert found.message.startswith(told)
    assert found.agents == ("a", "b")
    if code == "CP012":
        mended = next(iter(fixed(found, crew).values())).text
        assert [agent.llm.max_tokens for agent in built(mended).agents] == [500, 500]


def test_null_context_means_everything_and_the_fix_keeps_every_prompt() -> None:
    crew = text(task("one") + task("two", "agent: b, context: null"))

    found = finding(rule_named("CP015"), crew_of(crew))
    mended = next(iter(fixed(found, crew_of(crew)).values())).text

    assert found.fix is not None
    assert found.fix.applicability is Applicability.SAFE
    assert "Output of task 0" in ran(crew).first_call(1).text
    assert ran(crew).first_call(1).messages == ran(mended).first_call(1).messages
    assert not findings(rule_named("CP015"), crew_of(mended))
    assert not findings(rule_named("CP015"), crew_of(text(task("one", "agent: b, context: null"))))


def test_output_class_as_text_is_dropped() -> None:
    crew = text(task("one", "agent: a, output_pydantic: schemas.Report"))

    found = finding(rule_named("CP016"), crew_of(crew))

    assert built(crew).tasks[0].output_pydantic is None
    assert diff_of(found, crew_of(crew)).count("{python: schemas.Report}") == 1
    assert not findings(rule_named("CP016"), crew_of(crew.replace("schemas.Report", SCHEMA)))


def test_response_model_has_no_effect_beside_tools() -> None:
    crew = text(task("one", f"agent: a, tools: [FileReadTool], response_model: {SCHEMA}"))
    plain = crew.replace("tools: [FileReadTool], ", "")

    finding(rule_named("CP017"), crew_of(crew))

    assert ran(crew, answers_badly).calls[0].response_model is None
    assert "schema" not in ran(crew, answers_badly).calls[0].text
    assert ran(plain).calls[0].response_model is not None
    assert not findings(rule_named("CP017"), crew_of(plain))


def test_guardrail_of_an_agent_is_not_checked() -> None:
    crew = text(
        task("one"), AGENTS.replace("llm: gpt-4o}", "guardrail: Names every source., llm: gpt-4o}", 1)
    )
    on_task = text(task("one", "agent: a, guardrail: Names every source."))

    finding(rule_named("CP018"), crew_of(crew))

    assert len(ran(crew).calls) == 1
    assert len(ran(on_task).calls) == 2
    assert not findings(rule_named("CP018"), crew_of(on_task))


def test_placeholders_without_any_inputs_are_sent_as_they_are() -> None:
    crew = text(task("one", "agent: a").replace("Do one.", "'Do {topic}.'"))

    assert "Do {topic}." in ran(crew).calls[0].text
    assert not findings(rule_named("CP020"), crew_of(crew)), "who starts the crew gives its inputs"
    assert not findings(rule_named("CP020"), crew_of(crew), inputs={"topic": "x"})
    assert findings(rule_named("CP020"), crew_of(crew), inputs={"x": "x"})[0].severity is Severity.ERROR


def test_unused_agent_is_never_asked() -> None:
    crew = text(task("one"))

    found = finding(rule_named("CP021"), crew_of(crew))
    mended = next(iter(fixed(found, crew_of(crew)).values())).text

    assert found.agents == ("b",)
    assert {call.owner for call in ran(crew).calls} == {"a"}
    assert ran(crew).calls[0].messages == ran(mended).calls[0].messages
    delegating = crew.replace("role: Ra", "role: Ra, allow_delegation: true")
    assert not findings(rule_named("CP021"), crew_of(delegating))
    hierarchical = text(
        "{name: one, description: D, expected_output: E}", crew="process: hierarchical\nmanager_llm: gpt-4o\n"
    )
    assert not findings(rule_named("CP021"), crew_of(hierarchical))


def test_of_a_duplicate_key_the_second_wins() -> None:
    crew = text(task("one", "agent: a, agent: b") + task("two"))

    found = finding(rule_named("CP022"), crew_of(crew))

    assert spot(found)[0] == 5
    assert ran(crew).calls[0].owner == "b"


def test_guardrail_beside_guardrails_is_not_checked() -> None:
    crew = text(task("one", "agent: a, guardrail: First., guardrails: [Second.]"))

    found = finding(rule_named("CP032"), crew_of(crew))
    mended = next(iter(fixed(found, crew_of(crew)).values())).text

    assert "First." not in "".join(call.text for call in ran(crew).calls)
    assert [call.messages for call in ran(crew).calls] == [call.messages for call in ran(mended).calls]
    assert not findings(rule_named("CP032"), crew_of(mended))


@pytest.mark.parametrize("key", ["system_template", "prompt_template"])
def test_half_a_template_is_ignored(key: str) -> None:
    crew = text(task("one"), AGENTS.replace("role: Ra", f"role: Ra, {key}: MINE"))
    templates = "role: Ra, system_template: MINE, prompt_template: MINE"
    both = text(task("one"), AGENTS.replace("role: Ra", templates))

    finding(rule_named("CP036"), crew_of(crew))

    call = ran(crew).calls[0]
    assert "MINE" not in call.text
    assert [message["role"] for message in call.messages] == ["user"]
    assert "MINE" in ran(both).calls[0].text
    assert not findings(rule_named("CP036"), crew_of(both))


def test_planning_agent_does_not_see_the_context() -> None:
    crew = text(task("one") + task("two", "agent: b"), AGENTS.replace("role: Rb", "role: Rb, planning: true"))

    found = finding(rule_named("CP037"), crew_of(crew))
    steps = [call for call in ran(crew).calls if call.owner == "b"]

    assert (found.tasks, found.agents) == (("two",), ("b",))
    assert steps
    assert not [call for call in steps if "Output of task 0" in call.text]
    assert not findings(rule_named("CP037"), crew_of(crew.replace("role: Rb, planning: true", "role: Rb")))


@pytest.mark.parametrize("name", ["input", "tools", "tool_names"])
def test_reserved_placeholders_are_replaced(name: str) -> None:
    crew = text(task("one"), AGENTS.replace("backstory: B", f"backstory: 'I know {{{name}}} well.'", 1))

    finding(rule_named("CP038"), crew_of(crew))

    assert f"I know {{{name}}} well." not in ran(crew).calls[0].text
    assert not findings(rule_named("CP038"), crew_of(f"inputs: {{{name}: x}}\n{crew}"))


def test_manager_of_a_sequential_crew_is_not_used() -> None:
    crew = text(task("one") + task("two", "agent: b"), crew="manager_llm: gpt-4.1\n")

    found = finding(rule_named("CP039"), crew_of(crew))
    mended = next(iter(fixed(found, crew_of(crew)).values())).text

    assert {call.owner for call in ran(crew).calls} == {"a", "b"}
    assert [call.messages for call in ran(crew).calls] == [call.messages for call in ran(mended).calls]
    assert not findings(rule_named("CP039"), crew_of(f"process: hierarchical\n{crew}"))


def test_manager_llm_beside_a_manager_agent_is_not_used() -> None:
    crew = text(task("one"), crew="process: hierarchical\nmanager_agent: b\nmanager_llm: gpt-4.1\n")

    finding(rule_named("CP039"), crew_of(crew))

    assert {call.owner for call in ran(crew).calls} == {"b"}


def test_context_means_the_last_task_of_a_name() -> None:
    crew = text(task("one") + task("one", "agent: b") + task("two", "agent: a, context: [one]"))

    finding(rule_named("CP040"), crew_of(crew))

    received = ran(crew).first_call(2).text
    assert "Output of task 1" in received
    assert "Output of task 0" not in received


def test_delegation_of_the_only_agent_gives_no_tool() -> None:
    crew = text(
        task("one"), "agents:\n  a: {role: R, goal: G, backstory: B, llm: gpt-4o, allow_delegation: true}"
    )

    found = finding(rule_named("CP042"), crew_of(crew))
    mended = next(iter(fixed(found, crew_of(crew)).values())).text

    assert not ran(crew).calls[0].tools
    assert ran(crew).calls[0].messages == ran(mended).calls[0].messages
    two = text(
        task("one") + task("two", "agent: b"), AGENTS.replace("role: Ra", "role: Ra, allow_delegation: true")
    )
    assert ran(two).calls[0].tools
    assert not findings(rule_named("CP042"), crew_of(two))


def test_delegation_to_a_busy_agent_gets_an_error_text() -> None:
    crew = text(
        task("one", "agent: a, async_execution: true")
        + task("two", "agent: b, async_execution: true")
        + task("three", "agent: c"),
        AGENTS.replace("role: Rb", "role: Rb, allow_delegation: true").rstrip()
        + "\n  c: {role: Rc, goal: G, backstory: B, llm: gpt-4o}\n",
    )

    found = finding(rule_named("CP043"), crew_of(crew))

    def answer(call: RecordedCall) -> object:
        if call.owner == "a":
            time.sleep(1.0)
        return UsesTools(1, delegates=True)(call)

    outcome = ran(crew, answer)

    assert found.agents == ("b", "a")
    assert "already running" in "".join(call.text for call in outcome.calls)
    assert not findings(
        rule_named("CP043"), crew_of(crew.replace("agent: b, async_execution: true", "agent: b"))
    )


def test_work_delegated_to_a_role_goes_to_the_first_of_it() -> None:
    agents = AGENTS.rstrip() + "\n  c: {role: ' rb ', goal: G, backstory: B, llm: gpt-4o}\n"
    crew = text(
        task("one") + task("two", "agent: c"), agents.replace("role: Ra", "role: Ra, allow_delegation: true")
    )

    found = finding(rule_named("CP044"), crew_of(crew))
    outcome = ran(crew, UsesTools(1, delegates=True))

    assert found.agents == ("b", "c")
    assert "b" in {call.owner for call in outcome.calls if call.task is None}
    assert not findings(rule_named("CP044"), crew_of(crew.replace("' rb '", "Rc")))
    assert not findings(rule_named("CP044"), crew_of(crew.replace(", allow_delegation: true", "")))


def test_retry_after_a_guardrail_has_no_context() -> None:
    crew = text(
        task("one") + task("two", "agent: b, guardrail: {python: checks.rejects}, guardrail_max_retries: 1")
    )

    found = finding(rule_named("CP045"), crew_of(crew))
    first, *_, retry = ran(crew).calls_of(1)

    assert found.severity is Severity.INFO
    assert "Output of task 0" in first.text
    assert "Output of task 0" not in retry.text
    assert not findings(rule_named("CP045"), crew_of(crew.replace("agent: b,", "agent: b, context: [],")))


def test_several_tasks_that_forget_their_context_are_told_once() -> None:
    guarded = "agent: b, guardrail: {python: checks.rejects}, guardrail_max_retries: 1"
    crew = crew_of(text(task("one") + task("two", guarded) + task("three", guarded)))

    found = finding(rule_named("CP045"), crew)

    assert found.message.startswith("when a guardrail of tasks two and three fails")
    assert found.tasks == ("two", "three")
