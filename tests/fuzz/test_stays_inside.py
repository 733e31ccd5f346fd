"""No file outside the project is opened, listed, imported or written, whatever a project refers to."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.fuzz.attempts import Case, attempt_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links of Unix")

AGENTS: Final = "a: {role: R, goal: G, backstory: 'You are a world-class expert.', llm: gpt-4o}\n"
TASKS: Final = "t: {description: D, expected_output: E, agent: a}\n"
CREW: Final = "agents:\n  " + AGENTS + "tasks:\n  - {name: t, description: D, expected_output: E, agent: a}\n"
OUTSIDE: Final = {
    "agents.yaml": AGENTS,
    "tasks.yaml": TASKS,
    "crew.yaml": CREW,
    "a.jsonc": '{"role": "R", "goal": "G", "backstory": "B"}',
    "crew.jsonc": '{"agents": ["a"], "tasks": [{"description": "D", "expected_output": "E", "agent": "a"}]}',
    "prompts.json": "{}",
    "lib.py": "from crewai import Agent\nMODEL = 'gpt-4o'\na = Agent(role='R', goal='G', backstory='B')\n",
    "text.txt": "gpt-4o",
    "env": "MODEL=gpt-4o\n",
    "skill/SKILL.md": "---\nname: s\ndescription: d\n---\nDo it.\n",
    "package/__init__.py": "MODEL = 'gpt-4o'\n",
    "package/lib.py": "MODEL = 'gpt-4o'\n",
    "flow.yaml": "schema: crewai.flow/v1\nmethods: {}\n",
}
CLASS: Final = """\
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task
@CrewBase
class Desk:
    agents_config = "{agents}"
    tasks_config = "{tasks}"
    @agent
    def a(self) -> Agent:
        return Agent(config=self.agents_config["a"])
    @task
    def t(self) -> Task:
        return Task(config=self.tasks_config["t"])
    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""
SCRIPT: Final = """\
import json, os, sys, yaml
from pathlib import Path
from crewai import Agent, Crew, Task
{before}
a = Agent(role="R", goal="G", backstory="B", llm={model})
t = Task(description="D", expected_output="E", agent=a)
Crew(agents=[a], tasks=[t]).kickoff()
"""


def script(before: str, model: str) -> dict[str, str]:
    return {"main.py": SCRIPT.format(before=before, model=model)}


def crew_with(line: str) -> dict[str, str]:
    return {"crew.yaml": CREW + line}


def agent_with(given: str) -> dict[str, str]:
    return {"crew.yaml": CREW.replace("llm: gpt-4o", f"llm: gpt-4o, {given}")}


