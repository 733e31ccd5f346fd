"""Which agents of a crew can ever be asked something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Process

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew

FEWEST_TO_DELEGATE = 2
"""Agents a crew lists at least before CrewAI gives any of its agents tools to delegate with
(``Crew._add_delegation_tools``, crewai/crew.py)."""


def idle_agents(crew: Crew) -> tuple[Agent, ...]:
    """Listed agents that have no task and that nobody can delegate to; none where that is not known.

    An agent that works without being listed has tools to delegate with, too: it can ask whoever is listed.
    """
    if not crew.tasks_known or any(task.agent is None for task in crew.tasks):
        return ()
    busy = {task.agent for task in crew.tasks}
    can_delegate = crew.process is Process.SEQUENTIAL and len(crew.agents) >= FEWEST_TO_DELEGATE
    if can_delegate and any(agent.allow_delegation for agent in crew.workers if agent.name in busy):
        return ()
    return tuple(agent for agent in crew.agents if agent.name not in busy)


def is_twin(agent: Agent, crew: Crew) -> bool:
    """Whether another agent of ``crew`` comes from the same lines of code and has the same role.

    A function that makes agents makes a new one with each call: one for the list, one for the task.
    """
    return any(
        other.name != agent.name and other.place == agent.place and other.role == agent.role
        for other in crew.workers
    )
