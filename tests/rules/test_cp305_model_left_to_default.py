from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.rules.cp305_model_left_to_default import ModelLeftToDefault
from tests.rules.checking import crew_of, crewbase_of, finding, findings, spot
from tests.rules.real_crew import built

if TYPE_CHECKING:
    from pathlib import Path

RULE = ModelLeftToDefault()
MIXED = """
    agents:
      reader: {role: Reader, goal: Read, backstory: Careful., llm: openai/gpt-4o}
      writer: {role: Writer, goal: Write, backstory: Fluent.}
    tasks:
      - {name: read, description: Read., expected_output: Text, agent: reader}
      - {name: write, description: Write., expected_output: Text, agent: writer}
"""
NONE = MIXED.replace(", llm: openai/gpt-4o", "")


def test_the_default_beside_named_models_is_said() -> None:
    found = finding(RULE, crew_of(MIXED))
    assert spot(found) == (3, 3)
    assert found.agents == ("writer",)
    assert "it runs on gpt-4.1-mini, the default of CrewAI 1.15.30" in found.message
    assert found.fix is not None
    assert found.fix.suggestion == "llm: gpt-4.1-mini"


def test_the_environment_is_said_once_for_all_agents() -> None:
    found = finding(RULE, crew_of(NONE), environment={"MODEL": "gpt-4o"})
    assert found.agents == ("reader", "writer")
    assert "run on gpt-4o, from MODEL in the environment" in found.message


@pytest.mark.parametrize("text", [NONE, MIXED.replace("Fluent.}", "Fluent., llm: gpt-4o}")])
def test_near_misses(text: str) -> None:
    assert findings(RULE, crew_of(text)) == []


def test_an_agent_that_asks_the_environment_itself_has_chosen(tmp_path: Path) -> None:
    crew = crewbase_of(
        tmp_path,
        agents="writer: {role: Writer, goal: Write, backstory: Fluent.}\n",
        tasks="write: {description: Write an essay., expected_output: An essay}\n",
        python="""
            import os
            from crewai import LLM, Agent, Crew, Task
            from crewai.project import CrewBase, agent, crew, task

            @CrewBase
            class Letters:
                @agent
                def writer(self) -> Agent:
                    llm = LLM(model=os.getenv("AI_MODEL"))
                    return Agent(config=self.agents_config["writer"], llm=llm)

                @task
                def write(self) -> Task:
                    return Task(config=self.tasks_config["write"], agent=self.writer())

                @crew
                def crew(self) -> Crew:
                    return Crew(agents=self.agents, tasks=self.tasks)
        """,
    )
    assert findings(RULE, crew) == []


def test_crewai_takes_its_default_for_the_agent_without_a_model() -> None:
    assert [agent.llm.model for agent in built(MIXED).agents] == ["gpt-4o", "gpt-4.1-mini"]


def test_crewai_takes_the_first_variable_that_is_set() -> None:
    environment = {}
    for name in ("OPENAI_MODEL_NAME", "MODEL_NAME", "MODEL"):
        environment[name] = f"gpt-4o-{name}"
        assert built(NONE, environment).agents[0].llm.model == f"gpt-4o-{name}"
