"""What CrewAI refuses is no error where the code catches that and makes something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.semantics.test_random_mistakes import said

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
from crewai import Agent, Crew, Task

a = Agent(role="R", goal="G", backstory="B", llm="gpt-4o")
one = Task(description="D", expected_output="E", agent=a)


def made():
    return Crew(agents=[a], tasks=[one])


def tried():
    try:
        return Crew([a], tasks=[one])
    except TypeError:
        return made()


{code}
"""


@pytest.mark.parametrize(
    ("code", "is_refused"),
    [
        ("try:\n    crew = Crew([a], [one])\nexcept TypeError:\n    crew = made()", False),
        (
            "try:\n    crew = Crew(agents=[a], tasks=[one], verbose=2)\nexcept Exception:\n    crew = made()",
            False,
        ),
        ("crew = tried()", False),
        ("crew = Crew([a], [one])", True),
        ("try:\n    crew = Crew([a], [one])\nexcept TypeError as e:\n    print(e)\n    raise", True),
        ("try:\n    crew = Crew(agents=[a], tasks=[one], verbose=2)\nfinally:\n    other = made()", True),
    ],
)
def test_a_refusal_that_is_caught_stops_nothing(tmp_path: Path, code: str, is_refused: bool) -> None:
    script = SCRIPT.format(code=code)
    (tmp_path / "crew.py").write_text(script, encoding="utf-8")
    assert bool(said(tmp_path / "crew.py")) is is_refused
    names: dict[str, Any] = {}
    if is_refused:
        with pytest.raises((TypeError, ValueError)):
            exec(script, names)
    else:
        exec(script, names)
        assert names["crew"].tasks


HAND_MADE = """
from crewai import Agent, Crew, Task

config = {config}
a = Agent(role="R", goal="G", backstory="B", llm="gpt-4o")
one = Task(**config, agent=a, {more})
crew = Crew(agents=[a], tasks=[one])
"""


@pytest.mark.parametrize(
    ("config", "more", "is_refused"),
    [
        ({"description": "D", "expected_output": "E"}, "", False),
        ({"description": "D", "expected_output": "E"}, "description='D'", True),
        ({"expected_output": "E", "output_json": "keeper"}, "", True),
        ({"description": "D", "expected_output": "E", "output_json": "keeper"}, "", False),
    ],
)
def test_keys_that_lack_or_come_twice(
    tmp_path: Path, config: dict[str, str], more: str, is_refused: bool
) -> None:
    script = HAND_MADE.format(config=config, more=more)
    (tmp_path / "crew.py").write_text(script, encoding="utf-8")
    assert bool(said(tmp_path / "crew.py")) is is_refused
    if is_refused:
        with pytest.raises((TypeError, ValueError)):
            exec(script, {})
    else:
        exec(script, {})
