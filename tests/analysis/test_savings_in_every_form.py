"""A fix saves the same whether a crew is written as ``crew.yaml`` or in Python."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from tests.rules.checking import options

if TYPE_CHECKING:
    from crewprof.findings import Finding

EXAMPLES = int(os.environ.get("CREWPROF_FORMS_EXAMPLES", "8"))
SEARCH = ("SerperDevTool", "ScrapeWebsiteTool")
NARROW = ("PDFSearchTool", "CSVSearchTool", "FileReadTool", "DirectoryReadTool", "YoutubeVideoSearchTool")
WORK = (
    "Search the web for news on solar panels and read the websites.",
    "Write a report of 600 words on what was found.",
    "Read the PDF of last year and list its figures.",
    "Find the URLs of five makers on the internet.",
)
OUTPUTS = ("A list of ten items.", "A report of 600 words.", "Yes or no.", "A table with 5 rows.")
MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-4", "anthropic/claude-3-5-haiku-20241022")

Definition = dict[str, Any]


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Crews of agents with tools, of which some are of no use to their tasks."""
    agents: Definition = {}
    for number in range(draw(st.integers(1, 3))):
        tools = draw(st.lists(st.sampled_from(SEARCH + NARROW), max_size=5, unique=True))
        agents[f"agent_{number}"] = {
            "role": f"Worker {number}",
            "goal": draw(st.sampled_from(("Find what is asked for", "Write well"))),
            "backstory": draw(
                st.sampled_from(("Patient.", "You have done this for years. You are patient."))
            ),
            "llm": draw(st.sampled_from(MODELS)),
            "tools": tools,
            **draw(st.sampled_from(({}, {"allow_delegation": True}, {"max_iter": 40}, {"reasoning": True}))),
        }
    tasks: list[Definition] = []
    for number in range(draw(st.integers(1, 4))):
        task: Definition = {
            "name": f"task_{number}",
            "description": draw(st.sampled_from(WORK)),
            "expected_output": draw(st.sampled_from(OUTPUTS)),
            "agent": draw(st.sampled_from(sorted(agents))),
        }
        earlier = [str(one["name"]) for one in tasks]
        if draw(st.booleans()) and earlier:
            task["context"] = draw(st.lists(st.sampled_from(earlier), unique=True))
        tasks.append(task)
    return {"name": "team", "agents": agents, "tasks": tasks}


def as_yaml(crew: Definition) -> str:
    return yaml.safe_dump(crew, sort_keys=False)


def as_python(crew: Definition) -> str:
    """The same crew as a plain script."""
    lines = ["from crewai import Agent, Crew, Task", f"from crewai_tools import {', '.join(SEARCH + NARROW)}"]
    lines += [f"{name} = Agent({_arguments(one, tools='{}()')})" for name, one in crew["agents"].items()]
    lines += [f"{one['name']} = Task({_arguments(one, agent='{}', context='{}')})" for one in crew["tasks"]]
    tasks = ", ".join(task["name"] for task in crew["tasks"])
    lines.append(f"crew = Crew(name='team', agents=[{', '.join(crew['agents'])}], tasks=[{tasks}])")
    return "\n".join(lines) + "\n"


def _arguments(given: Definition, **names: str) -> str:
    written = {}
    for key, value in given.items():
        if key not in names:
            written[key] = repr(value)
        elif isinstance(value, list):
            written[key] = f"[{', '.join(names[key].format(one) for one in value)}]"
        else:
            written[key] = names[key].format(value)
    return ", ".join(f"{key}={value}" for key, value in written.items())


def findings(path: str, text: str) -> dict[tuple[object, ...], Finding]:
    """Findings with changes, by what they are about."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / path).write_text(text, encoding="utf-8")
        (crew,) = load_all(Path(folder) / path).crews
        found = analyse_crew(crew, options()).findings
    return {
        (one.code, one.agents, one.tasks, one.fix.title): one
        for one in found
        if one.fix is not None and one.fix.changes
    }


@settings(max_examples=EXAMPLES)
@given(definitions())
def test_every_fix_saves_the_same_in_yaml_and_in_python(crew: Definition) -> None:
    in_yaml, in_python = findings("crew.yaml", as_yaml(crew)), findings("crew.py", as_python(crew))
    for key in in_yaml.keys() & in_python.keys():
        one, other = in_yaml[key].saves, in_python[key].saves
        assert one is not None
        assert other is not None
        for amount in ("tokens", "cost_usd", "seconds"):
            said, again = getattr(one, amount), getattr(other, amount)
            assert (said is None) == (again is None), (key, amount)
            assert said is None or abs(float(said) - float(again)) <= 1e-6 * max(1.0, abs(said)), (
                key,
                amount,
            )