FLOW: Final = """\
schema: crewai.flow/v1
methods:
  begin: {start: true, do: {call: crew, with: {from_declaration: REF}}}
"""
PROJECTS: Final[dict[str, dict[str, str]]] = {
    "config above": {"crew.py": CLASS.format(agents="../outside/agents.yaml", tasks="../outside/tasks.yaml")},
    "config absolute": {"crew.py": CLASS.format(agents="OUTSIDE/agents.yaml", tasks="OUTSIDE/tasks.yaml")},
    "config linked": {
        "crew.py": CLASS.format(agents="config/agents.yaml", tasks="config/tasks.yaml"),
        "config/agents.yaml": "-> agents.yaml",
        "config/tasks.yaml": "-> tasks.yaml",
    },
    "folder of config linked": {
        "crew.py": CLASS.format(agents="config/agents.yaml", tasks="config/tasks.yaml"),
        "config": "-> .",
    },
    "open above": script("", "open('../outside/text.txt').read()"),
    "open absolute": script("", "open('OUTSIDE/text.txt').read()"),
    "open linked": {**script("", "open('text.txt').read()"), "text.txt": "-> text.txt"},
    "path": script("HERE = Path(__file__).parent.parent / 'outside'", "(HERE / 'text.txt').read_text()"),
    "path joined": script(
        "x = os.path.join(os.path.dirname(__file__), '..', 'outside', 'text.txt')", "open(x).read()"
    ),
    "yaml": script("x = yaml.safe_load(open('../outside/agents.yaml'))", "x['a']['llm']"),
    "yaml in with": script(
        "with open('OUTSIDE/agents.yaml') as f:\n    x = yaml.safe_load(f)", "x['a']['llm']"
    ),
    "json": script("x = json.load(open('../outside/crew.jsonc'))", "x['agents'][0]"),
    "relative import": {
        "sub/__init__.py": "",
        "sub/main.py": SCRIPT.format(before="from ...outside.lib import MODEL", model="MODEL"),
    },
    "import by path": script("sys.path.insert(0, 'OUTSIDE')\nfrom lib import MODEL", "MODEL"),
    "module linked": {**script("from lib import MODEL", "MODEL"), "lib.py": "-> lib.py"},
    "package linked": {**script("from package.lib import MODEL", "MODEL"), "package": "-> package"},
    "star linked": {**script("from lib import *", "MODEL"), "lib.py": "-> lib.py"},
    "crew linked in a folder": {"x.py": "", "crews/crew.yaml": "-> crew.yaml"},
    "folder linked": {**crew_with(""), "crews": "-> ."},
    "prompt file": crew_with("prompt_file: ../outside/prompts.json\n"),
    "prompt file absolute": crew_with("prompt_file: OUTSIDE/prompts.json\n"),
    "prompt file linked": {**crew_with("prompt_file: p.json\n"), "p.json": "-> prompts.json"},
    "skills": agent_with("skills: [../outside/skill]"),
    "skills absolute": agent_with("skills: [OUTSIDE]"),
    "skills linked": {**agent_with("skills: [./skills]"), "skills": "-> ."},
    "custom tool": agent_with("tools: ['custom:../outside/lib']"),
    "custom tool linked": {**agent_with("tools: ['custom:lib']"), "tools/lib.py": "-> lib.py"},
    "python reference": agent_with("step_callback: {python: ...outside.lib.a}"),
    "python reference linked": {**agent_with("step_callback: {python: lib.a}"), "lib.py": "-> lib.py"},
    "knowledge": agent_with("knowledge_sources: [{type: text_file, file_paths: ['OUTSIDE/text.txt']}]"),
    "variables linked": {
        **crew_with("").fromkeys(["crew.yaml"], CREW.replace(", llm: gpt-4o", "")),
        ".env": "-> env",
    },
    "agent of json linked": {"crew.jsonc": OUTSIDE["crew.jsonc"], "agents/a.jsonc": "-> a.jsonc"},
    "agents of json linked": {"crew.jsonc": OUTSIDE["crew.jsonc"], "agents": "-> ."},
    "agent of json above": {"crew.jsonc": OUTSIDE["crew.jsonc"].replace('"a"', '"../../outside/a"')},
    "definition above": {
        "pyproject.toml": "[tool.crewai]\ntype = 'crew'\ndefinition = '../outside/crew.jsonc'\n"
    },
    "definition linked": {
        "pyproject.toml": "[tool.crewai]\ntype = 'crew'\ndefinition = 'x.jsonc'\n",
        "x.jsonc": "-> crew.jsonc",
    },
    "declaration above": {"flow.yaml": FLOW.replace("REF", "../outside/crew.yaml")},
    "declaration absolute": {"flow.yaml": FLOW.replace("REF", "OUTSIDE/crew.yaml")},
    "declaration linked": {"flow.yaml": FLOW.replace("REF", "c.yaml"), "c.yaml": "-> crew.yaml"},
    "settings linked": {**crew_with(""), "crewprof.toml": "-> text.txt"},
    "ignored files linked": {**crew_with(""), ".gitignore": "-> text.txt"},
}
COMMANDS: Final = (
    ("analyze", "-f", "json", "."),
    ("check", "."),
    ("optimize", "--unsafe-fixes", "--write", "--quiet", "."),
    ("diff", "."),
)
WATCHED: Final = ("open", "os.listdir", "os.scandir", "import", "exec", "os.rename", "os.link")

_touched: list[str] = []
_watched_folder: str | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _watched_folder is None or event not in WATCHED:
        return
    for one in arguments[:2]:
        if isinstance(one, bytes):
            one = os.fsdecode(one)
        if hasattr(one, "__fspath__") or isinstance(one, str):
            real = os.path.realpath(one)
            if real == _watched_folder or real.startswith(_watched_folder + os.sep):
                _touched.append(f"{event} {os.fspath(one)}")


sys.addaudithook(_watch)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder beside the project, watched."""
    global _watched_folder
    folder = tmp_path / "outside"
    for name, text in OUTSIDE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    _touched.clear()
    yield folder
    _watched_folder = None


@pytest.mark.parametrize("name", PROJECTS)
def test_nothing_outside_is_touched(name: str, outside: Path) -> None:
    global _watched_folder
    root = outside.parent / "project"
    (root / ".git").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\nname = 'p'\n", encoding="utf-8")
    for file, text in PROJECTS[name].items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("-> "):
            path.symlink_to(outside / text.removeprefix("-> "))
        else:
            path.write_text(text.replace("OUTSIDE", str(outside)), encoding="utf-8")
    _watched_folder = os.path.realpath(outside)
    faults = [fault for command in COMMANDS for fault in attempt_in(Case(command), root).faults]
    _watched_folder = None
    assert _touched == []
    assert faults == []
    assert {name: (outside / name).read_text(encoding="utf-8") for name in OUTSIDE} == OUTSIDE
