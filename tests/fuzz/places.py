"""Every place of an input where a text may stand, each with a text that would steer a terminal or a log."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.fuzz.attempts import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = (
    "\x1b[31m\x07\r\x08\x9b\x85\x7f\u202e\u2066\ufeff\u2028\u2029\u00ad\U000e0041x"
    "\n::error::pwned\n##[error]pwned"
)
"""Escapes, controls, ends of lines, marks of direction, and lines that a build log takes for commands."""
NAME_MARK: Final = MARK.replace("/", "")
"""The same, for names of files."""
PAGE: Final[dict[str, Any]] = {
    "name": "Page",
    "agents": {
        "a": {
            "role": "Editor",
            "goal": "Edit {topic}",
            "backstory": "You are a world-class editor. You edit.",
            "llm": "openai/gpt-4o",
            "tools": ["SerperDevTool"],
        },
        "b": {
            "role": "Clerk",
            "goal": "List",
            "backstory": "You list.",
            "llm": "openai/gpt-4o",
            "max_iter": 5,
        },
    },
    "tasks": [
        {"name": "cars", "description": "List ten cars.", "expected_output": "Ten names.", "agent": "b"},
        {"name": "bikes", "description": "List ten bikes.", "expected_output": "Ten names.", "agent": "a"},
        {
            "name": "page",
            "description": "Write a page on {topic}, the cars and the bikes.",
            "expected_output": "A page.",
            "agent": "a",
            "context": ["cars", "bikes"],
            "output_file": "out.md",
            "guardrail": "It is polite",
        },
    ],
    "inputs": {"topic": "tea"},
    "process": "sequential",
    "manager_llm": "openai/gpt-4o",
}
FLOW: Final[dict[str, Any]] = {
    "schema": "crewai.flow/v1",
    "name": "Work",
    "state": {"type": "dict", "default": {"topic": "tea"}},
    "methods": {
        "begin": {"start": True, "do": {"call": "expression", "expr": "state.topic"}},
        "work": {
            "listen": "begin",
            "do": {"call": "crew", "with": {"agents": PAGE["agents"], "tasks": PAGE["tasks"]}},
        },
    },
}
REQUEST: Final[dict[str, Any]] = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "Hi", "name": "x"}],
    "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}],
}
SETTINGS: Final = (
    'model = "@"',
    'crewai-version = "@"',
    'select = ["@"]',
    'fail-on = "@"',
    'max-cost = "@"',
    'inputs = {"@" = "@"}',
    'tiers = {"@" = "x"}',
    'tiers = {light = "@"}',
    'models = {"@" = {input-price = 1}}',
    'models = {"gpt-4o" = {"@" = 1}}',
    'tool-result-tokens = {"@" = 1}',
    'mcp-definition-tokens = {"@" = 1}',
    'assumptions = {"@" = 1}',
    'per-file-ignores = {"@" = ["CP1"]}',
    'per-file-ignores = {"*" = ["@"]}',
    '"@" = 1',
    "x = @",
)
OPTIONS: Final = (
    ("--model", "@"),
    ("--input", "@=1"),
    ("--input", "topic=@"),
    ("--select", "@"),
    ("--ignore", "@"),
    ("--fail-on", "@"),
    ("--crewai-version", "@"),
    ("--config", "@"),
    ("--max-cost", "@"),
    ("--format", "@"),
    ("--@",),
    ("@",),
)
VARIABLES: Final = ("MODEL", "MODEL_NAME", "OPENAI_MODEL_NAME")


def marked(data: Any, mark: str) -> Iterator[Any]:
    """``data`` with ``mark`` after one of its texts or keys, for each of them."""
    for route, is_key in _places(data):
        made = copy.deepcopy(data)
        parent = made
        for step in route[:-1]:
            parent = parent[step]
        if is_key:
            keys = list(parent.items())
            parent.clear()
            parent.update({f"{key}{mark}" if key == route[-1] else key: value for key, value in keys})
        else:
            parent[route[-1]] = f"{parent[route[-1]]}{mark}"
        yield made


def everywhere(data: Any, mark: str) -> Any:
    """``data`` with ``mark`` after every text that is not the name of something."""
    named = {"agent", "process", "context", "call", "listen", "schema", "type", "role"}
    if isinstance(data, dict):
        return {key: one if key in named else everywhere(one, mark) for key, one in data.items()}
    if isinstance(data, list):
        return [everywhere(one, mark) for one in data]
    return data + mark if isinstance(data, str) else data


def _places(data: Any, route: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], bool]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*route, key), True
            yield from _places(value, (*route, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _places(value, (*route, index))
    elif isinstance(data, str):
        yield route, False


def as_yaml(data: Any) -> bytes:
    """With every odd character as an escape, which is how it gets past the parser."""
    text: str = yaml.safe_dump(data, allow_unicode=False, sort_keys=False, default_style='"')
    return text.encode()


def as_json(data: Any) -> bytes:
    """With every odd character as an escape."""
    return json.dumps(data, indent=1).encode()


def script(mark: str) -> bytes:
    """A script whose texts end in ``mark``."""
    shown = ascii(mark)[1:-1].replace('"', '\\"')
    return f"""\
