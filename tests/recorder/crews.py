"""Crews of every kind, on the real CrewAI with its own clients, against the local provider."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from crewai import LLM, Agent, Crew, Process, Task
from crewai.flow.flow import Flow, listen, start
from crewai.knowledge.source.string_knowledge_source import StringKnowledgeSource
from crewai.tools import tool
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Callable

OPENAI = "gpt-4o-mini"
ANTHROPIC = "anthropic/claude-sonnet-4-5"


class Out(BaseModel):
    number: int
    text: str


@tool("My Search")  # type: ignore[untyped-decorator,unused-ignore]
def search(query: str) -> str:
    """Search the web."""
    return "found: " + query * 20


@tool("Broken")  # type: ignore[untyped-decorator,unused-ignore]
def broken(query: str) -> str:
    """Search the web, in vain."""
    raise RuntimeError("no " + query)


def agent(role: str, *, model: str = OPENAI, stream: bool = False, **more: Any) -> Agent:
    return Agent(role=role, goal="Goal", backstory="Story", llm=LLM(model=model, stream=stream), **more)


def task(name: str, who: Agent | None, **more: Any) -> Task:
    given = {"description": f"Do {name}", "expected_output": "Some words", **more}
    return Task(name=name, agent=who, **given)


def crew(tasks: list[Task], agents: list[Agent] | None = None, **more: Any) -> Crew:
    own = agents or list({id(one.agent): one.agent for one in tasks if one.agent}.values())
    return Crew(name="tested", agents=own, tasks=tasks, **more)


def sequential() -> None:
    first, second = agent("First", tools=[search]), agent("Second", stream=True)
    crew([task("one", first), task("two", second, output_pydantic=Out)]).kickoff()


def streaming() -> None:
    one = agent("First", tools=[search], stream=True)
    crew([task("one", one), task("two", one)]).kickoff()


def converting() -> None:
    one = agent("First", tools=[search])
    crew([task("one", one, output_pydantic=Out), task("two", one, output_json=Out)]).kickoff()


def side_by_side() -> None:
    agents = [agent(f"Agent {number}", tools=[search]) for number in range(3)]
    tasks = [task(f"part {at}", one, async_execution=True, context=[]) for at, one in enumerate(agents)]
    crew([*tasks, task("whole", agents[0], context=tasks)]).kickoff()


def awaited() -> None:
    agents = [agent(f"Agent {number}", tools=[search]) for number in range(3)]
    tasks = [
        task(f"part {at}", one, async_execution=True, context=[], output_pydantic=Out)
        for at, one in enumerate(agents)
    ]
    asyncio.run(crew([*tasks, task("whole", agents[0], context=tasks)]).akickoff())


def hierarchical() -> None:
    agents = [agent("First"), agent("Second", tools=[search])]
    tasks = [task("one", agents[0]), task("two", None)]
    crew(tasks, agents, process=Process.hierarchical, manager_llm=LLM(model="gpt-4o")).kickoff()


def delegating() -> None:
    first, second = agent("First", allow_delegation=True), agent("Second", tools=[search])
    crew([task("one", first)], [first, second]).kickoff()


def planning() -> None:
    first, second = agent("First"), agent("Second", planning=True)
    crew([task("one", first), task("two", second)], planning=True, planning_llm="gpt-4o").kickoff()


def remembering() -> None:
    first, second = agent("First"), agent("Second")
    long = "Do this and that. " * 20
    crew([task("one", first, description=long), task("two", second, description=long)], memory=True).kickoff()


def plain() -> None:
    crew([task("one", agent("First"))]).kickoff()


def guarded() -> None:
    one = agent("First")
    crew([task("one", one, guardrail="The text must be short")]).kickoff()


def knowing() -> None:
    one = agent("First", knowledge_sources=[StringKnowledgeSource(content="Facts. " * 30)])
    crew([task("one", one)]).kickoff()


def forced() -> None:
    one = agent("First", tools=[search], max_iter=2)
    crew([task("one", one)]).kickoff()


def forced_never() -> None:
    one = agent("First", tools=[search], max_iter=500)
    crew([task("one", one)]).kickoff()


def for_each() -> None:
    one = agent("Expert of {topic}", tools=[search])
    inputs = [{"topic": "one"}, {"topic": "two"}]
    crew([task("one", one, description="Do {topic}")]).kickoff_for_each(inputs=inputs)


def alone() -> None:
    agent("Loner", tools=[search]).kickoff("Say something.")


def failing_tool() -> None:
    one = agent("First", tools=[broken])
    crew([task("one", one)]).kickoff()


def flow() -> None:
    class Both(Flow):  # type: ignore[type-arg,misc,unused-ignore]
        @start()  # type: ignore[untyped-decorator,unused-ignore]
        def first(self) -> str:
            return str(crew([task("one", agent("First"))]).kickoff())

        @listen(first)  # type: ignore[untyped-decorator,unused-ignore]
        def second(self, said: str) -> str:
            two = agent("Second", tools=[search])
            return str(crew([task("two", two, description=f"Go on from: {said}")]).kickoff())

    Both().kickoff()


def anthropic() -> None:
    first = agent("First", model=ANTHROPIC, tools=[search])
    second = agent("Second", model=ANTHROPIC, stream=True)
    crew([task("one", first, output_pydantic=Out), task("two", second)]).kickoff()


SHORT: tuple[Callable[[], None], ...] = (
    sequential,
    converting,
    side_by_side,
    awaited,
    hierarchical,
    delegating,
    guarded,
    forced,
    for_each,
    anthropic,
)
LONG: tuple[Callable[[], None], ...] = (
    plain,
    streaming,
    planning,
    remembering,
    knowing,
    alone,
    failing_tool,
    flow,
)
"""Those that take longer; run on request."""
