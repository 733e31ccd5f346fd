"""A crew whose agents never stop using their tool, run in one of several ways: for the tests of budgets."""

from __future__ import annotations

import asyncio
import sys

from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, start
from crewai.tools import tool


@tool("Search")  # type: ignore[untyped-decorator,unused-ignore]
def search(query: str) -> str:
    """Search the web."""
    return "found " + query


def crew() -> Crew:
    agents = [
        Agent(role=f"R{at}", goal="g", backstory="b", llm="gpt-4o-mini", tools=[search], max_iter=500)
        for at in range(3)
    ]
    beside = sys.argv[1] == "async tasks"
    tasks = [
        Task(
            name=f"t{at}",
            description="d",
            expected_output="o",
            agent=one,
            async_execution=beside and at < 2,
            context=[],
        )
        for at, one in enumerate(agents)
    ]
    return Crew(name="endless", agents=agents, tasks=tasks)


class Endless(Flow):  # type: ignore[type-arg,misc,unused-ignore]
    @start()  # type: ignore[untyped-decorator,unused-ignore]
    def begin(self) -> str:
        return str(crew().kickoff())


if sys.argv[1] == "akickoff()":
    asyncio.run(crew().akickoff())
elif sys.argv[1] == "flow":
    Endless().kickoff()
else:
    crew().kickoff()
