"""Every first request of a task of random crews, word for word as the real crewai makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from openai.lib._pydantic import to_strict_json_schema

from tests.conformance.comparing import load, prompt_of, received, sent, tools_sent
from tests.conformance.profile import conformance, crashes
from tests.conformance.random_crews import Definition, Features, definitions
from tests.conformance.running import run_definition

if TYPE_CHECKING:
    from crewprof.crew.definition import Task
    from crewprof.semantics.call import Prompt
    from tests.conformance.recording_llm import RecordedCall
    from tests.conformance.running import Outcome


@conformance
@given(definitions(), st.booleans())
def test_every_kind_of_crew(definition: Definition, function_calling: bool) -> None:
    compare(definition, function_calling=function_calling)


@conformance
@given(definitions(Features(tools=0, delegation=0, structured=0, templates=0, hierarchical=0)))
def test_plain_crews(definition: Definition) -> None:
    compare(definition, function_calling=True)


@conformance
@given(definitions(Features(tools=0.8, delegation=0.5, hierarchical=0.5, asynchronous=0)), st.booleans())
def test_crews_with_many_tools(definition: Definition, function_calling: bool) -> None:
    compare(definition, function_calling=function_calling)


def compare(definition: Definition, *, function_calling: bool) -> None:
    """Run a definition and hold every first request against crewprof's."""
    outcome = run_definition(definition, function_calling=function_calling)
    crew = load(definition)
    assert outcome.accepted
    outputs = {crew.tasks[index].name: raw for index, raw in outcome.outputs.items()}
    missing = skipped(crew.tasks, outcome)
    for index, task in enumerate(crew.tasks):
        calls = outcome.calls_of(index)
        # A skipped task leaves an empty output in a default context, and nothing, not even its divider,
        # in a listed one: which it is, only the run decides.
        if calls and not crashes(crew, outcome, index) and not set(missing).intersection(task.context or ()):
            prompt = prompt_of(crew, task, function_calling=function_calling)
            assert_same(prompt, calls[0], {**dict.fromkeys(missing, ""), **outputs})


def skipped(tasks: tuple[Task, ...], outcome: Outcome) -> list[str]:
    """Conditional tasks that were not run."""
    return [task.name for index, task in enumerate(tasks) if task.conditional and not outcome.calls_of(index)]


def assert_same(prompt: Prompt, call: RecordedCall, outputs: dict[str, str]) -> None:
    """Messages, tools and response schema are the same."""
    assert [sent(message, outputs) for message in prompt.messages] == received(call)
    ours = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
        for tool in prompt.tools
    ]
    assert ours == tools_sent(call)
    if call.response_model is None:
        assert prompt.response_schema is None
    else:
        assert prompt.response_schema is not None
        assert prompt.response_schema.name == call.response_model.__name__
        assert prompt.response_schema.json_schema == to_strict_json_schema(call.response_model)
