"""The best schedule that leaves the tasks in their order: which of them run together, nothing moved.

With the order given, a schedule is a cut of the list into sync tasks and runs of async ones. The least
makespan of the first tasks depends only on whether the last of them is still running, so one pass over
the list finds it, exactly, in time that grows with the square of the number of tasks.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from crewprof.plan.schedule_problem import BestSchedule
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.plan.schedule_problem import PlannedTask, ScheduleProblem


@dataclass(frozen=True, slots=True)
class _Prefix:
    """A way to run the first tasks: its seconds, async flags changed, and how its last group begins.

    ``start``: index of the first task of that group; ``is_async``: whether it is a run of async tasks;
    ``before``: the way the tasks before it run.
    """

    seconds: float
    changes: int
    start: int = 0
    is_async: bool = False
    before: _Prefix | None = None

    def is_better(self, other: _Prefix | None) -> bool:
        """Whether it takes less time; among equals, fewer changes; then whose groups begin first."""
        if other is None:
            return True
        mine, others = (self.seconds, self.changes), (other.seconds, other.changes)
        return mine < others or (mine == others and self.starts() < other.starts())

    def starts(self) -> list[tuple[int, bool]]:
        """Index of the first task of each group, and whether the group is async."""
        found: list[tuple[int, bool]] = []
        prefix = self
        while prefix.before is not None:
            found.append((prefix.start, prefix.is_async))
            prefix = prefix.before
        return found[::-1]


@lru_cache(maxsize=8)
def best_in_order(problem: ScheduleProblem) -> BestSchedule:
    """The schedule of ``problem`` with the least makespan among those in the present order.

    Of several, the one with the fewest flags changed. Without tasks it takes no time.
    """
    tasks = problem.tasks
    if not tasks:
        return BestSchedule((), (), (), 0.0, optimal=True, lower_bound_seconds=0.0)
    joined = [_Prefix(0.0, 0)]
    running: _Prefix | None = None
    earliest = 0
    last_conflicts = _last_conflicts(problem)
    for end, last in enumerate(tasks, start=1):
        before = joined[end - 1]
        if running is not None and running.is_better(before):
            before = running
        joined.append(
            _Prefix(before.seconds + last.seconds, before.changes + last.is_async, end - 1, before=before)
        )
        earliest = max(earliest, last_conflicts[end - 1] + 1, 0 if last.may_run_beside_others else end)
        running = _ending_async(tasks, joined, end, end - 1 if end == len(tasks) else earliest)
        if earliest >= end:
            running = None
    found = joined[-1] if running is None or not running.is_better(joined[-1]) else running
    return _as_schedule(problem, found)


def _ending_async(
    tasks: Sequence[PlannedTask], joined: Sequence[_Prefix], end: int, earliest: int
) -> _Prefix | None:
    """The best way to run the first ``end`` tasks that ends with a run of async ones.

    The run begins with the task at ``earliest`` or a later one.
    """
    least = math.inf
    equals: list[tuple[int, int]] = []
    longest, changed = 0.0, 0
    for start in range(end - 1, earliest - 1, -1):
        task = tasks[start]
        if task.seconds > longest:
            longest = task.seconds
        if not task.is_async:
            changed += 1
            if start == end - 1:
                # Alone, nothing is won by the flag.
                continue
        seconds = joined[start].seconds + longest
        if seconds < least:
            least = seconds
            equals.clear()
        if seconds == least:
            equals.append((start, changed))
    best: _Prefix | None = None
    for start, flags in equals:
        before = joined[start]
        way = _Prefix(least, before.changes + flags, start, is_async=True, before=before)
        best = way if way.is_better(best) else best
    return best


def _last_conflicts(problem: ScheduleProblem) -> list[int]:
    """For each task the index of the last one before it that cannot run beside it; -1 if there is none."""
    number = {task.name: index for index, task in enumerate(problem.tasks)}
    apart: dict[str, list[str]] = {}
    for pair in problem.apart:
        for name in pair:
            apart.setdefault(name, []).extend(pair - {name})
    latest_of: dict[str, int] = {}
    found: list[int] = []
    for index, task in enumerate(problem.tasks):
        known = [number[name] for name in (*task.after, *apart.get(task.name, ())) if name in number]
        last = max((one for one in known if one < index), default=-1)
        if task.agent is not None:
            last = max(last, latest_of.get(task.agent, -1))
            latest_of[task.agent] = index
        found.append(last)
    return found


def _as_schedule(problem: ScheduleProblem, found: _Prefix) -> BestSchedule:
    names = tuple(task.name for task in problem.tasks)
    starts = found.starts()
    ends = [start for start, _ in starts[1:]] + [len(names)]
    groups = tuple(names[start:end] for (start, _), end in zip(starts, ends, strict=True))
    flags = tuple(
        name for group, (_, is_async) in zip(groups, starts, strict=True) if is_async for name in group
    )
    seconds = problem.seconds_of(groups)
    return BestSchedule(names, flags, groups, seconds, optimal=True, lower_bound_seconds=seconds)
