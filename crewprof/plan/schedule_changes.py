"""Of the schedules that take as long, the one nearest to the present order and flags.

Near means: few tasks moved and few flags changed. Moving counts pairs of tasks that change sides, which
adds up task by task, so the nearest schedule is found by a shortest path over partial schedules.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from crewprof.plan.schedule_masks import bits
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.plan.schedule_masks import MaskedProblem, Steps
    from crewprof.plan.schedule_problem import ScheduleProblem
    from crewprof.semantics.schedule import Groups

PARTIAL_SCHEDULES = 8_000
"""Partial schedules looked at before the search for a near one settles for the one it was given."""

TASKS = 20
"""Tasks up to which that many are looked at."""

FLAG_CHANGED = 1_000
"""Weight of changing an async flag."""

PAIR_MOVED = 1_001
"""Weight of two tasks changing sides; at equal numbers of changes, the order is rather kept."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A schedule with names: what runs together, which tasks are async, and its ticks."""

    groups: Groups
    async_tasks: frozenset[str]
    ticks: int


@dataclass(frozen=True, slots=True)
class _Partial:
    """``open_run``: the async tasks that are still running; ``changes``: weight of all so far."""

    done: int
    open_run: int
    ticks: int
    changes: int


def present(problem: ScheduleProblem, tasks: MaskedProblem) -> Arrangement | None:
    """The present order and flags; ``None`` if they break a rule of the problem."""
    number = {name: rank for rank, name in enumerate(tasks.names)}
    groups: list[list[str]] = []
    running = finished = 0
    for task in problem.tasks:
        bit = 1 << number[task.name]
        joins = not task.is_async
        if joins or not running:
            groups.append([])
            finished |= running
            running = 0
        if tasks.before[number[task.name]] & ~finished or running & ~tasks.partners[number[task.name]]:
            return None
        groups[-1].append(task.name)
        if joins:
            finished |= bit
        else:
            running |= bit
    ticks = sum(max(tasks.ticks[number[name]] for name in group) for group in groups)
    flags = frozenset(task.name for task in problem.tasks if task.is_async)
    return Arrangement(tuple(map(tuple, groups)), flags, ticks)


def nearest(problem: ScheduleProblem, tasks: MaskedProblem, known: Steps, goal: int) -> Arrangement:
    """The schedule of at most ``goal`` ticks with the fewest changes, else ``known``, which is one.

    Of more than ``TASKS`` tasks each look takes longer, and fewer are taken.
    """
    most = PARTIAL_SCHEDULES * TASKS**3 // max(TASKS, len(tasks.ticks)) ** 3
    flags = sum(1 << i for i, name in enumerate(tasks.names) if problem.tasks[tasks.position[i]].is_async)
    start = _Partial(0, 0, 0, 0)
    queue = [(0, 0, 0, start)]
    came_from: dict[_Partial, tuple[_Partial, int, bool]] = {}
    fronts: dict[tuple[int, int], list[int]] = {}
    looked_at = 0
    while queue and looked_at < most:
        _, _, _, partial = heapq.heappop(queue)
        if partial.done == tasks.everything:
            return _walk_back(tasks, came_from, partial)
        front = fronts.setdefault((partial.done, partial.open_run), [])
        # The queue comes in order of changes: one that is not faster than one with fewer changes leads
        # nowhere better.
        if any(ticks <= partial.ticks for ticks in front):
            continue
        front.append(partial.ticks)
        for step, is_async, following in _continued(tasks, partial, flags):
            looked_at += 1
            if following.ticks + _least(tasks, following) <= goal and following not in came_from:
                came_from[following] = (partial, step, is_async)
                heapq.heappush(queue, (following.changes, -following.done.bit_count(), looked_at, following))
    return _named(tasks, known, flags)


def _continued(tasks: MaskedProblem, partial: _Partial, flags: int) -> Iterator[tuple[int, bool, _Partial]]:
    """Partial schedules one task longer, with the task and its async flag."""
    for number in bits(tasks.available(partial.done)):
        bit = 1 << number
        was_async = bool(flags & bit)
        done = partial.done | bit
        moved = partial.changes + _moved(tasks, partial.done, number)
        ticks = partial.ticks + tasks.ticks[number]
        yield number, False, _Partial(done, 0, ticks, moved + FLAG_CHANGED * was_async)
        if partial.open_run:
            if not _can_join(tasks, partial.open_run, number):
                continue
            ticks = partial.ticks + max(0, tasks.ticks[number] - tasks.longest(partial.open_run))
        elif not (was_async or tasks.partners[number]):
            continue
        yield (
            number,
            True,
            _Partial(done, partial.open_run | bit, ticks, moved + FLAG_CHANGED * (not was_async)),
        )


def _can_join(tasks: MaskedProblem, open_run: int, number: int) -> bool:
    """Whether the task fits into the run; a run is written down in the present order."""
    if open_run & ~tasks.partners[number]:
        return False
    return all(tasks.position[other] < tasks.position[number] for other in bits(open_run))


def _moved(tasks: MaskedProblem, done: int, number: int) -> int:
    """Weight of putting the task in front of tasks that stand before it now."""
    place = tasks.position[number]
    overtaken = sum(1 for other in bits(tasks.everything & ~done) if tasks.position[other] < place)
    return PAIR_MOVED * overtaken


def _least(tasks: MaskedProblem, partial: _Partial) -> int:
    """Ticks that no completion undercuts."""
    rest = tasks.everything & ~partial.done
    if not partial.open_run:
        return tasks.bound(rest, after_group=False)
    joining = sum(1 << i for i in bits(rest) if not partial.open_run & ~tasks.partners[i])
    alone = tasks.work(rest & tasks.singles)
    return alone + max((tasks.chain[i] for i in bits(rest & ~tasks.singles & ~joining)), default=0)


def _walk_back(
    tasks: MaskedProblem, came_from: dict[_Partial, tuple[_Partial, int, bool]], end: _Partial
) -> Arrangement:
    order: list[tuple[str, bool]] = []
    partial = end
    while partial in came_from:
        partial, number, is_async = came_from[partial]
        order.append((tasks.names[number], is_async))
    groups: list[list[str]] = []
    is_running = False
    for name, is_async in reversed(order):
        if not (is_async and is_running):
            groups.append([])
        groups[-1].append(name)
        is_running = is_async
    flags = frozenset(name for name, is_async in order if is_async)
    return Arrangement(tuple(map(tuple, groups)), flags, end.ticks)


def _named(tasks: MaskedProblem, steps: Steps, flags: int) -> Arrangement:
    """``steps`` with names; of lone tasks, those stay async that are and have no run next to them."""
    groups: list[tuple[str, ...]] = []
    async_tasks: set[str] = set()
    was_running = False
    for step, following in zip(steps, (*steps[1:], 0), strict=True):
        names = [tasks.names[i] for i in sorted(bits(step), key=tasks.position.__getitem__)]
        groups.append(tuple(names))
        several = len(names) > 1
        next_to_run = was_running or following & (following - 1) != 0
        was_running = several or bool(step & flags and not next_to_run)
        if was_running:
            async_tasks.update(names)
    ticks = sum(tasks.longest(step) for step in steps)
    return Arrangement(tuple(groups), frozenset(async_tasks), ticks)
