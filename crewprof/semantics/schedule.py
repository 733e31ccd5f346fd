"""When CrewAI runs what: fork and join.

CrewAI walks the tasks in list order. An async task starts at once. A sync task, and a conditional task
even if it is going to be skipped, first joins every async task that is still running and then runs
alone. A run of async tasks therefore never overlaps the task after it. The same holds for both
processes. Source: ``Crew._execute_tasks`` (crewai/crew.py), 0.86 to 1.15.30.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Crew, Task

Groups: TypeAlias = "tuple[tuple[str, ...], ...]"
"""Names of the tasks that run together, in time order: a run of async tasks, or one joining task."""


def starts_at_once(task: Task) -> bool:
    """Whether CrewAI starts the task without waiting for those still running.

    A conditional task never does, whatever its ``async_execution`` says (CrewAI refuses that anyway).
    """
    return task.async_execution and not task.conditional


def runs_of(tasks: Sequence[Task]) -> tuple[tuple[Task, ...], ...]:
    """The tasks in the groups they run in, in time order; none of the groups is empty."""
    if not tasks:
        return ()
    cuts = [
        index
        for index, (before, after) in enumerate(pairwise(tasks), start=1)
        if not (starts_at_once(before) and starts_at_once(after))
    ]
    # A cut stands between two tasks unless both start at once: a sync task joins those before it and is
    # itself waited for, so it is a group of its own.
    edges = [0, *cuts, len(tasks)]
    return tuple(tuple(tasks[start:end]) for start, end in pairwise(edges))


def groups_of(crew: Crew) -> Groups:
    """Names of the tasks of ``crew`` that run together, in time order."""
    return tuple(tuple(task.name for task in run) for run in runs_of(crew.tasks))


def makespan(groups: Groups, seconds: Mapping[str, float]) -> float:
    """Seconds from kickoff to the last output: each group takes as long as its longest task.

    ``seconds`` has the duration of each task in ``groups``. Threads cost nothing here: CrewAI starts
    one per async task, as many as there are.
    """
    return sum((max(seconds[name] for name in group) for group in groups), 0.0)


def joined_before(crew: Crew) -> Mapping[str, tuple[str, ...]]:
    """For each task, the tasks that are finished when it starts, in list order: all earlier groups."""
    joined: dict[str, tuple[str, ...]] = {}
    finished: tuple[str, ...] = ()
    for group in groups_of(crew):
        for name in group:
            joined[name] = finished
        finished += group
    return joined


def is_first(crew: Crew, task: Task) -> bool:
    """Whether no task is finished when ``task`` starts: it is in the first group."""
    # Asked for every task with memory: the first task that is joined ends the search, so that the groups of a
    # large crew are not made each time.
    for one in crew.tasks:
        if one.name == task.name:
            return True
        if not (starts_at_once(one) and starts_at_once(task)):
            return False
    return True
