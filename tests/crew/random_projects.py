"""Hypothesis strategies for ``@CrewBase`` projects: the text of their files, written in many manners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml
from hypothesis import strategies as st

PARTS = '''
from enum import Enum
from typing import Dict, List, Optional

from crewai import LLM
from crewai.tools import BaseTool, tool
from pydantic import BaseModel, Field

DEFAULT_MODEL = "gpt-4o-mini"
BIG = LLM(model="openai/gpt-4.1", max_tokens=900)
LIMITS = {"max_iter": 4, "max_rpm": 6}


class Level(str, Enum):
    LOW = "low"
    HIGH = "high"


class Item(BaseModel):
    """One item."""

    title: str = Field(..., description="what it is")
    level: Level = Level.LOW
    tags: List[str] = []


class Report(BaseModel):
    items: List[Item]
    score: Optional[float] = Field(None, ge=0, le=1)
    notes: Dict[str, str] = Field(default_factory=dict)


class Search(BaseTool):
    name: str = "Search it"
    description: str = "Searches."

    def _run(self, query: str, limit: int = 3) -> str:
        return query


class ReaderArguments(BaseModel):
    path: str = Field(description="where")


class Reader(BaseTool):
    name: str = "Reader"
    description: str = "Reads a file."
    args_schema: type[BaseModel] = ReaderArguments
    root: str = "."

    def _run(self, path: str) -> str:
        return path


@tool("Add up")
def add_up(numbers: List[float], label: Optional[str] = None) -> float:
    """Adds numbers.

    Args:
        numbers: what to add
    """
    return sum(numbers)


def make_model(name: str = "gpt-4o"):
    return LLM(model=name, max_tokens=50)
'''
"""The module the generated classes import from."""

MODELS = (
    '"gpt-4o"',
    "DEFAULT_MODEL",
    'f"openai/{DEFAULT_MODEL}"',
    'LLM(model="gpt-4o", max_tokens=321)',
    'LLM("gpt-4.1-mini")',
    "BIG",
    "make_model()",
    'make_model("gpt-4")',
    "self.own_model",
    "self.made_model",
)
TOOLS = (
    "Search()",
    'Search(name="Other name", description="Other.", result_as_answer=True)',
    "Reader(max_usage_count=3)",
    "add_up",
    "SHARED",
    "self.searcher()",
    "self.own_tool",
    "*MORE",
)
CONFIGS = ('self.{0}["{1}"]', "self.{0}['{1}']  # type: ignore[index]\n        ", "self.{0}.get('{1}')")
TEXTS = st.sampled_from(["Find {topic}", "Wörter, 分析", "Two\nlines\n", 'It\'s "quoted": yes', "x" * 30])


@dataclass
class Project:
    """The files of one project, by name in its package, and how many crews it defines."""

    files: dict[str, str] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A package with one or two classes in ``crew.py`` and their config files."""
    project = Project({"__init__.py": "", "parts.py": PARTS})
    text = HEADER
    for number in range(draw(st.integers(1, 2))):
        folder = draw(st.sampled_from(["config", "settings"])) + str(number)
        source, agents, tasks = draw(crew_classes(f"Crew{number}", folder))
        project.files[f"{folder}/agents.yaml"] = yaml.safe_dump(agents, sort_keys=False, allow_unicode=True)
        project.files[f"{folder}/tasks.yaml"] = yaml.safe_dump(tasks, sort_keys=False, allow_unicode=True)
        project.classes.append(f"Crew{number}")
        text += source
    project.files["crew.py"] = text
    return project


HEADER = """
from pathlib import Path

from crewai import Agent, Crew, LLM, Process, Task
from .parts import *
from .parts import Report as Output
from crewai.project import CrewBase, agent, crew, llm, task, tool

SHARED = Search()
MORE = [Reader(), add_up]


def check(output):
    return (True, output)


def common(role):
    return {"goal": f"goal of {role}"}

"""


@dataclass
class _Class:
    """One class while it is drawn."""

    agents: dict[str, Any] = field(default_factory=dict)
    tasks: dict[str, Any] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)
    task_names: list[str] = field(default_factory=list)


