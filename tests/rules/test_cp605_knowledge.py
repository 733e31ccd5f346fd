from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.rules.cp605_knowledge import Knowledge
from tests.rules.checking import crew_of, crewbase_of, finding, findings

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew

RULE = Knowledge()
AGENTS = """
    clerk: {role: Clerk, goal: Answer questions, backstory: You answer., llm: openai/gpt-4o}
    editor: {role: Editor, goal: Edit answers, backstory: You edit., llm: openai/gpt-4o}
"""
TASKS = """
    answer: {description: Answer the question., expected_output: An answer., agent: clerk}
    edit: {description: Edit the answer., expected_output: An answer., agent: editor}
"""
PYTHON = """
    from crewai import Agent, Crew, Task
    from crewai.knowledge.source.string_knowledge_source import StringKnowledgeSource
    from crewai.project import CrewBase, agent, crew, task

    @CrewBase
    class Desk:
        agents_config = "config/agents.yaml"
        tasks_config = "config/tasks.yaml"

        @agent
        def clerk(self) -> Agent:
            return Agent(config=self.agents_config["clerk"]{agent})

        @agent
        def editor(self) -> Agent:
            return Agent(config=self.agents_config["editor"])

        @task
        def answer(self) -> Task:
            return Task(config=self.tasks_config["answer"])

        @task
        def edit(self) -> Task:
            return Task(config=self.tasks_config["edit"])

        @crew
        def crew(self) -> Crew:
            return Crew(agents=self.agents, tasks=self.tasks{crew})
"""
SOURCES = ", knowledge_sources=[StringKnowledgeSource(content='Opening hours: 9 to 5.')]"


def _desk(folder: Path, tasks: str = TASKS, *, crew: str = "", agent: str = "") -> Crew:
    python = PYTHON.replace("{crew}", crew).replace("{agent}", agent)
    return crewbase_of(folder, agents=AGENTS, tasks=tasks, python=python)


def test_knowledge_of_the_crew_is_told_where_it_is_much_of_the_cost(tmp_path: Path) -> None:
    # The whole task is sent as the query, so it is much where tasks are long and answers short.
    long = TASKS.replace(
        "Answer the question.", "Answer the question. " + "Mind the rules of the house. " * 900
    )
    found = finding(RULE, _desk(tmp_path, long.replace("An answer.", "One word."), crew=SOURCES))
    assert found.place.path.endswith("crew.py")
    assert found.place.line == 28
    assert "2 calls" in found.message
    assert "searched for its tasks only" in found.message


def test_little_knowledge_and_that_of_one_task_are_left_alone(tmp_path: Path) -> None:
    assert not findings(RULE, _desk(tmp_path, crew=SOURCES))
    assert not findings(RULE, _desk(tmp_path, agent=SOURCES))


def test_a_crew_without_knowledge_is_left_alone() -> None:
    crew = crew_of("""
        agents:
          clerk: {role: Clerk, goal: Answer, backstory: You answer., llm: openai/gpt-4o}
        tasks:
          - {name: answer, description: Answer., expected_output: An answer., agent: clerk}
    """)
    assert not findings(RULE, crew)
