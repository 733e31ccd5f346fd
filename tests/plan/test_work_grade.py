"""Grades of tasks as people write them, in the languages they write."""

from __future__ import annotations

import json

import pytest

from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.plan.work_grade import WorkGrade, agent_grade, grade_of, lead_verbs
from crewprof.source.text import SourceText


def graded(description: str, expected: str = "A list", **extra: object) -> WorkGrade:
    """The grade of a task that another one follows."""
    task = {"name": "t", "description": description, "expected_output": expected, "agent": "a", **extra}
    last = {"name": "last", "description": "Write it.", "expected_output": "Text", "agent": "b"}
    agents = {name: {"role": "R", "goal": "G", "backstory": "B"} for name in "ab"}
    text = json.dumps({"agents": agents, "tasks": [task, last]})
    crew = load_crew_yaml(SourceText("crew.yaml", text))
    return grade_of(crew, crew.tasks[0])


@pytest.mark.parametrize(
    "description",
    [
        "Search the web for news about {topic} and collect the ten most important items.",
        "Extract all dates from the letter. List them with their line.",
        "Your task is to translate the text into French.",
        "Use the scraper to read the page, and extract: title, price.",
        "Please carefully summarise the minutes.",
        "Perform a web search for {topic}.",
        "Busca noticias sobre {tema} y resume las más recientes.",
        "Extraia os dados do contrato.",
        "Traduis la lettre en allemand.",
        "Sammle alle Preise und sortiere sie.",
        "Cerca le offerte e traduci i titoli.",
    ],
)
def test_light_work(description: str) -> None:
    grade = graded(description)
    assert grade.grade == "light"
    assert grade.grounds[0].startswith("only does simple work (")


@pytest.mark.parametrize(
    "description",
    [
        "Decide which market to enter.",
        "Collect the offers, then negotiate the price.",
        "You are tasked with reviewing the draft.",
        "Based on the figures, plan the next quarter.",
        "Diseña la arquitectura del sistema.",
        "Entwirf das neue Gebäude.",
    ],
)
def test_frontier_work(description: str) -> None:
    assert graded(description).grade == "frontier"


@pytest.mark.parametrize(
    "description",
    [
        "Write an article about {topic}.",
        "Collect the figures and explain what they mean.",
        "Collect the offers. Choose the best one.",
        "Conduct a thorough analysis of the market.",
        "The market is large. Collect figures.",
        "Be careful with sources.",
        "",
        "{task}",
        "Analiza el mercado y enumera los riesgos.",
    ],
)
def test_ordinary_or_doubtful_work(description: str) -> None:
    assert graded(description).grade == "standard"


@pytest.mark.parametrize(
    "text",
    [
        "Use the code review findings to write a summary.",
        "Consider peer review and citation counts. Score each source.",
        "Write what the board has to decide.",
        "Create an overview of the design thinking process.",
    ],
)
def test_a_noun_is_no_instruction(text: str) -> None:
    assert graded(text).grade == "standard"
    assert not {"review", "decide", "design", "plan"} & set(lead_verbs(text, "en"))


@pytest.mark.parametrize("expected", ["A strategy for the year", "The code of the module", "Una estrategia"])
def test_what_is_expected_can_weigh_more_than_the_verbs(expected: str) -> None:
    grade = graded("Extract the numbers.", expected)
    assert grade.grade == "standard"
    assert grade.grounds[-1].endswith("is expected of it")


def test_the_final_output_is_not_light() -> None:
    text = json.dumps(
        {
            "agents": {"a": {"role": "R", "goal": "G", "backstory": "B"}},
            "tasks": [
                {"name": name, "description": "List the facts.", "expected_output": "A list", "agent": "a"}
                for name in ("first", "last")
            ],
        }
    )
    crew = load_crew_yaml(SourceText("crew.yaml", text))
    assert [grade_of(crew, task).grade for task in crew.tasks] == ["light", "standard"]


def test_tools_and_schemas_are_named_as_grounds() -> None:
    schema = {"title": "Row", "type": "object", "properties": {"name": {"type": "string"}}}
    grounds = graded("Extract the names.", output_json=schema, tools=["FileReadTool"]).grounds
    assert grounds == ("only does simple work (extract)", "its answer has a schema", "tools bring the facts")


def test_an_agent_is_as_demanding_as_its_most_demanding_task() -> None:
    def agent(**extra: object) -> str:
        text = json.dumps(
            {
                "agents": {name: {"role": "R", "goal": "G", "backstory": "B", **extra} for name in "ab"},
                "tasks": [
                    {"name": "one", "description": "List it.", "expected_output": "A list", "agent": "a"},
                    {"name": "two", "description": "Review it.", "expected_output": "A list", "agent": "a"},
                ],
            }
        )
        crew = load_crew_yaml(SourceText("crew.yaml", text))
        return " ".join(agent_grade(crew, crew.agent(name)).grade for name in "ab")

    assert agent() == "frontier standard"
    assert agent(allow_delegation=True) == "standard standard"


def test_verbs_are_listed_once_in_order() -> None:
    assert lead_verbs("Collect it.\n- Review it\n- Collect more; listing nothing", "en") == (
        "collect",
        "review",
        "list",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Convert this Python program to a parallel Fortran program: {code}",
        "Extract the functions of the module and list them.",
        "Translate the script into Rust.",
        "Traduce el código a otro lenguaje.",
    ],
)
def test_work_on_code_is_never_light(text: str) -> None:
    assert graded(text).grade != "light"
