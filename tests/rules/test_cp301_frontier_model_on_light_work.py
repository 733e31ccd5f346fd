from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from crewprof.findings import Applicability
from crewprof.rules.cp301_frontier_model_on_light_work import FrontierModelOnLightWork
from tests.rules.checking import crew_of, crewbase_of, diff_of, finding, findings, marked, spot
from tests.rules.real_crew import assert_savings_are_true, built, project_crew

if TYPE_CHECKING:
    from pathlib import Path

RULE = FrontierModelOnLightWork()
CREW = """
    agents:
      reader: {role: Reader, goal: Read, backstory: Careful., llm: openai/gpt-4o}
      writer: {role: Writer, goal: Write, backstory: Fluent., llm: openai/gpt-4o}
    tasks:
      - {name: read, description: Extract all names from the letter., expected_output: A list, agent: reader}
      - {name: write, description: Write an essay about them., expected_output: An essay, agent: writer}
"""
AGENTS = """
    reader:
      role: Reader
      goal: Read
      backstory: Careful.
    writer: {role: Writer, goal: Write, backstory: Fluent., llm: openai/gpt-4o}
"""
TASKS = """
    read: {description: Extract all names from the letter., expected_output: A list}
    write: {description: Write an essay about them., expected_output: An essay}
"""
PYTHON = """
    from crewai import LLM, Agent, Crew, Task
    from crewai.project import CrewBase, agent, crew, llm, task

    @CrewBase
    class Letters:
        agents_config = "config/agents.yaml"
        tasks_config = "config/tasks.yaml"

        @llm
        def big(self):
            return LLM(model="openai/gpt-4o", temperature=0.2)

        @agent
        def reader(self) -> Agent:
            return Agent(config=self.agents_config["reader"])

        @agent
        def writer(self) -> Agent:
            return Agent(config=self.agents_config["writer"])

        @task
        def read(self) -> Task:
            return Task(config=self.tasks_config["read"], agent=self.reader())

        @task
        def write(self) -> Task:
            return Task(config=self.tasks_config["write"], agent=self.writer())

        @crew
        def crew(self) -> Crew:
            return Crew(agents=self.agents, tasks=self.tasks)
"""


def test_light_work_on_a_frontier_model_is_found_where_the_model_is_named() -> None:
    crew = crew_of(CREW)
    found = finding(RULE, crew)
    assert spot(found) == (2, 64)
    assert marked(found, crew) == "openai/gpt-4o"
    assert "extract" in found.message
    assert (found.agents, found.tasks) == (("reader",), ("read",))
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE


def test_the_fix_takes_the_light_sibling_written_as_the_model_was() -> None:
    crew = crew_of(CREW)
    line = "reader: {role: Reader, goal: Read, backstory: Careful., llm: openai/gpt-4o"
    assert diff_of(finding(RULE, crew), crew) == f"-  {line}}}\n+  {line}-mini}}\n"


def test_the_model_inside_a_mapping_is_replaced_and_its_settings_stay() -> None:
    text = CREW.replace("llm: openai/gpt-4o}", "llm: {model: gpt-4.1, temperature: 0.1}}", 1)
    crew = crew_of(text)
    changed = diff_of(finding(RULE, crew, today=date(2026, 11, 22)), crew)
    assert (
        "+  reader: {role: Reader, goal: Read, backstory: Careful., llm: {model: gpt-4.1-mini, temp"
        in changed
    )


def test_the_users_tier_map_wins() -> None:
    found = finding(RULE, crew_of(CREW), tiers={"light": "groq/openai/gpt-oss-20b"})
    assert found.fix is not None
    assert found.fix.title == "set `llm: groq/openai/gpt-oss-20b`"


def test_savings_are_true() -> None:
    saves = assert_savings_are_true("CP301", CREW)
    assert saves.cost_usd is not None
    assert saves.cost_usd > 0


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("Extract all names from the letter.", "Decide which names matter."),
        ("Extract all names from the letter.", "Extract all names and review the contract."),
        ("llm: openai/gpt-4o}", "llm: openai/gpt-4o-mini}"),
        ("llm: openai/gpt-4o}", "llm: ollama/llama3.1:405b}"),
        ("llm: openai/gpt-4o}", "llm: openai/gpt-4o, allow_delegation: true}"),
        ("llm: openai/gpt-4o}", 'llm: {model: openai/gpt-4o, base_url: "https://llm.example.com/v1"}}'),
    ],
)
def test_near_misses(what: str, instead: str) -> None:
    assert findings(RULE, crew_of(CREW.replace(what, instead, 1))) == []


