"""Every first request of a task of random crews, word for word as the real crewai makes it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openai.lib._pydantic import to_strict_json_schema

from crewprof.crew.definition import Process
from tests.conformance.comparing import load, prompt_of, received, sent, tools_sent
from tests.conformance.random_crews import Definition, Features, definitions
from tests.conformance.running import run_definition

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.call import Prompt
    from tests.conformance.recording_llm import RecordedCall
    from tests.conformance.running import Outcome

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "30"))
"""``make conformance`` runs many more."""

conformance = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each step of shrinking would run crews again
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
)


@conformance
@given(definitions(), st.booleans())
def test_first_calls(definition: Definition, function_calling: bool) -> None:
    outcome = run_definition(definition, function_calling=function_calling)
    crew = load(definition)
    outputs = {crew.tasks[index].name: raw for index, raw in outcome.outputs.items()}
    for index, task in enumerate(crew.tasks):
        calls = outcome.calls_of(index)
        missing = skipped(crew.tasks, outcome)
        # A skipped task leaves an empty output in a default context, and nothing, not even its divider,
        # in a listed one: which it is, only the run decides.
        if calls and not crashes(crew, outcome, index) and not set(missing).intersection(task.context or ()):
            prompt = prompt_of(crew, task, function_calling=function_calling)
            assert_same(prompt, calls[0], {**dict.fromkeys(missing, ""), **outputs})


def skipped(tasks: tuple[Task, ...], outcome: Outcome) -> list[str]:
    """Conditional tasks that were not run."""
    return [task.name for index, task in enumerate(tasks) if task.conditional and not outcome.calls_of(index)]


def crashes(crew: Crew, outcome: Outcome, index: int) -> bool:
    """Whether another task of the same run has the same agent: their prompts mix before CrewAI crashes."""
    run = next(group for group in outcome.groups if index in group)
    agents = ["manager" if crew.process is Process.HIERARCHICAL else crew.tasks[one].agent for one in run]
    return len(set(agents)) < len(agents)


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


@pytest.mark.parametrize("function_calling", [True, False])
def test_first_calls_without_tools_or_structure(function_calling: bool) -> None:
    """The plainest crews, many at a time: what is said about them must hold before all."""

    @conformance
    @given(definitions(Features(tools=0, delegation=0, structured=0, templates=0, hierarchical=0)))
    def check(definition: Definition) -> None:
        test_first_calls.hypothesis.inner_test(definition, function_calling)

    check()
