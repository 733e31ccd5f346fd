"""A crew with other models for its agents, as an edit of its text would give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Model, ModelSource
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Agent, Crew


def models_of(crew: Crew) -> dict[str, str | None]:
    """Each agent of ``crew`` (a manager that is one of its agents included) and its model, in its order."""
    everybody = [*crew.agents, *crew.outside_agents]
    if crew.manager_agent is not None:
        everybody.append(crew.manager_agent)
    return {agent.name: None if agent.llm is None else agent.llm.id for agent in everybody}


def on_models(crew: Crew, models: Mapping[str, str]) -> Crew:
    """``crew`` with the agents named in ``models`` on the model given there.

    Settings of a model (``max_tokens``, ``temperature`` …) stay. What is not an agent of the file keeps its
    model: a manager that CrewAI makes, the planner, ``function_calling_llm``.
    """
    if not models:
        return crew
    manager = crew.manager_agent
    return replace(
        crew,
        agents=tuple(_moved(agent, models) for agent in crew.agents),
        outside_agents=tuple(_moved(agent, models) for agent in crew.outside_agents),
        manager_agent=None if manager is None else _moved(manager, models),
    )


def _moved(agent: Agent, models: Mapping[str, str]) -> Agent:
    name = models.get(agent.name)
    if name is None:
        return agent
    llm = agent.llm
    if llm is None:
        return replace(agent, llm=Model(name, ModelSource.DECLARED))
    moved = replace(llm, id=name, source=ModelSource.DECLARED, variable=None)
    return replace(agent, llm=moved)
