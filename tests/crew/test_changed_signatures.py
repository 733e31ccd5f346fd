"""Guardrail functions whose signature the code changes after it is written."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from tests.semantics.test_random_mistakes import said

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
from crewai import Agent, Crew, Task


def check(output) -> str:
    return True, output

{changed}
a = Agent(role="R", goal="G", backstory="B", llm="gpt-4o")
one = Task(description="D", expected_output="E", agent=a, guardrail=check)
crew = Crew(agents=[a], tasks=[one])
"""


@pytest.mark.parametrize(
    ("changed", "is_refused"),
    [
        ("", True),
        ("print(check.__name__)", True),
        ("check.__annotations__['return'] = tuple[bool, str]", False),
        ("check.__annotations__ = {}", False),
        ("getattr(check, '__annotations__').clear()", False),
    ],
)
def test_a_signature_that_may_be_another_is_not_judged(
    tmp_path: Path, changed: str, is_refused: bool
) -> None:
    script = SCRIPT.format(changed=changed)
    (tmp_path / "crew.py").write_text(script, encoding="utf-8")
    assert bool(said(tmp_path / "crew.py")) is is_refused
    names: dict[str, Any] = {}
    if is_refused:
        with pytest.raises(ValueError, match="return type"):
            exec(script, names)
    else:
        exec(script, names)


def test_a_crew_method_of_several_crews_misses_no_input_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/agents.yaml").write_text("a: {role: R, goal: G, backstory: B, llm: gpt-4o}\n")
    (tmp_path / "config/tasks.yaml").write_text(
        "one: {description: 'On {topic}', expected_output: E, agent: a}\n"
        "two: {description: 'On {item}', expected_output: E, agent: a}\n"
    )
    (tmp_path / "crew.py").write_text(
        dedent("""
        from crewai import Agent, Crew, Task
        from crewai.project import CrewBase, agent, crew, task


        @CrewBase
        class Made:
            @agent
            def a(self):
                return Agent(config=self.agents_config["a"])

            @task
            def one(self):
                return Task(config=self.tasks_config["one"])

            @task
            def two(self):
                return Task(config=self.tasks_config["two"])

            @crew
            def crew(self, which):
                if which == "one":
                    return Crew(agents=[self.a()], tasks=[self.one()])
                elif which == "two":
                    return Crew(agents=[self.a()], tasks=[self.two()])
        """)
    )
    (tmp_path / "main.py").write_text(
        "from crew import Made\n\nMade().crew('one').kickoff(inputs={'topic': 'x'})\n"
        "Made().crew('two').kickoff(inputs={'item': 'x'})\n"
    )
    assert said(tmp_path) == []
