"""The fastest schedule when tasks wait only for the outputs their texts seem to use.

It rests on guesses (``plan.dependencies``) and lets tools run side by side whose code cannot be read, so
it is never the ground of a safe fix. A task whose prompt can stay as it is keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.plan.crew_schedule import schedule_problem
from crewprof.plan.dependencies import infer_dependencies
from crewprof.plan.in_order import best_in_order
from crewprof.plan.kept_prompts import (
    can_be_rearranged,
    is_about_best,
    order_matters,
    present_seconds,
    rearranged,
    with_schedule,
)
from crewprof.plan.schedule_search import best_schedule
from crewprof.quick_dataclasses import replace
from crewprof.semantics.context import TaskContext, contexts_of
from crewprof.semantics.schedule import joined_before

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew
    from crewprof.estimate.profile import Profile
    from crewprof.plan.kept_prompts import Rearrangement
    from crewprof.plan.schedule_problem import BestSchedule, ScheduleProblem
    from crewprof.semantics.behavior import Behavior


def fastest_as_inferred(
    crew: Crew, profile: Profile, behavior: Behavior, *, may_move: bool
) -> Rearrangement | None:
    """The fastest schedule of ``crew`` under inferred dependencies, with the contexts to write.

    ``None`` where nothing can be said.
    """
    if not can_be_rearranged(crew, behavior):
        return None
    contexts = contexts_of(crew, behavior)
    used = _used(crew, contexts)
    problem = _waiting_for(schedule_problem(crew, profile, contexts), used)
    now = present_seconds(crew, problem)
    schedule = best_in_order(problem)
    if may_move and not order_matters(crew) and not is_about_best(schedule, problem):
        schedule = best_schedule(problem)
    return rearranged(crew, schedule, _wanted(crew, schedule, contexts, used), behavior, now)


def _used(crew: Crew, contexts: Mapping[str, TaskContext]) -> dict[str, tuple[str, ...]]:
    """What each task seems to use: what its author listed, else of what it gets the inferred part."""
    inferred = infer_dependencies(crew)
    return {
        name: context.sources
        if context.declared
        else tuple(edge.task for edge in inferred[name] if edge.task in context.names)
        for name, context in contexts.items()
    }


def _waiting_for(problem: ScheduleProblem, used: Mapping[str, tuple[str, ...]]) -> ScheduleProblem:
    tasks = (replace(task, after=frozenset(used[task.name])) for task in problem.tasks)
    return replace(problem, tasks=tuple(tasks))


def _wanted(
    crew: Crew,
    schedule: BestSchedule,
    contexts: Mapping[str, TaskContext],
    used: Mapping[str, tuple[str, ...]],
) -> dict[str, TaskContext]:
    """What each task is to receive: what it does now, where all of that is there in time."""
    there = joined_before(with_schedule(crew, schedule))
    return {
        name: context
        # What a task receives now is kept even where its text uses less: only time is to change.
        if context.names <= set(there[name])
        else TaskContext(used[name], "context", declared=True)
        for name, context in contexts.items()
    }
