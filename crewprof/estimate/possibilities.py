"""What a crew could be where parts of it are not known.

An unknown agent is any of the crew's, or one that cannot be seen; an unknown model any of a few that differ
in what matters to calls and tokens; an unknown tool, context or memory is there or not. Numbers of a task
span those of all its possibilities. Where everything is known there is one: the crew itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Agent, Model, ModelSource, Process
from crewprof.estimate.gaps import Cause, is_unknown_tool, shows_every_agent, unknown_in
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.crew.definition import Crew, Task, Tool
    from crewprof.estimate.gaps import Gap

UNSEEN: Final = "?"
"""Name of the agent that stands for one that cannot be seen."""

STAND_INS: Final = ("gpt-4o", "gemini/gemini-2.5-flash-lite", "ollama/llama2", "gpt-4")
"""Models that an unknown one could be: one whose tools take few tokens, one whose texts do, one that gets its
tools in the text of the prompt, and one whose window is so small that CrewAI cuts results of tools. Each may
be as fast as any, which the unknown one, of usual speed, is not."""

_MAYBE_ABSENT: Final = frozenset({Cause.TOOLS, Cause.CONTEXT, Cause.SETTING})


@dataclass(frozen=True, slots=True)
class PossibleCrew:
    """One form a crew could have. ``is_priced``: its models are the crew's own, not stand-ins."""

    crew: Crew
    is_priced: bool = True


def possible_crews(crew: Crew, gaps: Sequence[Gap]) -> tuple[PossibleCrew, ...]:
    """What ``crew`` could be, as far as its models, tools, contexts and memory go; itself first."""
    if not gaps:
        return (PossibleCrew(crew),)
    causes = {gap.cause for gap in gaps}
    shown = _with_unseen(crew)
    # Two forms hold all: with everything that may be there, and without. What lies between spends something
    # between.
    forms = [shown, _least(shown)] if causes & _MAYBE_ABSENT else [shown]
    found = [PossibleCrew(form) for form in forms]
    if Cause.MODEL in causes or shown is not crew:
        found += [
            PossibleCrew(_on(form, stand_in), is_priced=False) for form in forms for stand_in in STAND_INS
        ]
    return tuple(found)


def possible_tasks(crew: Crew, task: Task) -> tuple[Task, ...]:
    """What ``task`` of ``crew`` (a :class:`PossibleCrew`'s) could be as far as its agent goes."""
    if task.agent_known:
        return (task,)
    names: list[str | None] = [agent.name for agent in crew.workers]
    if crew.process is Process.HIERARCHICAL:
        names.append(None)
    return tuple(replace(task, agent=name, agent_known=True) for name in names)


def run_together(crew: Crew) -> Crew:
    """``crew`` with every task async of which it is not known whether it is; itself if there is none."""
    if not any(unknown_in(task.fields, "async_execution") for task in crew.tasks):
        return crew
    return replace(
        crew,
        tasks=tuple(
            replace(task, async_execution=True) if unknown_in(task.fields, "async_execution") else task
            for task in crew.tasks
        ),
    )


def _with_unseen(crew: Crew) -> Crew:
    """``crew`` with an agent that cannot be seen, if it may have one that works on a task."""
    has_unknown = any(not task.agent_known for task in crew.tasks)
    if not has_unknown or shows_every_agent(crew):
        return crew
    unseen = Agent(UNSEEN, crew.place, llm=Model(None, ModelSource.UNKNOWN))
    return replace(crew, outside_agents=(*crew.outside_agents, unseen))


def _least(crew: Crew) -> Crew:
    """``crew`` without anything that may not be there."""
    return replace(
        crew,
        agents=tuple(_least_agent(agent) for agent in crew.agents),
        outside_agents=tuple(_least_agent(agent) for agent in crew.outside_agents),
        tasks=tuple(_least_task(task) for task in crew.tasks),
        memory=crew.memory and unknown_in(crew.fields, "memory") is None,
    )


def _least_agent(agent: Agent) -> Agent:
    memory = False if unknown_in(agent.fields, "memory") else agent.memory
    return replace(agent, tools=_known(agent.tools), memory=memory)


def _least_task(task: Task) -> Task:
    # A task that may be async may receive nothing: an async task without a context gets none.
    is_loose = task.context is None and unknown_in(task.fields, "async_execution")
    context = () if is_loose or unknown_in(task.fields, "context") else task.context
    return replace(task, tools=_known(task.tools), context=context)


def _known(tools: Iterable[Tool]) -> tuple[Tool, ...]:
    return tuple(tool for tool in tools if not is_unknown_tool(tool))


def _on(crew: Crew, model: str) -> Crew:
    """``crew`` with every unknown model being ``model``."""
    manager = crew.manager_agent
    return replace(
        crew,
        agents=tuple(_agent_on(agent, model) for agent in crew.agents),
        outside_agents=tuple(_agent_on(agent, model) for agent in crew.outside_agents),
        manager_agent=_agent_on(manager, model) if manager is not None else None,
        manager_llm=_model_on(crew.manager_llm, model),
        planning_llm=_model_on(crew.planning_llm, model),
    )


def _agent_on(agent: Agent, model: str) -> Agent:
    return replace(agent, llm=_model_on(agent.llm, model))


def _model_on(llm: Model | None, model: str) -> Model | None:
    return replace(llm, id=model) if llm is not None and llm.id is None else llm
