from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp307_context_does_not_fit import ContextDoesNotFit
from tests.rules.checking import crew_of, finding, findings, marked, spot
from tests.rules.real_crew import built, definition, ran

if TYPE_CHECKING:
    from tests.conformance.recording_llm import RecordedCall

RULE = ContextDoesNotFit()
CREW = """
    agents:
      editor:
        role: Editor
        goal: Edit
        backstory: Patient.
        llm: openai/gpt-4
    tasks:
      - name: edit
        description: {text}
        expected_output: A better text
        agent: editor
"""
LONG = "Edit this. " + "The quick brown fox jumps over the lazy dog. " * 800


def test_a_first_prompt_beyond_the_window_is_found() -> None:
    crew = crew_of(CREW.replace("{text}", LONG))
    found = finding(RULE, crew)
    assert (spot(found), marked(found, crew)) == ((6, 10), "openai/gpt-4")
    assert "6,963 of the 8,192 tokens openai/gpt-4 takes" in found.message
    assert (found.tasks, found.agents) == (("edit",), ("editor",))
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_context_from_other_tasks_counts() -> None:
    lines = "".join(
        f"      - {{name: t{number}, description: Write, expected_output: A 2500-word text, agent: editor}}\n"
        for number in range(4)
    )
    assert finding(RULE, crew_of(CREW.partition("    tasks:\n")[0] + "    tasks:\n" + lines)).tasks == ("t3",)


def test_a_window_crewai_does_not_know_is_said_to_be_assumed() -> None:
    crew = crew_of(CREW.replace("{text}", LONG).replace("openai/gpt-4", "ollama/house-model"))
    assert "of the 8,192 tokens it assumes for ollama/house-model" in finding(RULE, crew).message


@pytest.mark.parametrize(("model", "text"), [("openai/gpt-4", "Edit this."), ("openai/gpt-4.1-mini", LONG)])
def test_near_misses(model: str, text: str) -> None:
    assert findings(RULE, crew_of(CREW.replace("{text}", text).replace("openai/gpt-4", model))) == []


def test_crewai_fills_85_percent_of_the_window_it_knows() -> None:
    assert built(CREW.replace("{text}", "x")).agents[0].llm.get_context_window_size() == 6963


@pytest.fixture
def small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conformance.recording_llm import RecordingLLM

    make = RecordingLLM.make

    def small(*arguments: Any, **given: Any) -> RecordingLLM:
        llm = make(*arguments, **given)
        llm.window = 1_000
        return llm

    monkeypatch.setattr(RecordingLLM, "make", small)


def test_crewai_summarises_a_history_that_does_not_fit_and_drops_the_task(
    small_window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.conformance import running
    from tests.conformance.recording_llm import UsesTools

    def stub(tool: Any) -> None:
        object.__setattr__(tool, "_run", lambda *args, **rest: "found " * 180)

    monkeypatch.setattr(running, "_stub", stub)
    data = definition(CREW.replace("{text}", "Find the needle."))
    data["agents"]["editor"]["tools"] = ["custom:lookup"]
    outcome = running.run_definition(data, script=UsesTools(times=6))
    summaries = [call for call in outcome.calls if _summarises(call)]
    assert summaries
    following = outcome.calls[summaries[-1].number + 1]
    assert "Find the needle." in outcome.calls[0].text
    assert not any(
        str(message["content"]).startswith("\nCurrent Task: Find") for message in following.messages
    )


def test_crewai_puts_a_large_tool_result_aside(small_window: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conformance import running
    from tests.conformance.recording_llm import UsesTools

    def stub(tool: Any) -> None:
        object.__setattr__(tool, "_run", lambda *args, **rest: "\n".join(f"line {n}" for n in range(900)))

    monkeypatch.setattr(running, "_stub", stub)
    data = definition(CREW.replace("{text}", "Find the needle."))
    data["agents"]["editor"]["tools"] = ["custom:lookup"]
    first, second = running.run_definition(data, script=UsesTools(times=1)).calls[:2]
    assert list(first.offered_tools()) == ["look_up"]
    assert "read_a_deferred_tool_result" in second.offered_tools()
    assert "line 800" not in second.text


def test_crewai_sends_a_first_message_that_is_too_long_as_it_is(small_window: None) -> None:
    outcome = ran(CREW.replace("{text}", LONG))
    assert len(outcome.calls) == 1
    assert outcome.calls[0].text.count("quick brown fox") == 800


def test_a_task_without_tools_that_the_provider_finds_too_long_ends_with_a_fixed_sentence() -> None:
    from crewai.utilities.exceptions.context_window_exceeding_exception import LLMContextLengthExceededError

    def refused(call: RecordedCall) -> Any:
        return "A summary." if call.number else LLMContextLengthExceededError("context_length_exceeded")

    outcome = ran(CREW.replace("{text}", LONG), refused)
    assert outcome.finished
    assert outcome.outputs[0] == "Agent completed execution but produced no final output."


def _summarises(call: RecordedCall) -> bool:
    return "summar" in call.text.lower() and not call.tools
