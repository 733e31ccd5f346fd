"""The best schedule that leaves the tasks in their order: which of them run together, nothing moved.

With the order given, a schedule is a cut of the list into sync tasks and runs of async ones. The least
makespan of the first tasks depends only on whether the last of them is still running, so one pass over
the list finds it, exactly, in time that grows with the square of the number of tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crewprof.plan.schedule_problem import BestSchedule

if TYPE_CHECKING:
    from crewprof.plan.schedule_problem import PlannedTask, ScheduleProblem


@dataclass(frozen=True, slots=True, order=True)
class _Prefix:
    """A way to run the first tasks: its seconds, async flags changed, and the start of each group."""

    seconds: float
    changes: int
    starts: tuple[tuple[int, bool], ...] = ()
    """Index of the first task of each group, and whether the group is async."""


def best_in_order(problem: ScheduleProblem) -> BestSchedule:
    """The schedule of ``problem`` with the least makespan among those in the present order.

    Of several, the one with the fewest flags changed. Without tasks it takes no time.
    """
    tasks = problem.tasks
    if not tasks:
        return BestSchedule((), (), (), 0.0, optimal=True, lower_bound_seconds=0.0)
    joined: list[_Prefix | None] = [_Prefix(0.0, 0)]
    running: list[_Prefix | None] = [None]
    for end in range(1, len(tasks) + 1):
        last = tasks[end - 1]
        before = _least(joined[end - 1], running[end - 1])
        assert before is not None
        joined.append(_with_group(before, end - 1, (last,), is_async=False))
        running.append(_least(*_ending_async(problem, joined, end)))
    found = _least(joined[-1], running[-1])
    assert found is not None
    return _as_schedule(problem, found)


def _ending_async(problem: ScheduleProblem, joined: list[_Prefix | None], end: int) -> list[_Prefix | None]:
    """Ways to run the first ``end`` tasks that end with a run of async ones."""
    ways: list[_Prefix | None] = []
    tasks = problem.tasks
    for start in range(end - 1, -1, -1):
        run = tasks[start:end]
        if not _can_join(problem, run[0], run[1:]) or (len(run) > 1 and end == len(tasks)):
            break
        if len(run) == 1 and not run[0].is_async:
            # Alone, nothing is won by the flag.
            continue
        before = joined[start]
        if before is not None:
            ways.append(_with_group(before, start, run, is_async=True))
    return ways


def _can_join(problem: ScheduleProblem, first: PlannedTask, others: tuple[PlannedTask, ...]) -> bool:
    if not first.may_run_beside_others:
        return False
    return all(
        first.name not in other.after
        and (first.agent is None or first.agent != other.agent)
        and frozenset((first.name, other.name)) not in problem.apart
        for other in others
    )


def _with_group(before: _Prefix, start: int, group: tuple[PlannedTask, ...], *, is_async: bool) -> _Prefix:
    return _Prefix(
        before.seconds + max(task.seconds for task in group),
        before.changes + sum(task.is_async is not is_async for task in group),
        (*before.starts, (start, is_async)),
    )


def _least(*ways: _Prefix | None) -> _Prefix | None:
    return min((one for one in ways if one is not None), default=None)


def _as_schedule(problem: ScheduleProblem, found: _Prefix) -> BestSchedule:
    names = tuple(task.name for task in problem.tasks)
    ends = [start for start, _ in found.starts[1:]] + [len(names)]
    groups = tuple(names[start:end] for (start, _), end in zip(found.starts, ends, strict=True))
    flags = tuple(
        name for group, (_, is_async) in zip(groups, found.starts, strict=True) if is_async for name in group
    )
    seconds = problem.seconds_of(groups)
    return BestSchedule(names, flags, groups, seconds, optimal=True, lower_bound_seconds=seconds)
