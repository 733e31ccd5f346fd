from __future__ import annotations

import yaml

from crewprof.findings import Applicability
from crewprof.rules.cp104_unneeded_tool import UnneededTool
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

RULE = UnneededTool()
CREW = """
    agents:
      scout:
        role: Scout
        goal: Find out what is new about {topic}
        backstory: You note the date of every claim.
        llm: openai/gpt-4o
        tools:
          - SerperDevTool
          - PDFSearchTool      # for later
          - DirectoryReadTool
    tasks:
      - name: search
        description: Search the web for announcements about {topic}.
        expected_output: Ten items with a date each.
        agent: scout
    inputs:
      topic: ferries
"""


def test_tools_with_another_subject_are_taken_from_the_agent() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (9, 9)
    assert "PDF files or folders" in found.message
    assert diff_of(found, crew) == "-      - PDFSearchTool      # for later\n-      - DirectoryReadTool\n"


def test_the_fix_saves_tokens_in_every_call_of_the_loop() -> None:
    crew = crew_of(CREW)
    saved = savings(finding(RULE, crew), crew)
    assert saved.tokens is not None
    assert saved.tokens > 300


def test_a_word_of_its_subject_keeps_a_tool() -> None:
    for text in (
        "the reports in the folder",
        "the attached documents",
        "contracts.pdf",
        "os documentos da pasta",
    ):
        changed = CREW.replace("announcements about {topic}", f"announcements about {text}")
        assert not findings(RULE, crew_of(changed)), text


def test_an_input_that_is_a_path_keeps_a_tool() -> None:
    assert not findings(RULE, crew_of(CREW.replace("topic: ferries", "topic: ./ferries")))


def test_a_tool_bound_to_something_is_kept() -> None:
    bound = "- {tool_type: crewai_tools.PDFSearchTool, pdf: report.pdf}"
    found = finding(RULE, crew_of(CREW.replace("- PDFSearchTool      # for later", bound)))
    assert "PDFSearchTool" not in found.message


def test_nothing_is_said_when_no_tool_is_asked_for() -> None:
    changed = CREW.replace("Search the web for announcements about", "Describe in two sentences")
    assert not findings(RULE, crew_of(changed))


def test_where_another_task_needs_the_tool_the_task_gets_its_own_list() -> None:
    text = CREW.replace(
        "    inputs:",
        "      - name: read\n        description: Read the PDF files in the folder.\n"
        "        expected_output: Statements.\n        agent: scout\n    inputs:",
    )
    crew = crew_of(text)
    found = finding(RULE, crew)
    assert found.tasks == ("search",)
    assert diff_of(found, crew) == "+    tools:\n+      - SerperDevTool\n"
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE


def test_crewai_sends_all_tools_each_turn_and_the_tasks_own_instead_if_it_has_some() -> None:
    go_offline()
    from tests.conformance.recording_llm import UsesTools
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    definition["agents"]["scout"]["tools"] = ["custom:lookup", "custom:sum_numbers"]
    outcome = run_definition(definition, script=UsesTools(2))
    assert [len(call.tools) for call in outcome.calls] == [2, 2, 2]
    definition["tasks"][0]["tools"] = ["custom:lookup"]
    outcome = run_definition(definition, script=UsesTools(2))
    assert [len(call.tools) for call in outcome.calls] == [1, 1, 1]
