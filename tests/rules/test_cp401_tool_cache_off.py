from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from crewprof.rules.cp401_tool_cache_off import ToolCacheOff
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, spot

if TYPE_CHECKING:
    from tests.conformance.recording_llm import RecordedCall

RULE = ToolCacheOff()
CREW = """
    name: reports
    agents:
      news: {role: News, goal: Find news, backstory: You search., llm: gpt-4o, tools: [ScrapeWebsiteTool]}
      facts: {role: Facts, goal: Find facts, backstory: You search., llm: gpt-4o, tools: [ScrapeWebsiteTool]}
    tasks:
      - {name: find_news, description: 'Find news on {company_url}.', expected_output: News, agent: news}
      - {name: find_facts, description: 'Find facts on {company_url}.', expected_output: Facts, agent: facts}
"""


def test_two_tasks_that_read_the_same_address_are_found() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert found.tasks == ("find_news", "find_facts")
    assert "may read {company_url} with ScrapeWebsiteTool twice" in found.message
    assert found.saves.seconds is not None
    assert found.saves.seconds > 0
    assert diff_of(found, crew) == "+cache: true\n"


def test_a_cache_switched_off_is_pointed_at() -> None:
    crew = crew_of(CREW + "    cache: false\n")
    found = finding(RULE, crew)
    assert spot(found) == (8, 8)
    assert diff_of(found, crew) == "-cache: false\n+cache: true\n"


@pytest.mark.parametrize(
    "tool", ["FileWriterTool", "SerplyNewsSearchTool", "custom:lookup", "NoSuchTool", "WaitTool"]
)
def test_a_tool_that_writes_or_reads_what_changes_or_is_unknown_keeps_it_silent(tool: str) -> None:
    assert not findings(RULE, crew_of(CREW.replace("[ScrapeWebsiteTool]", f"[ScrapeWebsiteTool, {tool}]", 1)))


@pytest.mark.parametrize("tool", ["SerperDevTool", "FileReadTool", "DirectoryReadTool"])
def test_searches_are_worded_anew_and_files_cost_nothing(tool: str) -> None:
    assert not findings(RULE, crew_of(CREW.replace("ScrapeWebsiteTool", tool)))


def test_a_subject_is_no_address() -> None:
    assert not findings(RULE, crew_of(CREW.replace("{company_url}", "{company}")))


def test_different_inputs_a_cache_that_is_on_and_old_versions_are_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("facts on {company_url}", "facts on {press_url}")))
    assert not findings(RULE, crew_of(CREW + "    cache: true\n"))
    assert not findings(RULE, crew_of(CREW), crewai_version="1.15.2")


def _asks_the_same_twice(call: RecordedCall) -> Any:
    from tests.conformance.recording_llm import answers_at_once, tool_use

    return tool_use(call, "look_up", 0) if call.tool_results < 2 else answers_at_once(call)


@pytest.mark.parametrize(("cache", "executed"), [(True, 1), (False, 4), (None, 4)])
def test_crewai_answers_repeated_calls_from_memory_only_with_the_cache_on(
    cache: bool | None, executed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_offline()
    from tests.conformance import running

    uses: list[str] = []

    def counting(tool: Any) -> None:
        def used(*args: Any, **rest: Any) -> str:
            uses.append(tool.name)
            return "A result."

        object.__setattr__(tool, "_run", used)

    monkeypatch.setattr(running, "_stub", counting)
    definition = yaml.safe_load(
        crew_of(CREW).texts["crew.yaml"].text.replace("ScrapeWebsiteTool", "custom:lookup")
    )
    definition["inputs"] = {"company_url": "https://ferries.example"}
    if cache is not None:
        definition["cache"] = cache
    outcome = running.run_definition(definition, script=_asks_the_same_twice)
    assert outcome.finished
    assert len(outcome.calls) == 6
    assert len(uses) == executed
