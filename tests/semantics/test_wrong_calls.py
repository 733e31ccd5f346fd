"""Calls that Python itself refuses are errors where CrewAI's classes raise, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
from crewai import LLM, Agent, Crew, Process, Task
from crewai.tasks.conditional_task import ConditionalTask
from crewai.tools import BaseTool


class Search(BaseTool):
    name: str = "Search"
    description: str = "Searches."

    def _run(self, query: str) -> str:
        return "nothing"


class Own(BaseTool):
    name: str = "Own"
    description: str = "Mine."

    def __init__(self, key, **more):
        super().__init__(**more)

    def _run(self, query: str) -> str:
        return "nothing"


a = Agent(role="R", goal="G", backstory="B", llm=LLM("gpt-4o"))
one = Task(description="D", expected_output="E", agent=a)
two = ConditionalTask(lambda output: True, description="D", expected_output="E", agent=a)
"""

LINES = (
    "Crew([a], [one])",
    "Crew([a], tasks=[one])",
    "Crew(*[], agents=[a], tasks=[one])",
    "Crew(*[[a], [one]])",
    "Agent('writer', goal='G', backstory='B')",
    "Task('Write.', expected_output='E', agent=a)",
    "ConditionalTask(lambda output: True, 'Write.', expected_output='E')",
    "ConditionalTask(lambda output: True, description='D', expected_output='E')",
    "Search('x')",
    "Search()",
    "Own('x')",
    "LLM()",
    "LLM(model_name='gpt-4o')",
    "LLM(deployment_name='gpt-4o', temperature=0)",
    "LLM('gpt-4o', model='gpt-4o')",
    "LLM('gpt-4o', False)",
    "LLM('gpt-4o', False, 5)",
    "LLM(5)",
    "LLM(model='')",
    "LLM(model=None)",
    "LLM(model=['gpt-4o'])",
    "LLM(**{'model': 'gpt-4o'})",
    "LLM(**{'modle': 'gpt-4o'})",
    "Process('sequential')",
    "Process('parallel')",
)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_call_is_an_error_where_python_raises(tmp_path: Path, line: str, *, wrapped: bool) -> None:
    go_offline()
    body = f"def make():\n    return {line}\n\n\nmake()\n" if wrapped else f"{line}\n"
    path = tmp_path / "crew.py"
    path.write_text(f"{HEAD}{body}crew = Crew(agents=[a], tasks=[one, two])\n", encoding="utf-8")
    names: dict[str, Any] = {}
    exec(HEAD, names)
    raised = _raised(line, names)

    loaded = load_all(path)

    assert [one.line for one in loaded.errors] == ([HEAD.count("\n") + 1 + wrapped] if raised else [])
    assert "crew" in [crew.name for crew in loaded.crews]


def _raised(line: str, names: dict[str, Any]) -> bool:
    try:
        exec(line, names)
    except (TypeError, ValueError):
        return True
    return False
