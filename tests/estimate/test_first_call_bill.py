"""The first call of every task, as profiled, against what the real crewai sends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from crewprof.estimate.facts import Facts
from crewprof.estimate.profiler import profile_crew
from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.texts import recorded_texts
from crewprof.tokens.counting import count_messages
from crewprof.tokens.messages import Message
from tests.conformance.comparing import installed_texts, load, newest
from tests.conformance.running import run_definition
from tests.estimate.builders import look_up

if TYPE_CHECKING:
    from crewprof.estimate.profile import Profile
    from crewprof.semantics.texts import Texts

MODELS = ("gpt-4o", "gpt-4.1-mini", "gpt-4")
ENDINGS = ("A plain answer", "An answer that ends.", '{"key": [1, 2]}', "Ends in a line\n")


def definition(model: str) -> dict[str, Any]:
    """A crew with every kind of context, texts that end in all sorts of ways, and inputs."""
    return {
        "name": "bill",
        "agents": {
            "reader": {
                "role": "Reader of {topic}",
                "goal": "read\n",
                "backstory": "You read 12 things.\n",
                "llm": model,
            },
            "writer": {"role": "Writer", "goal": "write é", "backstory": "{ braces } stay", "llm": model},
        },
        "tasks": [
            {
                "name": "a",
                "description": "Read about {topic}:",
                "expected_output": "3 notes\n",
                "agent": "reader",
            },
            {
                "name": "b",
                "description": "Compare.",
                "expected_output": "A table",
                "agent": "writer",
                "markdown": True,
            },
            {
                "name": "c",
                "description": "Judge - ",
                "expected_output": "A verdict",
                "agent": "reader",
                "context": [],
            },
            {
                "name": "d",
                "description": "Write",
                "expected_output": "日本語の報告",
                "agent": "writer",
                "context": ["c", "a"],
            },
            {"name": "e", "description": "Close\n\n", "expected_output": "Done!", "agent": "reader"},
        ],
        "inputs": {"topic": "ants & bees"},
    }


def profiled(made: dict[str, Any], texts: Texts) -> Profile:
    today = date.today()  # noqa: DTZ011  (what CrewAI takes)
    return profile_crew(load(made), behavior=newest(), texts=texts, today=today, facts=Facts(look_up))


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_its_context_a_first_call_has_the_tokens_crewai_sends_without_it(ending: str) -> None:
    outcome = run_definition(definition("gpt-4o"), script=lambda _: ending)
    assert outcome.error is None
    outputs = {one: outcome.outputs[at] for at, one in enumerate("abcde")}
    for model in MODELS:
        made = definition(model)
        crew = load(made)
        for texts in (installed_texts(), recorded_texts(NEWEST)):
            profile = profiled(made, texts)
            for at, task in enumerate(crew.tasks):
                found = profile.tasks[at].first_call
                context = "\n\n----------\n\n".join(
                    outputs[edge.task] for edge in profile.tasks[at].depends_on
                )
                messages = [
                    Message(
                        str(message["role"]),
                        str(message["content"]).replace(context, "") if context else str(message["content"]),
                    )
                    for message in outcome.first_call(at).messages
                ]
                assert found.exact, task.name
                assert found.least_tokens - found.parts["context"] == count_messages(messages, model), (
                    model,
                    task.name,
                )
