"""What a project gives a flow class when it starts it is in the flow's state."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from crewprof.crew.discovery import load_all

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew

FLOW = """\
from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, listen, start
from pydantic import BaseModel


class Notes(BaseModel):
    topics: list[str] = ["a", "b", "c"]
    tone: str = "dry"
    size: int = 3


def writers():
    agent = Agent(role="r", goal="g", backstory="b", llm="openai/gpt-4o")
    return Crew(agents=[agent], tasks=[Task(description="{t} {n}", expected_output="o", agent=agent)])


class Writing(Flow[Notes]):
    @start()
    def write(self):
        for topic in self.state.topics:
            writers().kickoff(inputs={"t": self.state.tone, "n": self.state.size})
"""


def crew_of(folder: Path, *, main: str, flow: str = FLOW) -> Crew:
    (folder / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "0"\n', encoding="utf-8")
    (folder / "writing.py").write_text(flow, encoding="utf-8")
    (folder / "main.py").write_text("from writing import Writing\n" + dedent(main), encoding="utf-8")
    loaded = load_all(folder)
    assert not loaded.errors
    (crew,) = loaded.crews
    return crew


def test_what_is_not_given_is_the_default(tmp_path: Path) -> None:
    crew = crew_of(tmp_path, main="Writing().kickoff()\n")
    assert crew.kickoffs.low == crew.kickoffs.high == 3
    assert dict(crew.inputs) == {"t": "dry", "n": 3}


def test_what_is_given_takes_its_place(tmp_path: Path) -> None:
    crew = crew_of(tmp_path, main="Writing().kickoff(inputs={'topics': ['x'], 'tone': 'wry', 'other': 1})\n")
    assert crew.kickoffs.low == crew.kickoffs.high == 1
    assert dict(crew.inputs) == {"t": "wry", "n": 3}


@pytest.mark.parametrize(
    "main",
    [
        # pydantic makes a number of the text.
        "Writing().kickoff(inputs={'size': '7', 'topics': ('x',)})\n",
        # Two starts that give different things.
        "Writing().kickoff(inputs={'size': 1})\nWriting().kickoff(inputs={'size': 2})\n",
        # What is given is read from a file.
        "import json\nWriting().kickoff(inputs=json.load(open('inputs.json')))\n",
        # A start that nothing in the project reaches: a script of its pyproject.toml, perhaps.
        "def run(size):\n    Writing().kickoff(inputs={'size': size})\n",
    ],
)
def test_what_may_be_something_else_is_not_known(tmp_path: Path, main: str) -> None:
    crew = crew_of(tmp_path, main=main)
    assert not isinstance(crew.inputs.get("n"), int)