@st.composite
def crew_classes(draw: st.DrawFn, name: str, folder: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The source of a class, its agents.yaml and its tasks.yaml."""
    made = _Class()
    agents = [f"agent_{number}" for number in range(draw(st.integers(1, 3)))]
    agent_methods = [draw(_agents(made, one)) for one in agents]
    task_methods = [draw(_tasks(made, number, agents)) for number in range(draw(st.integers(1, 4)))]
    methods = draw(st.permutations(range(len(agent_methods))))
    made.methods = _interleaved(draw, [agent_methods[one] for one in methods], task_methods)
    paths = draw(st.sampled_from(PATHS)).replace("FOLDER", folder)
    source = CLASS.replace("NAME", name).replace("PATHS", paths)
    return source + "".join(made.methods) + draw(_crews(agents, made.task_names)), made.agents, made.tasks


PATHS = (
    "agents_config = 'FOLDER/agents.yaml'\n    tasks_config = 'FOLDER/tasks.yaml'",
    'agents_config: str = "FOLDER/agents.yaml"\n    tasks_config: str = "FOLDER/tasks.yaml"',
    (
        "agents_config = str(Path(__file__).parent / 'FOLDER' / 'agents.yaml')\n"
        "    tasks_config = str(Path(__file__).resolve().parent.joinpath('FOLDER', 'tasks.yaml'))"
    ),
)

CLASS = '''
@CrewBase
class NAME():
    """A crew."""

    PATHS
    own_model = LLM(model="gpt-4.1-nano", max_tokens=10)
    agents: List[Agent]

    def __init__(self, level="high"):
        self.made_model = make_model("gpt-4o-mini") if level == "high" else None
        self.own_tool = Reader(name="Own reader")

    @llm
    def yaml_model(self):
        return LLM(model="gpt-4o", max_tokens=22)

    @tool
    def searcher(self):
        return Search(description="Of the class.")
'''


def _interleaved(draw: st.DrawFn, agents: list[str], tasks: list[str]) -> list[str]:
    methods = list(tasks)
    for one in agents:
        methods.insert(draw(st.integers(0, len(methods))), one)
    return methods


@st.composite
def _agents(draw: st.DrawFn, made: _Class, name: str) -> str:
    role = draw(st.sampled_from([name, name, "shared role", f"{name}\n"]))
    texts = {"role": role, "goal": draw(TEXTS), "backstory": draw(TEXTS)}
    body = dict(texts)
    body.update(draw(st.fixed_dictionaries({}, optional=AGENT_YAML)))
    made.agents[name] = body
    arguments = [f"config={draw(_config('agents_config', name))}"]
    if draw(st.integers(0, 5)) == 0:
        arguments = [f"role={role!r}", "backstory='inline'", f"**common({role!r})"]
    given = draw(st.fixed_dictionaries({}, optional=AGENT_PYTHON))
    arguments += [f"{key}={value}" for key, value in given.items()]
    if draw(st.integers(0, 5)) == 0 and not {"max_iter", "max_rpm"} & set(given):
        arguments.append("**LIMITS")
    return _method(draw, "agent", name, "Agent", arguments)


@st.composite
def _config(draw: st.DrawFn, attribute: str, name: str) -> str:
    return draw(st.sampled_from(CONFIGS)).format(attribute, name)


AGENT_YAML: dict[str, st.SearchStrategy[Any]] = {
    "llm": st.sampled_from(["gpt-4", "yaml_model"]),
    "tools": st.sampled_from([["searcher"], []]),
    "allow_delegation": st.booleans(),
    "max_iter": st.integers(1, 30),
    "max_rpm": st.one_of(st.none(), st.integers(1, 9)),
    "temperature": st.just(0.3),
    "inject_date": st.booleans(),
}
_TOOL_LISTS = st.lists(st.sampled_from(TOOLS), max_size=3).map(lambda tools: f"[{', '.join(tools)}]")
AGENT_PYTHON: dict[str, st.SearchStrategy[str]] = {
    "llm": st.sampled_from(MODELS),
    "tools": st.one_of(_TOOL_LISTS, st.just("MORE + [SHARED]"), st.just("[one for one in MORE]")),
    "allow_delegation": st.sampled_from(["True", "False"]),
    "max_iter": st.sampled_from(["3", "LIMITS['max_iter']", "2 + 3"]),
    "max_rpm": st.sampled_from(["None", "5"]),
    "verbose": st.just("True"),
}


@st.composite
def _tasks(draw: st.DrawFn, made: _Class, number: int, agents: list[str]) -> str:
    name = f"task_{number}"
    body: dict[str, Any] = {"description": draw(TEXTS), "expected_output": draw(TEXTS)}
    arguments = [f"config={draw(_config('tasks_config', name))}"]
    agent = draw(st.sampled_from(agents))
    if draw(st.booleans()):
        body["agent"] = agent
    else:
        arguments.append(f"agent=self.{agent}()")
    earlier = made.task_names
    kind = draw(st.sampled_from(["unspecified", "none", "empty", "yaml", "python", "unspecified"]))
    chosen = draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=3)) if earlier else []
    match kind:
        case "none":
            body["context"] = None
        case "empty":
            arguments.append("context=[]")
        case "yaml" if chosen:
            body["context"] = chosen
        case "python" if chosen:
            arguments.append(f"context=[{', '.join(f'self.{one}()' for one in chosen)}]")
        case _:
            pass
    body.update(draw(st.fixed_dictionaries({}, optional=TASK_YAML)))
    given = draw(st.fixed_dictionaries({}, optional=TASK_PYTHON))
    arguments += [f"{key}={value}" for key, value in given.items()]
    made.tasks[name] = body
    made.task_names.append(name)
    return _method(draw, "task", name, "Task", arguments)


TASK_YAML: dict[str, st.SearchStrategy[Any]] = {
    "markdown": st.booleans(),
    "human_input": st.booleans(),
    "output_file": st.just("out.md"),
    "tools": st.just(["searcher"]),
    "guardrail": st.just("It is short."),
    "unknown_key": st.just(1),
}
TASK_PYTHON: dict[str, st.SearchStrategy[str]] = {
    "output_pydantic": st.sampled_from(["Report", "Output", "Item"]),
    "tools": _TOOL_LISTS,
    "guardrail": st.sampled_from(["check", '"No more than a page."']),
    "markdown": st.sampled_from(["True", "False"]),
    "async_execution": st.sampled_from(["False", "True", "False"]),
}


def _method(draw: st.DrawFn, decorator: str, name: str, made: str, arguments: list[str]) -> str:
    call = f"{made}(\n            " + ",\n            ".join(arguments) + ",\n        )"
    body = f"        return {call}\n"
    if draw(st.booleans()):
        body = f"        made = {call}\n        return made\n"
    return f"\n    @{decorator}\n    def {name}(self) -> {made}:\n{body}"


@st.composite
def _crews(draw: st.DrawFn, agents: list[str], tasks: list[str]) -> str:
    everybody, everything = "self.agents", "self.tasks"
    if draw(st.integers(0, 3)) == 0:
        everybody = "[" + ", ".join(f"self.{one}()" for one in draw(st.permutations(agents))) + "]"
    if draw(st.integers(0, 5)) == 0:
        everything = "[" + ", ".join(f"self.{one}()" for one in tasks) + "]"
    arguments = [f"agents={everybody}", f"tasks={everything}"]
    given = draw(st.fixed_dictionaries({}, optional=CREW_PYTHON))
    arguments += [f"{key}={value}" for key, value in given.items()]
    arguments.append(draw(st.sampled_from(PROCESSES)))
    return _method(draw, "crew", "crew", "Crew", arguments)


CREW_PYTHON: dict[str, st.SearchStrategy[str]] = {
    "cache": st.sampled_from(["True", "False"]),
    "planning": st.sampled_from(["True", "False"]),
    "planning_llm": st.sampled_from(['"gpt-4o"', "BIG"]),
    "max_rpm": st.just("LIMITS['max_rpm']"),
    "name": st.just('"own name"'),
    "verbose": st.just("False"),
}
PROCESSES = (
    "process=Process.sequential",
    "process=Process.sequential",
    'process=Process.hierarchical, manager_llm="gpt-4o"',
    "process=Process.hierarchical, manager_agent=Agent(role='Boss', goal='g', backstory='b', llm=BIG)",
)
