from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.rules.cp402_cache_on_live_tool import CacheOnLiveTool
from tests.conformance.project import write_project
from tests.rules.checking import crew_of, diff_of, finding, findings, spot

if TYPE_CHECKING:
    from pathlib import Path

RULE = CacheOnLiveTool()
CREW = """
    name: files
    cache: true
    agents:
      clerk:
        role: Clerk
        goal: Keep the list
        backstory: You are exact.
        llm: gpt-4o
        tools: [SerperDevTool, FileWriterTool]
    tasks:
      - {name: keep, description: Keep the list., expected_output: The list., agent: clerk}
"""


def test_a_tool_that_writes_is_found_where_it_stands() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (9, 28)
    assert "FileWriterTool does something each time" in found.message
    assert diff_of(found, crew) == "-cache: true\n+cache: false\n"


def test_a_file_is_read_anew_only_while_tasks_write_files() -> None:
    both = CREW.replace("SerperDevTool", "FileReadTool")
    assert [one.message.split()[0] for one in findings(RULE, crew_of(both))] == [
        "FileReadTool",
        "FileWriterTool",
    ]
    assert not findings(RULE, crew_of(both.replace(", FileWriterTool", "")))


def test_reading_tools_and_a_cache_that_is_off_are_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace(", FileWriterTool", "")))
    assert not findings(RULE, crew_of(CREW.replace("cache: true", "cache: false")))
    assert not findings(RULE, crew_of(CREW.replace("    cache: true\n", "")))


def test_the_cache_was_on_by_default_up_to_1_15_2() -> None:
    text = CREW.replace("    cache: true\n", "")
    assert not findings(RULE, crew_of(text), crewai_version="1.15.2"), "nobody chose it, and it may be meant"
    files = text.replace("SerperDevTool", "FileReadTool")
    found = finding(RULE, crew_of(files), crewai_version="1.15.2")
    assert "the default of CrewAI 1.15.2" in found.message


def test_an_agent_that_takes_no_part_in_the_cache_is_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW.replace("llm: gpt-4o", "llm: gpt-4o\n        cache: false")))


def test_a_tool_of_the_project_is_judged_by_its_name(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "tools" / "mail.py").write_text(
        "from crewai.tools import BaseTool\n\n"
        "class MailTool(BaseTool):\n"
        '    name: str = "Send mail"\n'
        '    description: str = "Sends a mail."\n\n'
        "    def _run(self, text: str) -> str:\n"
        '        return "sent"\n',
        encoding="utf-8",
    )
    crew = crew_of(CREW.replace("FileWriterTool", "'custom:mail'"), tmp_path)
    assert "by its name" in finding(RULE, crew).message
    assert not findings(RULE, crew_of(CREW.replace("FileWriterTool", "'custom:lookup'"), tmp_path))