from crewai import Agent, Crew, Task
texts = dict(role="Editor{shown}", goal="Edit{shown}", backstory="You are world-class.{shown}")
a = Agent(**texts, llm="gpt-4o{shown}")
t = Task(description="List.{shown}", expected_output="A list.{shown}", agent=a, name="t{shown}")
team = Crew(agents=[a], tasks=[t], name="c{shown}", **{{"x{shown}": 1}})
team.kickoff(inputs={{"i{shown}": "v{shown}"}})
""".encode()


def cases() -> Iterator[tuple[str, Case]]:
    """Each place with what it is called; the command is still without its name and format."""
    crew = as_yaml(PAGE)
    for number, data in enumerate(marked(PAGE, MARK)):
        yield f"yaml {number}", Case(("crew.yaml",), {"crew.yaml": as_yaml(data)})
        yield f"jsonc {number}", Case(("crew.jsonc",), {"crew.jsonc": as_json(data)})
    for number, data in enumerate(marked(FLOW, MARK)):
        yield f"flow {number}", Case(("flow.yaml",), {"flow.yaml": as_yaml(data)})
    yield "yaml everywhere", Case(("crew.yaml",), {"crew.yaml": as_yaml(everywhere(PAGE, MARK))})
    yield "flow everywhere", Case(("flow.yaml",), {"flow.yaml": as_yaml(everywhere(FLOW, MARK))})
    yield "script", Case(("main.py",), {"main.py": script(MARK)})
    cells = [{"cell_type": "code", "source": script(MARK).decode().splitlines(keepends=True), "outputs": []}]
    yield "notebook", Case(("n.ipynb",), {"n.ipynb": as_json({"cells": cells, "nbformat": 4})})
    raw = "\u202e\u2066\ufeff\u2028\x85"
    plain = yaml.safe_dump(everywhere(PAGE, raw), allow_unicode=True, sort_keys=False).encode()
    yield "raw marks", Case(("crew.yaml",), {"crew.yaml": plain})
    yield "comment", Case(("crew.yaml",), {"crew.yaml": crew + f"# crewprof: ignore[CP1] {raw}\n".encode()})
    for name in (f"{NAME_MARK}.yaml", f"{NAME_MARK}/crew.yaml"):
        yield f"file {name[-9:]}", Case((name,), {name: crew})
        yield f"broken file {name[-9:]}", Case((name,), {name: b"agents: {"})
        yield f"found file {name[-9:]}", Case((".",), {name: crew, "b.py": b"from crewai import Crew\nCrew("})
    for line in SETTINGS:
        text = line.replace("@", _toml(MARK))
        yield f"setting {line}", Case(("crew.yaml",), {"crew.yaml": crew, "crewprof.toml": text.encode()})
    name = _toml(MARK)
    project = f'[project]\nname = "{name}"\ndependencies = ["{name}", "crewai=={name}"]\n'.encode()
    yield "project", Case(("crew.yaml",), {"crew.yaml": crew, "pyproject.toml": project})
    bare = copy.deepcopy(PAGE)
    del bare["agents"]["a"]["llm"]
    for variable in VARIABLES:
        files = {"crew.yaml": as_yaml(bare)}
        yield f"variable {variable}", Case(("crew.yaml",), files, variables={variable: f"x{MARK}"})
        env = f'{variable}="x{MARK}"\n'.encode()
        yield f"dotenv {variable}", Case(("crew.yaml",), {**files, ".env": env})
    for option in OPTIONS:
        given = tuple(one.replace("@", MARK) for one in option)
        yield f"option {option}", Case((*given, "crew.yaml"), {"crew.yaml": crew})


def _toml(text: str) -> str:
    return "".join(f"\\U{ord(char):08X}" if not char.isalnum() else char for char in text)


def requests() -> Iterator[tuple[str, Case]]:
    """The places of a request to a chat API, for ``count``."""
    for number, data in enumerate(marked(REQUEST, MARK)):
        yield f"request {number}", Case(("r.json",), {"r.json": as_json(data)})
    yield "request file", Case((f"{NAME_MARK}.json",), {f"{NAME_MARK}.json": b"{"})
    yield "request model", Case(("--model", MARK, "r.json"), {"r.json": as_json(REQUEST)})