def test_the_crews_final_output_is_not_light_work() -> None:
    lines = CREW.splitlines(keepends=True)
    turned = "".join([*lines[:5], lines[6], lines[5]])
    assert findings(RULE, crew_of(turned)) == []


def test_where_yaml_names_the_model_yaml_is_changed(tmp_path: Path) -> None:
    agents = AGENTS.replace("backstory: Careful.", "backstory: Careful.\n      llm: openai/gpt-4o")
    crew = crewbase_of(tmp_path, agents=agents, tasks=TASKS, python=PYTHON)
    found = finding(RULE, crew)
    assert found.place.path.endswith("agents.yaml")
    assert spot(found) == (5, 8)
    assert diff_of(found, crew) == "-  llm: openai/gpt-4o\n+  llm: openai/gpt-4o-mini\n"


def test_the_name_of_an_llm_method_is_not_overwritten(tmp_path: Path) -> None:
    agents = AGENTS.replace("backstory: Careful.", "backstory: Careful.\n      llm: big")
    found = finding(RULE, crewbase_of(tmp_path, agents=agents, tasks=TASKS, python=PYTHON))
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY
    assert found.fix.suggestion == 'llm="openai/gpt-4o-mini"'


def test_where_python_names_the_model_python_is_changed(tmp_path: Path) -> None:
    python = PYTHON.replace('["reader"])', '["reader"], llm="openai/gpt-4o")', 1)
    crew = crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=python)
    found = finding(RULE, crew)
    assert found.place.path.endswith("crew.py")
    old, new = 'llm="openai/gpt-4o")', 'llm="openai/gpt-4o-mini")'
    (line,) = [line for line in crew.texts[found.place.path].text.splitlines() if old in line]
    assert diff_of(found, crew) == f"-{line}\n+{line.replace(old, new)}\n"


def test_where_python_computes_the_model_the_line_is_shown(tmp_path: Path) -> None:
    python = PYTHON.replace('["reader"])', '["reader"], llm="openai/" + str("gpt-4o"))', 1)
    found = finding(RULE, crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=python))
    assert found.place.path.endswith("crew.py")
    assert found.place.line == 15
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_where_the_environment_chooses_the_model_is_written_into_yaml(tmp_path: Path) -> None:
    crew = crewbase_of(tmp_path, agents=AGENTS, tasks=TASKS, python=PYTHON)
    found = finding(RULE, crew, environment={"MODEL": "openai/gpt-4o"})
    assert diff_of(found, crew) == "+  llm: openai/gpt-4o-mini\n"


def test_crewai_takes_the_model_of_a_fixed_definition() -> None:
    assert built(CREW).agents[0].llm.model == "gpt-4o"
    assert built(CREW.replace("gpt-4o}", "gpt-4o-mini}", 1)).agents[0].llm.model == "gpt-4o-mini"


def test_crewai_takes_the_model_written_into_a_projects_yaml(tmp_path: Path) -> None:
    agents = AGENTS.replace("backstory: Careful.", "backstory: Careful.\n      llm: openai/gpt-4o-mini")
    crewbase_of(tmp_path, agents=agents, tasks=TASKS, python=PYTHON)
    assert project_crew(tmp_path, "Letters").agents[0].llm.model == "gpt-4o-mini"


def test_crewai_calls_the_llm_method_that_yaml_names(tmp_path: Path) -> None:
    agents = AGENTS.replace("backstory: Careful.", "backstory: Careful.\n      llm: big")
    crewbase_of(tmp_path, agents=agents, tasks=TASKS, python=PYTHON)
    made = project_crew(tmp_path, "Letters").agents[0].llm
    assert (made.model, made.temperature) == ("gpt-4o", 0.2)
