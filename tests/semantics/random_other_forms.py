"""The mistakes of scripts in other forms: flows that are classes, notebooks, YAML that is read by hand."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Any, Final

import yaml
from hypothesis import strategies as st

from tests.semantics.random_mistakes import (
    AGENT_KEYS,
    TASK_KEYS,
    base_agents,
    base_tasks,
    mistaken_orders,
    mistaken_scripts,
    slips,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_FLOW: Final = """

from crewai.flow.flow import Flow, and_, listen, or_, router, start


class Made(Flow):
    @start()
    def begin(self):
        return "begun"

    @router(begin)
    def choose(self):
        return "go on"

    @listen({waited})
    def work(self):
{body}
        return {result}

    @listen(work)
    def end(self, result):
        return "ended"


if __name__ == "__main__":
    Made().kickoff()
"""
_WAITED: Final = ('"go on"', 'or_("go on", "stop")', 'and_("go on", begin)', "or_(choose)")
_RESULTS: Final = ("crew.kickoff()", "crew.kickoff(inputs={}).raw", "str(crew.kickoff())")


def _is_python(script: str) -> bool:
    try:
        ast.parse(script)
    except SyntaxError:
        return False
    return True


_SCRIPTS: Final = st.one_of(mistaken_scripts(), mistaken_orders()).filter(_is_python)


@st.composite
def flow_classes(draw: st.DrawFn) -> str:
    """A flow of Python, one method of which makes and starts a crew."""
    script = draw(_SCRIPTS)
    tree = ast.parse(script)
    lines = script.splitlines()
    first = next(one.lineno for one in tree.body if isinstance(one, ast.Assign)) - 1
    last = next(one.end_lineno for one in tree.body if _is_crew(one)) or len(lines)
    body = indent("\n".join(lines[first:last]), "        ")
    waited, result = draw(st.sampled_from(_WAITED)), draw(st.sampled_from(_RESULTS))
    return "\n".join(lines[:first]) + _FLOW.format(body=body, waited=waited, result=result)


def _is_crew(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "crew"


@dataclass(frozen=True)
class Notebook:
    """A notebook, and what its cells do when they are run from top to bottom."""

    text: str
    script: str


_MAGICS: Final = ("!pip install -q crewai", "%load_ext autoreload", "# only words", "%%time", "")


@st.composite
def notebooks(draw: st.DrawFn) -> Notebook:
    """A script in the cells of a notebook."""
    script = draw(_SCRIPTS)
    lines = script.splitlines()
    pieces: list[list[str]] = [[]]
    for node in ast.parse(script).body:
        if draw(st.booleans()):
            pieces.append([])
        start = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        pieces[-1] += lines[start - 1 : node.end_lineno]
    cells = [_cell(draw, "\n".join(one)) for one in pieces]
    cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# A crew"]})
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return Notebook(json.dumps(whole), script)


def _cell(draw: st.DrawFn, code: str) -> dict[str, Any]:
    magic = draw(st.sampled_from(_MAGICS))
    source = f"{magic}\n{code}" if magic else code
    shown = source.splitlines(keepends=True) if draw(st.booleans()) else source
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": shown}


@dataclass(frozen=True)
class YamlReader:
    """A script that reads YAML files beside it, by path."""

    script: str
    files: Mapping[str, str]


_READER: Final = """
from pathlib import Path

import yaml
from crewai import Agent, Crew, Process, Task


def load(name):
    with open({path}, encoding="utf-8") as file:
        return yaml.safe_load(file)


agents_config = {agents_config}
tasks_config = load("tasks")
a = Agent({a})
b = Agent({b})
agents = {{"a": a, "b": b}}
one = Task({one})
two = Task({two})
crew = Crew(agents=list(agents.values()), tasks=[one, two])
"""
_PATHS: Final = (
    'Path(__file__).parent / "config" / f"{name}.yaml"',
    'f"config/{name}.yaml"',
    '"config/" + name + ".yaml"',
)
_AGENTS: Final = (
    "config={entry}",
    "**{entry}",
    "role={entry}['role'], goal={entry}['goal'], backstory={entry}['backstory'], llm={entry}.get('llm')",
    "**{{key: value for key, value in {entry}.items() if key != 'colour'}}",
)
_TASKS: Final = (
    "config={entry}, agent=agents[{entry}['agent']]",
    "**{{**{entry}, 'agent': agents[{entry}['agent']]}}",
    "description={entry}['description'], expected_output={entry}['expected_output'], agent=agents.get('a')",
)


@st.composite
def yaml_readers(draw: st.DrawFn) -> YamlReader:
    """A script that gives agents and tasks what their YAML says, with a slip in the YAML."""
    agents, tasks = base_agents(), base_tasks()
    for _ in range(draw(st.integers(1, 2))):
        owners, keys = draw(st.sampled_from([(agents, AGENT_KEYS), (tasks, TASK_KEYS)]))
        owner = owners[draw(st.sampled_from(sorted(owners)))]
        if draw(st.integers(0, 4)):
            key, value = draw(slips(keys))
            owner[key] = value
        elif owner:
            del owner[draw(st.sampled_from(sorted(owner)))]
    given = {
        name: draw(st.sampled_from(_AGENTS if kind == "agents" else _TASKS)).format(
            entry=f'{kind}_config["{name}"]'
        )
        for kind, names in (("agents", "ab"), ("tasks", ("one", "two")))
        for name in names
    }
    script = _READER.format(
        path=draw(st.sampled_from(_PATHS)),
        agents_config=draw(
            st.sampled_from(['load("agents")', 'yaml.safe_load(Path("config/agents.yaml").read_text())'])
        ),
        **given,
    )
    files = {
        "config/agents.yaml": yaml.safe_dump(agents, sort_keys=False),
        "config/tasks.yaml": yaml.safe_dump(tasks, sort_keys=False),
    }
    return YamlReader(script, files)
