from __future__ import annotations

import pytest
import yaml

from crewprof.plan.praise import empty_because, stems
from crewprof.rules.cp102_empty_sentence import EmptySentence
from tests.conformance.offline import go_offline
from tests.rules.checking import (
    crew_of,
    crewbase_of,
    diff_of,
    finding,
    findings,
    fixed,
    marked,
    savings,
    spot,
)

RULE = EmptySentence()
CREW = """
    name: news
    agents:
      reporter:
        role: Reporter
        goal: Find news about {topic}
        backstory: >-
          You are a world-class reporter with more than 20 years of
          experience. You note the date of every source. You are passionate
          about news and famous across the industry.
        llm: openai/gpt-4o
    tasks:
      - name: find
        description: Find the news of the week about {topic}.
        expected_output: Five items with a date each.
        agent: reporter
"""


def test_sentences_of_praise_are_found_where_they_stand() -> None:
    crew = crew_of(CREW)
    years, passion = findings(RULE, crew)
    assert spot(years) == (7, 7)
    assert (
        " ".join(marked(years, crew).split())
        == "You are a world-class reporter with more than 20 years of experience."
    )
    assert spot(passion) == (8, 54)
    assert "years of experience" in years.message
    assert "passion" in passion.message
    assert years.agents == ("reporter",)
    assert years.tasks == ("find",)


def test_the_fix_deletes_the_sentence_and_nothing_else() -> None:
    crew = crew_of(CREW)
    for found, kept in zip(
        findings(RULE, crew), ("You are passionate", "You are a world-class"), strict=True
    ):
        backstory = yaml.safe_load(fixed(found, crew)["crew.yaml"].text)["agents"]["reporter"]["backstory"]
        assert "You note the date of every source." in backstory
        assert kept in backstory
    assert diff_of(findings(RULE, crew)[0], crew) == (
        "-      You are a world-class reporter with more than 20 years of\n"
        "-      experience. You note the date of every source. You are passionate\n"
        "+      You note the date of every source. You are passionate\n"
    )


def test_the_fix_saves_the_tokens_the_message_names() -> None:
    crew = crew_of(CREW)
    for found in findings(RULE, crew):
        saved = savings(found, crew)
        assert saved.tokens is not None
        assert f" {saved.tokens:.0f} tokens" in found.message


@pytest.mark.parametrize(
    "sentence",
    [
        "You are a reporter with 20 years of experience in oncology.",
        "You are a passionate reporter who never quotes a rumour.",
        "Famous for your dry humour, you write short sentences.",
        "You are an award-winning reporter and always name two sources.",
        "You are a renowned reporter for the Financial Times of London.",
        "Known for quoting people before interpreting them, you have 20 years of experience.",
        "You compare the news of the last 10 years.",
        "Eres un periodista con 20 años de experiencia en derecho laboral.",
        "Você é um repórter apaixonado que nunca inventa dados.",
        "Sie sind eine Reporterin mit langjähriger Erfahrung in der Chemie.",
    ],
)
def test_a_sentence_that_holds_something_is_kept(sentence: str) -> None:
    said = stems(["Reporter Periodista Reporterin", "Find news about {topic}"])
    assert not empty_because(sentence, said)


@pytest.mark.parametrize(
    "sentence",
    [
        "You are one of the best reporters in the world.",
        "You have over a decade of experience in the industry.",
        "You are now working for a super important customer you need to impress.",
        "Eres una periodista de enorme prestigio, con más de 25 años de experiencia.",
        "Você é um repórter renomado com vasta experiência e paixão pela área.",
        "Vous êtes un journaliste renommé avec plus de 20 ans d'expérience dans le domaine.",
        "Sie sind ein renommierter Reporter mit 20 Jahren Erfahrung.",
        "Sei un giornalista rinomato con anni di esperienza nel settore.",
    ],
)
def test_praise_is_met_in_several_languages(sentence: str) -> None:
    assert empty_because(
        sentence, stems(["Reporter", "Periodista", "Repórter", "journaliste", "giornalista"])
    )


def test_the_only_sentence_of_a_text_stays() -> None:
    crew = crew_of(CREW.replace("You note the date of every source.", ""))
    assert len(findings(RULE, crew)) == 1
    alone = "        backstory: You are a world-class reporter with more than 20 years of experience.\n"
    before, rest = CREW.split("        backstory: >-\n")
    assert not findings(RULE, crew_of(before + alone + rest[rest.index("        llm:") :]))


@pytest.mark.parametrize(
    "aside", ["(e.g. 'You are a world-class reporter.')", '"You are a famous reporter."']
)
def test_an_example_or_a_quote_stays(aside: str) -> None:
    praise = "You are a world-class reporter with more than 20 years of\n          experience."
    assert praise in CREW
    text = CREW.replace(praise, aside).replace(
        " You are passionate\n          about news and famous across the industry.", ""
    )
    assert not findings(RULE, crew_of(text))


def test_a_sentence_the_next_one_refers_to_stays() -> None:
    crew = crew_of(CREW.replace("You note the date of every source.", "This shows in the dates you note."))
    assert [" ".join(marked(found, crew).split())[:17] for found in findings(RULE, crew)] == [
        "You are passionat"
    ]


def test_agents_whose_texts_no_call_sends_are_left_alone() -> None:
    crew = crew_of(CREW.replace("agent: reporter", "agent: other").replace("agents:\n", "agents:\n" + OTHER))
    assert not findings(RULE, crew)


OTHER = "      other: {role: Editor, goal: Edit, backstory: You edit., llm: openai/gpt-4o}\n"


def test_in_a_crewbase_project_the_yaml_is_changed(tmp_path: object) -> None:
    from pathlib import Path

    crew = crewbase_of(
        Path(str(tmp_path)),
        agents="""
            reporter:
              role: Reporter
              goal: Find news about {topic}
              backstory: You are a renowned reporter. You note dates.
        """,
        tasks="""
            find:
              description: Find news about {topic}.
              expected_output: Five items.
              agent: reporter
        """,
        python="""
            from crewai import Agent, Crew, Task
            from crewai.project import CrewBase, agent, crew, task

            @CrewBase
            class News:
                agents_config = "config/agents.yaml"
                tasks_config = "config/tasks.yaml"

                @agent
                def reporter(self) -> Agent:
                    return Agent(config=self.agents_config["reporter"])

                @task
                def find(self) -> Task:
                    return Task(config=self.tasks_config["find"])

                @crew
                def crew(self) -> Crew:
                    return Crew(agents=self.agents, tasks=self.tasks)
        """,
    )
    found = finding(RULE, crew)
    assert found.place.path.endswith("agents.yaml")
    assert spot(found) == (4, 14)
    assert "backstory: You note dates.\n" in diff_of(found, crew)


def test_crewai_sends_the_sentence_with_every_call_of_the_loop() -> None:
    go_offline()
    from tests.conformance.recording_llm import UsesTools
    from tests.conformance.running import run_definition

    definition = yaml.safe_load(crew_of(CREW).texts["crew.yaml"].text)
    definition["agents"]["reporter"]["tools"] = ["custom:lookup"]
    definition["inputs"] = {"topic": "ferries"}
    outcome = run_definition(definition, script=UsesTools(2))
    assert outcome.finished
    assert len(outcome.calls) == 3
    assert all("more than 20 years of experience" in call.text for call in outcome.calls)


def test_a_spanish_verb_is_no_german_article() -> None:
    crew = crew_of(CREW.replace("You note the date of every source.", "Das siempre la fecha de cada fuente."))
    assert len(findings(RULE, crew)) == 2
