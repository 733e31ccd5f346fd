"""What CrewAI sends after a result that it puts aside, against what the estimate counts of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from crewai.utilities.pydantic_schema_utils import sanitize_tool_params_for_openai_strict
from hypothesis import assume, given
from hypothesis import strategies as st

from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.semantics.framework_tools import deferred_result_reader
from crewprof.semantics.tool_specs import definitions
from crewprof.tokens.counting import text_tokens
from tests.conformance import running
from tests.conformance.comparing import newest
from tests.conformance.profile import conformance
from tests.conformance.recording_llm import RecordedCall, RecordingLLM, UsesTools, tool_use
from tests.rules.real_crew import definition

CREW = """
    agents:
      reader: {role: Reader, goal: Read, backstory: B., llm: openai/gpt-4, tools: ["custom:lookup"]}
    tasks:
      - {name: read, description: Read pages., expected_output: A list of five products., agent: reader}
"""
READER = "read_a_deferred_tool_result"
"""What CrewAI calls the tool that reads results put aside."""


def ran(result: str, window: int, script: Any) -> list[RecordedCall]:
    """The calls of the crew on an LLM of ``window`` usable tokens whose tool gives ``result`` back."""
    make = RecordingLLM.make

    def small(*arguments: Any, **given: Any) -> RecordingLLM:
        llm = make(*arguments, **given)
        llm.window = window
        return llm

    def stub(tool: Any) -> None:
        object.__setattr__(tool, "_run", lambda *args, **rest: result)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RecordingLLM, "make", small)
        patch.setattr(running, "_stub", stub)
        return list(running.run_definition(definition(CREW), script=script).calls)


def tool_messages(call: RecordedCall) -> list[str]:
    return [str(message["content"]) for message in call.messages if message.get("role") == "tool"]


def test_the_reader_is_the_tool_that_crewai_offers() -> None:
    (counted,) = definitions((deferred_result_reader(),), newest())
    second = ran("word " * 900, 1_000, UsesTools(times=1))[1]
    (offered,) = [one["function"] for one in second.tools if one["function"]["name"] == READER]
    assert offered["name"] == counted.name
    assert offered["description"] == counted.description
    assert sanitize_tool_params_for_openai_strict(offered["parameters"]) == counted.parameters


@conformance
@given(window=st.integers(800, 20_000), wide=st.integers(5, 80), more=st.integers(1, 60))
def test_results_of_more_than_a_quarter_of_the_window_become_a_notice(
    window: int, wide: int, more: int
) -> None:
    line = ("word " * wide).strip()
    result = "\n".join([line] * (window * more // 100 // wide + 12))
    assume(abs(len(result) / 4 - window / 4) > 2)
    second = ran(result, window, UsesTools(times=1))[1]
    is_aside = READER in second.offered_tools()
    # Where the provider counts nothing, CrewAI takes four characters for a token.
    assert is_aside == (len(result) / 4 > window / 4)
    if is_aside:
        tokens = text_tokens(tool_messages(second)[0], "gpt-4")
        spread = Book(Assumptions()).spread("deferred_result_tokens")
        assert spread.low * 0.8 <= tokens <= spread.high
    else:
        assert tool_messages(second) == [result]


@conformance
@given(window=st.integers(2_000, 30_000))
def test_a_section_as_the_notice_asks_for_takes_a_twentieth_of_the_window(window: int) -> None:
    result = "\n".join("a line of some words" for _ in range(window))

    def reads(call: RecordedCall) -> Any:
        if call.tool_results != 1:
            return UsesTools(times=2)(call)
        notice = tool_messages(call)[0]
        asked = tool_use(call, READER, 1)
        path = re.search(r"relative file path `([^`]+)`", notice)
        lines = re.search(r"`line_count=(\d+)`", notice)
        assert path is not None
        assert lines is not None
        asked[0]["function"]["arguments"] = (
            f'{{"file_path": "{path[1]}", "start_line": 1, "line_count": {lines[1]}}}'
        )
        return asked

    section = tool_messages(ran(result, window, reads)[2])[1]
    assert section
    assert set(section.splitlines()) == {"a line of some words"}
    assert len(section) / 4 == pytest.approx(window * 0.05, rel=0.2)
