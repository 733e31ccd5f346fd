from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.rules.cp605_knowledge import Knowledge
from tests.rules.checking import crew_of, crewbase_of, finding, findings

if TYPE_CHECKING:
    from pathlib import Path

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


def test_knowledge_of_the_crew_is_asked_for_every_task(tmp_path: Path) -> None:
    python = PYTHON.replace("{crew}", SOURCES).replace("{agent}", "")
    found = finding(RULE, crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=python))
    assert found.place.path.endswith("crew.py")
    assert found.place.line == 28
    assert "2 calls" in found.message
    assert "searched for its tasks only" in found.message


def test_knowledge_of_an_agent_is_asked_for_its_tasks(tmp_path: Path) -> None:
    python = PYTHON.replace("{agent}", SOURCES).replace("{crew}", "")
    found = finding(RULE, crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=python))
    assert "searched before answer, 1 call" in found.message
    assert found.agents == ("clerk",)


def test_a_crew_without_knowledge_is_left_alone() -> None:
    crew = crew_of("""
        agents:
          clerk: {role: Clerk, goal: Answer, backstory: You answer., llm: openai/gpt-4o}
        tasks:
          - {name: answer, description: Answer., expected_output: An answer., agent: clerk}
    """)
    assert not findings(RULE, crew)
