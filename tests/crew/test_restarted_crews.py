"""Crews that code changes between two starts: each start runs what the real Crew holds then."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline

SOURCE = """\
from crewai import Agent, Crew, Task

cook = Agent(role="cook", goal="g", backstory="b", llm="openai/gpt-4o")
host = Agent(role="host", goal="g", backstory="b", llm="openai/gpt-4o")


def task(text, agent=cook):
    return Task(description=text, expected_output="o", agent=agent)


tea, milk, beer = task("tea"), task("milk", host), task("beer")


class Kitchen:
    def __init__(self):
        self.crew = Crew(agents=[cook, host], tasks=[tea])

    def serve(self, tasks):
        self.crew.tasks = tasks
        return self.crew.kickoff()


kitchen = Kitchen()
crew = kitchen.crew
"""
STEPS = (
    "crew.kickoff()",
    "crew.tasks = [milk]",
    "crew.tasks = [milk, beer]",
    "crew.tasks = [tea]",
    "crew.tasks.append(beer)",
    "crew.tasks.insert(0, milk)",
    "crew.tasks += [tea]",
    "crew.agents = [host]",
    "crew.verbose = False",
    "kitchen.serve([beer])",
    "for one in (tea, milk):\n    crew.tasks = [one]\n    crew.kickoff()",
)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6))
def test_each_start_is_of_the_crew_as_it_is_then(steps: list[str]) -> None:
    go_offline()
    text = SOURCE + "\n".join([*steps, "crew.kickoff()", "crew.tasks = [beer]"])
    theirs: Counter[object] = Counter()

    def start(crew: Any) -> None:
        theirs[_shape(crew.agents, crew.tasks)] += 1

    with patch("crewai.Crew.kickoff", start):
        exec(compile(text, "crew.py", "exec"), {"__name__": "__main__"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crew.py"
        path.write_text(text, encoding="utf-8")
        loaded = load_all(path)
    assert not loaded.errors
    ours = Counter({_shape(one.agents, one.tasks): one.kickoffs.expected for one in loaded.crews})
    assert ours == theirs, text
    assert len({one.name for one in loaded.crews}) == len(loaded.crews)


def _shape(agents: Any, tasks: Any) -> object:
    return tuple(one.role for one in agents), tuple(one.description for one in tasks)
