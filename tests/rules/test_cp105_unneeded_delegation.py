from __future__ import annotations

import yaml

from crewprof.rules.cp105_unneeded_delegation import UnneededDelegation
from tests.conformance.offline import go_offline
from tests.rules.checking import crew_of, diff_of, finding, findings, savings, spot

RULE = UnneededDelegation()
CREW = """
    agents:
      researcher:
        role: Researcher
        goal: Find facts about {topic}
        backstory: You note dates.
        llm: openai/gpt-4o
        tools: [SerperDevTool]
      writer:
        role: Copywriter
        goal: Turn facts into short texts
        backstory: You write plainly.
        llm: openai/gpt-4o
        allow_delegation: true
    tasks:
      - name: find
        description: Search the web for facts about {topic}.
        expected_output: Ten facts.
        agent: researcher
      - name: write
        description: Write a text of the facts.
        expected_output: A text of 200 words.
        agent: writer
    inputs:
      topic: ferries
"""


def test_delegation_nobody_asks_for_is_found() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (13, 23)
    assert found.agents == ("writer",)
    assert diff_of(found, crew) == "-    allow_delegation: true\n+    allow_delegation: false\n"


def test_the_fix_saves_the_delegation_tools() -> None:
    crew = crew_of(CREW)
    saved = savings(finding(RULE, crew), crew)
    assert saved.tokens is not None
    assert saved.tokens > 200


def test_texts_that_speak_of_others_keep_delegation() -> None:
    for text in (
        "Write a text of the facts. Ask when one is missing.",
        "Write a text; have the Researcher check it.",
        "Coordinate the work on the text.",
        "Escribe un texto con tu equipo.",
    ):
        assert not findings(RULE, crew_of(CREW.replace("Write a text of the facts.", f"'{text}'"))), text


def test_an_agent_without_the_tool_its_task_asks_for_keeps_delegation() -> None:
    changed = CREW.replace("Write a text of the facts.", "'Search the web for one more fact, then write.'")
    assert not findings(RULE, crew_of(changed))


def test_a_manager_and_a_lone_agent_are_left_alone() -> None:
    assert not findings(RULE, crew_of(CREW + "    process: hierarchical\n    manager_llm: openai/gpt-4o\n"))


def test_crewai_adds_two_tools_for_it_and_none_without() -> None:
    go_offline()
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    names = {tool["function"]["name"] for tool in run_definition(definition).first_call(1).tools}
    assert names == {"delegate_work_to_coworker", "ask_question_to_coworker"}
    definition["agents"]["writer"]["allow_delegation"] = False
    assert not run_definition(definition).first_call(1).tools
