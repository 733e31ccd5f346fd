from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.loaders.crewbase.loader import load_crewbase
from crewprof.findings import Applicability
from crewprof.rules.cp104_unneeded_tool import UnneededTool
from crewprof.source.text import SourceText
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, fixed, savings, spot

if TYPE_CHECKING:
    import random

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


PROJECT = """
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task, tool
from crewai_tools import DirectoryReadTool, FileWriterTool, PDFSearchTool, ScrapeWebsiteTool, SerperDevTool

SHARED = [{listed}]


@CrewBase
class Made:
    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"
{methods}
    @agent
    def scout(self) -> Agent:
        return Agent(config=self.agents_config["scout"]{more})

    @task
    def search(self) -> Task:
        return Task(config=self.tasks_config["search"])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""
TOOL_METHOD = "\n    @tool\n    def the_{low}(self):\n        return {name}()\n"
IDLE = ("FileWriterTool", "PDFSearchTool", "DirectoryReadTool")
NEEDED = ("SerperDevTool", "ScrapeWebsiteTool")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(IDLE), min_size=1, unique=True),
    st.lists(st.sampled_from(NEEDED), min_size=1, unique=True),
    st.sampled_from(["names", "names in a line", "list", "variable", "nested", "spread"]),
    st.randoms(use_true_random=False),
)
def test_a_class_loses_no_other_tool_however_it_lists_them(
    idle: list[str], needed: list[str], way: str, chance: random.Random
) -> None:
    tools = chance.sample([*idle, *needed], len(idle) + len(needed))
    names = [f"the_{name.lower()}" for name in tools]
    made = [f"{name}()" for name in tools]
    in_yaml = {
        "names": "tools:\n" + "".join(f"    - {name}\n" for name in names),
        "names in a line": f"tools: [{', '.join(names)}]\n",
    }
    more = {
        "list": f", tools=[{', '.join(made)}]",
        "variable": ", tools=SHARED",
        "nested": f", tools=[{made[0]}, *SHARED[1:]]",
        "spread": ", tools=[*SHARED]",
    }
    body = "scout:\n  role: Scout\n  goal: Find news\n  backstory: Calm.\n  llm: openai/gpt-4o\n"
    files = {
        "agents": body + (f"  {in_yaml[way]}" if way in in_yaml else ""),
        "tasks": "search:\n  description: Search the web and websites for announcements.\n"
        "  expected_output: Ten items.\n  agent: scout\n",
        "python": PROJECT.format(
            listed=", ".join(made),
            methods="".join(TOOL_METHOD.format(low=one.lower(), name=one) for one in tools),
            more=more.get(way, ""),
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        crew = crewbase_of(Path(folder), **files)
        found = finding(RULE, crew)
        assert found.fix is not None
        if found.fix.applicability is not Applicability.UNSAFE:
            assert way in more
            return
        for path, text in fixed(found, crew).items():
            Path(path).write_text(text.text, encoding="utf-8")
        (after,), errors = load_crewbase(SourceText.read(Path(folder) / "crew.py"))
    assert not errors
    kept = [one.class_name for one in after.agents[0].tools]
    assert kept == [one for one in tools if one not in idle], (way, tools)
