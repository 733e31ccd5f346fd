"""The schedule question of a crew: what must come before what, and what must not run together.

Every task keeps what it receives today, whether its author listed it or CrewAI gives it by default:
the best schedule found this way changes no prompt.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.estimate.timing import crew_requests
from crewprof.plan.schedule_problem import PlannedTask, ScheduleProblem
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew, Task
    from crewprof.estimate.profile import Profile, TaskProfile
    from crewprof.semantics.context import TaskContext

MANAGER = "manager"
"""Stands for the one agent that runs every task of a hierarchical crew."""


def schedule_problem(crew: Crew, profile: Profile, contexts: Mapping[str, TaskContext]) -> ScheduleProblem:
    """What :func:`best_schedule` is to solve for ``crew`` with the durations of ``profile``."""
    spent = {one.name: one for one in profile.tasks}
    return ScheduleProblem(
        tasks=tuple(_planned(crew, task, spent[task.name], contexts[task.name]) for task in crew.tasks),
        apart=delegation_pairs(crew),
        max_rpm=crew.max_rpm,
    )


def delegation_pairs(crew: Crew) -> frozenset[frozenset[str]]:
    """Pairs of tasks that must not run together because one's agent can hand work to the other's.

    CrewAI answers a delegation to a busy coworker with an error text (experiment d2_async).
    """
    if crew.process is Process.HIERARCHICAL:
        return frozenset()
    agents = crew.workers
    delegating = {agent.name for agent in agents if agent.allow_delegation}
    if not delegating:
        return frozenset()
    return frozenset(
        frozenset((one.name, other.name))
        for one, other in combinations(crew.tasks, 2)
        if one.agent != other.agent and (one.agent in delegating or other.agent in delegating)
    )


def _planned(crew: Crew, task: Task, spent: TaskProfile, context: TaskContext) -> PlannedTask:
    return PlannedTask(
        name=task.name,
        seconds=spent.seconds.expected,
        agent=MANAGER if crew.process is Process.HIERARCHICAL else task.agent,
        after=context.names,
        may_run_beside_others=_may_run_beside_others(crew, task),
        is_async=task.async_execution,
        calls=crew_requests(crew, spent.lines).expected if crew.max_rpm else 0.0,
    )


def _may_run_beside_others(crew: Crew, task: Task) -> bool:
    """Not a task CrewAI keeps sync or a person waits for, nor one of which too little is known."""
    context = task.fields.get("context")
    unknown = context is not None and isinstance(context.value, Unknown)
    has_no_agent = task.agent is None and crew.process is Process.SEQUENTIAL
    return not (task.conditional or task.human_input or unknown or has_no_agent)
