"""Definitions of crews in each form, right in most of their parts."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

import yaml
from hypothesis import strategies as st

from crewprof.semantics.refusals.accepted_keys import Owner, accepted_keys
from tests.conformance.random_flows import flows
from tests.crew.random_scripts import STYLES, teams
from tests.fuzz.attempts import Case
from tests.fuzz.commands import COMMANDS
from tests.fuzz.hostile import as_json_text, scalars, texts, values
from tests.fuzz.mutations import spoiled
from tests.fuzz.tokens import JSON_TOKENS, PYTHON_TOKENS, YAML_TOKENS
from tests.python.random_programs import programs
from tests.source.json_texts import json_texts
from tests.source.yaml_texts import yaml_texts

VERSION: Final = "1.15.0"
PYTHON_KEYS: Final = ("python", "model", "custom:", "role", "x")


def _wrong(keys: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return values(st.sampled_from((*keys, *PYTHON_KEYS)) | texts)


AGENT: Final = {
    "role": "Editor",
    "goal": "Edit {topic}",
    "backstory": "You are a world-class editor.",
    "llm": "gpt-4o",
}
TASK: Final = {
    "name": "edit",
    "description": "Edit it.",
    "expected_output": "A list of 5 items.",
    "agent": "a",
}


@cache
def _value_of(owner: Owner) -> tuple[tuple[str, ...], st.SearchStrategy[Any]]:
    """The keys a definition may have, and anything for one of them."""
    keys = tuple(accepted_keys(owner, VERSION).settable)
    return keys, _wrong(keys)


@st.composite
def crews(draw: st.DrawFn) -> Any:
    """Definitions of crews, right in most of their parts."""
    names = draw(st.lists(st.sampled_from(["a", "b", "agents", "1"]) | texts, max_size=2))
    agents: dict[str, dict[str, Any]] = {name: dict(AGENT) for name in ("a", *names)}
    tasks: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        agent = draw(st.sampled_from(sorted(agents)))
        task: dict[str, Any] = {**TASK, "name": f"edit {number}", "agent": agent}
        if draw(st.integers(0, 2)) == 0:
            task["context"] = draw(
                st.lists(st.sampled_from([one["name"] for one in tasks] or [""]), max_size=2)
            )
        tasks.append(task)
    crew: dict[str, Any] = {"agents": agents, "tasks": tasks, "inputs": {"topic": "tea"}}
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 4]))):
        owners: tuple[Owner, ...] = ("agent", "agent", "task", "task", "crew")
        owner = draw(st.sampled_from(owners))
        keys, value = _value_of(owner)
        one_of = {"agent": list(agents.values()), "task": tasks, "crew": [crew]}
        target = draw(st.sampled_from(one_of[owner]))
        target[draw(st.sampled_from((*target, *keys)) | texts)] = draw(value)
    return crew


@st.composite
def _as_yaml(draw: st.DrawFn, data: Any) -> bytes:
    text: str = yaml.safe_dump(
        data,
        sort_keys=draw(st.booleans()),
        allow_unicode=draw(st.booleans()),
        default_flow_style=draw(st.sampled_from([None, True, False])),
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        width=draw(st.sampled_from([20, 80, 4000])),
        explicit_start=draw(st.booleans()),
    )
    return text.encode("utf-8", "surrogatepass")


def _as_json(data: Any) -> bytes:
    return as_json_text(data).encode("utf-8", "surrogatepass")


@st.composite
def yaml_crews(draw: st.DrawFn) -> Case:
    """``crew.yaml``, on disk or on standard input, and the two files of a ``@CrewBase`` class."""
    try:
        data = draw(_as_yaml(draw(crews()))) if draw(st.integers(0, 4)) else draw(yaml_texts()).encode()
    except ValueError:
        data = b"agents: {a: {max_iter: " + b"9" * 5000 + b"}}"
    data = draw(spoiled(data, YAML_TOKENS))
    command = draw(st.sampled_from(COMMANDS))
    if draw(st.integers(0, 9)) == 0:
        return Case((*command[:3], "-"), stdin=data)
    return Case((*command, "crew.yaml"), {"crew.yaml": data})


@st.composite
def json_crews(draw: st.DrawFn) -> Case:
    """``crew.jsonc`` and ``crew.json``, with and without ``agents/*.jsonc``."""
    data = _as_json(draw(crews())) if draw(st.integers(0, 4)) else draw(json_texts()).encode()
    name = draw(st.sampled_from(["crew.jsonc", "crew.json"]))
    files = {name: draw(spoiled(data, JSON_TOKENS))}
    if draw(st.booleans()):
        agent = draw(crews())["agents"]
        crew = {
            "agents": ["a"],
            "tasks": [{"name": "t", "description": "D", "expected_output": "E", "agent": "a"}],
        }
        files = {
            name: draw(spoiled(_as_json(crew), JSON_TOKENS)),
            "agents/a.jsonc": draw(
                spoiled(_as_json(agent.get("a") if isinstance(agent, dict) else agent), JSON_TOKENS)
            ),
        }
    return Case((*draw(st.sampled_from(COMMANDS)), draw(st.sampled_from([name, "."]))), files)


@st.composite
def flow_files(draw: st.DrawFn) -> Case:
    """``flow.yaml``."""
    data = draw(flows(cyclic=draw(st.booleans()))).definition
    if draw(st.booleans()):
        data = {
            **data,
            draw(st.sampled_from(["methods", "state", "config", "name"])): draw(_wrong(("do", "call"))),
        }
    try:
        written = draw(_as_yaml(data))
    except ValueError:
        written = b"schema: crewai.flow/v1"
    return Case(
        (*draw(st.sampled_from(COMMANDS)), "flow.yaml"), {"flow.yaml": draw(spoiled(written, YAML_TOKENS))}
    )


@st.composite
def python_files(draw: st.DrawFn) -> Case:
    """Scripts, factories, classes with their YAML, and any program that makes a crew at its end."""
    if draw(st.integers(0, 2)):
        style = draw(st.sampled_from([one for one in STYLES if one != "notebook"]))
        files = {name: text.encode() for name, text in STYLES[style](draw(teams())).items()}
    else:
        crew = STYLES["flat"](draw(teams()))["main.py"]
        files = {"main.py": (draw(programs(most=5)) + crew).encode()}
    name = draw(st.sampled_from(sorted(files)))
    tokens = PYTHON_TOKENS if name.endswith(".py") else YAML_TOKENS
    files[name] = draw(spoiled(files[name], tokens))
    given = draw(st.sampled_from(["main.py", "main.py", "."]))
    return Case((*draw(st.sampled_from(COMMANDS)), given), files)


@st.composite
def notebooks(draw: st.DrawFn) -> Case:
    """Notebooks with any cells."""
    notebook = json.loads(STYLES["notebook"](draw(teams()))["main.ipynb"])
    if draw(st.booleans()):
        cell = draw(st.sampled_from(notebook["cells"]))
        cell[draw(st.sampled_from(["source", "cell_type", "outputs"]))] = draw(
            values(st.sampled_from(["source", "text"]))
            | st.sampled_from([["%%bash\n", "x"], "%%time", "!a\\\n"])
        )
    if draw(st.integers(0, 5)) == 0:
        notebook[draw(st.sampled_from(["cells", "metadata", "nbformat"]))] = draw(scalars)
    data = draw(spoiled(_as_json(notebook), JSON_TOKENS))
    return Case((*draw(st.sampled_from(COMMANDS)), "main.ipynb"), {"main.ipynb": data})
