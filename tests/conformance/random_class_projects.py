"""Random crews written as ``@CrewBase`` projects: YAML for the most part, some keys in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import strategies as st

from tests.conformance.random_crews import Features
from tests.conformance.random_schedules import schedulable_crews

if TYPE_CHECKING:
    from tests.conformance.random_crews import Definition

PLAIN = Features(
    tools=0,
    structured=0,
    guardrail=0,
    conditional=0,
    hierarchical=0,
    templates=0,
    asynchronous=0.25,
    max_tasks=6,
)
HEAD = """\
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task


@CrewBase
class Project:
    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"
"""
AGENT = """
    @agent
    def {name}(self) -> Agent:
        return Agent(config=self.agents_config["{name}"])
"""
TASK = """
    @task
    def {name}(self) -> Task:
        return Task(config=self.tasks_config["{name}"]{arguments})
"""
CREW = """
    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""


@st.composite
def class_projects(draw: st.DrawFn) -> dict[str, str]:
    """The files of a project, by name."""
    definition = draw(schedulable_crews(PLAIN))
    agents, tasks = definition["agents"], definition["tasks"]
    if isinstance(agents, list):
        agents = {one.pop("name"): one for one in agents}
    python = HEAD + "".join(AGENT.format(name=name) for name in agents)
    config: dict[str, Definition] = {}
    for task in tasks:
        name = task.pop("name")
        task.pop("output_file", None)
        if task.get("context", ()) is None:
            del task["context"]
        python += TASK.format(name=name, arguments=_in_python(draw, task))
        config[name] = task
    return {
        "__init__.py": "",
        "crew.py": python + CREW,
        "config/agents.yaml": yaml.safe_dump(agents, sort_keys=False, allow_unicode=True),
        "config/tasks.yaml": _in_any_order(draw, config),
    }


def _in_python(draw: st.DrawFn, task: Definition) -> str:
    """Some keys of a task as arguments: they beat YAML."""
    arguments = ""
    if "context" in task and draw(st.integers(0, 3)) == 0:
        arguments += f", context=[{', '.join(f'self.{name}()' for name in task['context'])}]"
        if draw(st.booleans()):
            del task["context"]
    if "async_execution" in task and draw(st.integers(0, 3)) == 0:
        arguments += f", async_execution={task['async_execution']}"
    elif draw(st.integers(0, 7)) == 0:
        arguments += f", async_execution={task.get('async_execution', False)}"
    return arguments


def _in_any_order(draw: st.DrawFn, config: dict[str, Any]) -> str:
    """CrewAI follows the order of methods, not of keys."""
    names = draw(st.permutations(sorted(config)))
    return yaml.safe_dump({name: config[name] for name in names}, sort_keys=False, allow_unicode=True)
