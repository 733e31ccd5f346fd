"""Calls that Python itself refuses are errors where CrewAI's classes raise, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from crewprof.findings import Severity
from tests.conformance.offline import go_offline
from tests.rules.checking import options

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
    except (AttributeError, ImportError, TypeError, ValueError):
        return True
    return False


CREWS = (
    "Crew(agents=[a])",
    "Crew(agents=[a], tasks=[])",
    "Crew(agents=[], tasks=[])",
    "Crew(tasks=[one])",
    "Crew(agents=[])",
    "Crew(agents={}, tasks=[one])",
    "Crew(agents=5, tasks=[one])",
    "Crew(agents=['a'], tasks=[one])",
    "Crew(agents=[{}], tasks=[one])",
    "Crew(agents=[{'role': 'R', 'goal': 'G', 'backstory': 'B'}], tasks=[one])",
    "Crew(agents=[a], tasks=[{'description': 'D'}])",
    "Crew(agents=[a], tasks=[one], function_calling_llm=LLM('gpt-4o'))",
    "Crew(agents=[a], tasks=[one], function_calling_llm='gpt-4o')",
    "Crew(agents=[a], tasks=[one], planning_llm='')",
    "Crew(agents=[a], tasks=[one], memory=LLM('gpt-4o'))",
    "Crew(agents=[a], tasks=[one], process=Process)",
    "Crew(agents=[a], tasks=[one], process=Process.sequential.value)",
    "Crew(agents=[a], tasks=[one], before_kickoff_callbacks=[None])",
    "Crew(tasks=[Task(description='D', expected_output='E', agent=Agent(role='R', goal='G', llm='gpt-4o'))])",
)


UNUSED = (
    "Agent()",
    "Agent(role='R', goal='G')",
    "Agent(role='R', goal='G', backstory='B', llm=LLM('gpt-4o', timeout='30s'))",
    "[Agent(role='R', goal='G', backstory='B', tools=[one]) for one in (Search(), Search)]",
    "[Agent(role=one, goal='G', backstory='B') for one in ('x', 'y')]",
    "Task(description='D', expected_output='E')",
    "Task(description='D', expected_output='E', output_file='../x')",
    "Task(description='{missing}', expected_output='E', colour='red')",
    "one.copy([a], {})",
)


@pytest.mark.parametrize("line", UNUSED)
def test_what_no_crew_uses_is_an_error_too(tmp_path: Path, line: str) -> None:
    test_a_crew_is_an_error_where_it_cannot_start(tmp_path, f"({line}, Crew(agents=[a], tasks=[one]))[1]")


@pytest.mark.parametrize("crew", CREWS)
def test_a_crew_is_an_error_where_it_cannot_start(tmp_path: Path, crew: str) -> None:
    go_offline()
    path = tmp_path / "crew.py"
    path.write_text(f"{HEAD}crew = {crew}\ncrew.kickoff()\n", encoding="utf-8")
    names: dict[str, Any] = {}
    exec(HEAD, names)
    # What a kickoff has nothing to do for, CrewAI only sees at its end.
    raised = _raised(f"crew = {crew}\nif not crew.tasks: raise ValueError", names)

    loaded = load_all(path)

    found = [one for each in loaded.crews for one in analyse_crew(each, options()).findings]
    errors = [*loaded.errors, *(one for one in found if one.severity is Severity.ERROR)]
    assert bool(errors) is raised
