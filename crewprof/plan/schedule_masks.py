"""A schedule problem as bit masks, and what no completion of a partial schedule can undercut.

Tasks are numbered from the longest to the shortest, so that the bits of a mask, lowest first, come in
order of falling duration. Durations are whole microseconds: sums are exact and comparable.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crewprof.plan.schedule_problem import PlannedTask, ScheduleProblem

Steps: TypeAlias = "tuple[int, ...]"
"""A schedule: the masks of its groups in time order."""

MICROSECONDS = 1_000_000
"""Ticks in a second."""


def bits(mask: int) -> Iterator[int]:
    """Numbers of the bits set, lowest (longest task) first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True, slots=True)
class MaskedProblem:
    """The problem by task number.

    ``names``; ``position``: place in the present order. ``before``: direct dependencies. ``unlocks``: all
    tasks that depend on it, directly or not. ``singles``: tasks that run alone in every schedule;
    ``partners``: those a task can share a group with. ``conflicts``: those it can never share one with,
    whatever the dependencies. ``chain``: the longest chain of dependent work from the task on,
    singles not counted. ``cliques``: sets of tasks no two of which can share a group.
    """

    names: tuple[str, ...]
    ticks: tuple[int, ...]
    position: tuple[int, ...]
    before: tuple[int, ...]
    unlocks: tuple[int, ...]
    conflicts: tuple[int, ...]
    partners: tuple[int, ...]
    singles: int
    last: int
    chain: tuple[int, ...]
    cover: tuple[int, ...]
    home: tuple[int, ...]

    @property
    def everything(self) -> int:
        """All tasks."""
        return (1 << len(self.ticks)) - 1

    def work(self, mask: int) -> int:
        """Ticks of the tasks in ``mask``, one after the other."""
        ticks = self.ticks
        total = 0
        while mask:
            low = mask & -mask
            total += ticks[low.bit_length() - 1]
            mask ^= low
        return total

    def longest(self, group: int) -> int:
        """Ticks of the longest task of ``group`` (not empty)."""
        return self.ticks[(group & -group).bit_length() - 1]

    def available(self, done: int) -> int:
        """Tasks not done whose dependencies are."""
        ready = 0
        missing = ~done
        for number in bits(self.everything & missing):
            if not self.before[number] & missing:
                ready |= 1 << number
        return ready

    def bound(self, rest: int, *, after_group: bool, separators: int = 0) -> int:
        """Ticks that no schedule of ``rest`` undercuts.

        ``after_group``: a group of several tasks has just run, so a single comes next.
        ``separators``: tasks of ``rest`` that are to run alone.
        """
        alone = self.work(rest & self.singles)
        apart = self.work(separators)
        free = rest & ~self.singles & ~separators
        chain = max((self.chain[number] for number in bits(rest & ~self.singles)), default=0)
        # One of the singles is used up by the group that has just run.
        count = (rest & self.singles).bit_count() + separators.bit_count() - after_group
        return alone + max(chain, apart + self._packing_bound(free, count))

    def bound_beside(self, rest: int) -> int:
        """Ticks that ``rest`` takes at least, whatever other tasks there are: those may be separators."""
        free = rest & ~self.singles
        chain = max((self.chain[number] for number in bits(free)), default=0)
        return self.work(rest & self.singles) + max(chain, self._packing_bound(free, len(self.ticks)))

    def _packing_bound(self, free: int, singles: int) -> int:
        """Ticks the tasks of ``free`` take if only conflicts and separators limit them.

        A group holds at most one task of each clique of the cover. For each length, count the groups
        and singles that must be longer: as many groups as the fullest clique has longer tasks. Every
        group needs a single after it; where ``singles`` are too few, tasks have to be singles too, and
        not all of them can be short.
        """
        longer = [0] * len(self.cover)
        home = self.home
        tasks = list(bits(free))
        for number in tasks:
            longer[home[number]] += 1
        extra = _singles_needed(longer, singles)
        ticks = self.ticks
        total = 0
        shorter = 0
        upper = len(tasks)
        while upper:
            # Between the lengths of two neighbours, ``upper`` tasks are longer.
            length = ticks[tasks[upper - 1]]
            below = 0 if upper == len(tasks) else ticks[tasks[upper]]
            if length > below:
                alone = extra - shorter if extra > shorter else 0
                total += (length - below) * (alone + (_level(longer, alone) if alone else max(longer)))
            longer[home[tasks[upper - 1]]] -= 1
            upper -= 1
            shorter += 1
        return total


def _singles_needed(counts: list[int], singles: int) -> int:
    """How many tasks must leave the cliques so that the groups of the rest have a single each."""
    grouped = [count for count in counts if count]
    total, size = sum(grouped), len(grouped)
    extra = 0
    while total > extra and singles + extra < max(-((extra - total) // size), _level(counts, extra)):
        extra += 1
    return extra


def _level(counts: list[int], taken: int) -> int:
    """The largest count left after ``taken`` have been taken from the largest counts."""
    level = max(counts)
    while taken:
        at_top = sum(1 for count in counts if count >= level)
        if at_top > taken:
            break
        taken -= at_top
        level -= 1
        if not level:
            break
    return level


@lru_cache(maxsize=8)
def masked(problem: ScheduleProblem) -> MaskedProblem:
    """``problem`` by task number. Dependencies that are not among the tasks do not count.

    Raises ``ValueError`` when there are no tasks or the dependencies are circular.
    """
    if not problem.tasks:
        raise ValueError("no tasks to schedule")
    tasks = problem.tasks
    final = tasks[-1].name
    # Ties go by name, so that the answer does not depend on the present order.
    ranked = sorted(enumerate(tasks), key=lambda pair: (-_ticks(pair[1]), pair[1].name))
    number = {task.name: rank for rank, (_, task) in enumerate(ranked)}
    everything = (1 << len(ranked)) - 1
    bit = {name: 1 << rank for name, rank in number.items()}
    before = [
        sum([bit[name] for name in task.after if name in bit])
        | (everything & ~(1 << number[final]) if task.name == final else 0)
        for _, task in ranked
    ]
    order = _in_order(before, sorted(range(len(ranked)), key=lambda i: ranked[i][0]))
    if order is None:
        # Only for the message: the closure takes a cube of the tasks, the order a square at most.
        above = _closure(before)
        circle = sorted(task.name for i, (_, task) in enumerate(ranked) if above[i] >> i & 1)
        raise ValueError(f"tasks depend on each other in a circle: {', '.join(circle)}")
    above, needed = _reached(before, order)
    after = _turned(needed)
    unlocks = _reached_from(after, order[::-1])
    conflicts = _conflicts(problem, [task for _, task in ranked], number)
    ticks = tuple(_ticks(task) for _, task in ranked)
    lone = sum(1 << i for i, (_, task) in enumerate(ranked) if not task.may_run_beside_others)
    lone |= 1 << number[final]
    partners, singles = _partners(conflicts, above, unlocks, lone)
    free = everything & ~singles
    # Either is right; the one with fewer cliques bounds better. Teams win where agents are few, the greedy
    # cover where pairs are kept apart for other reasons.
    cover = min(_clique_cover(partners, free), _teams(ranked, free), key=len)
    weights = [0 if singles >> i & 1 else one for i, one in enumerate(ticks)]
    return MaskedProblem(
        names=tuple(task.name for _, task in ranked),
        ticks=ticks,
        position=tuple(place for place, _ in ranked),
        before=tuple(before),
        unlocks=tuple(unlocks),
        conflicts=tuple(conflicts),
        partners=tuple(partners),
        singles=singles,
        last=number[final],
        chain=_chains(weights, after, order[::-1]),
        cover=cover,
        home=_homes(cover, len(ranked)),
    )


def _ticks(task: PlannedTask) -> int:
    return round(task.seconds * MICROSECONDS)


def _homes(cover: Sequence[int], tasks: int) -> tuple[int, ...]:
    """For each task, its clique; 0 for those that are in none."""
    home = [0] * tasks
    for at, clique in enumerate(cover):
        for number in bits(clique):
            home[number] = at
    return tuple(home)


def _in_order(before: Sequence[int], present: Sequence[int]) -> list[int] | None:
    """The tasks so that each comes after those it waits for; ``None`` if they wait in a circle."""
    order: list[int] = []
    done = 0
    waiting = list(present)
    while waiting:
        later: list[int] = []
        for number in waiting:
            if before[number] & ~done:
                later.append(number)
            else:
                order.append(number)
                done |= 1 << number
        if len(later) == len(waiting):
            return None
        waiting = later
    return order


def _turned(before: Sequence[Sequence[int]]) -> list[list[int]]:
    """For each task those that wait for it."""
    after: list[list[int]] = [[] for _ in before]
    for number, others in enumerate(before):
        for other in others:
            after[other].append(number)
    return after


def _reached(direct: Sequence[int], order: Iterable[int]) -> tuple[list[int], list[list[int]]]:
    """All that ``direct`` leads to, step by step; in ``order`` each task follows what it leads to.

    And of the direct steps few that lead to all the same: a task that waits for all before it needs hardly
    more of them than the last.
    """
    found = [0] * len(direct)
    needed: list[list[int]] = [[] for _ in direct]
    for number in order:
        whole = rest = direct[number]
        while rest:
            low = rest & -rest
            other = low.bit_length() - 1
            needed[number].append(other)
            whole |= found[other]
            rest &= ~(found[other] | low)
        found[number] = whole
    return found, needed


def _reached_from(direct: Sequence[Sequence[int]], order: Iterable[int]) -> list[int]:
    """All that ``direct`` leads to, step by step; in ``order`` each task follows what it leads to."""
    found = [0] * len(direct)
    for number in order:
        for other in direct[number]:
            found[number] |= found[other] | 1 << other
    return found


def _closure(before: Sequence[int]) -> list[int]:
    above = list(before)
    changed = True
    while changed:
        changed = False
        for i, mask in enumerate(above):
            wider = mask
            for j in bits(mask):
                wider |= above[j]
            if wider != mask:
                above[i] = wider
                changed = True
    return above


def _conflicts(problem: ScheduleProblem, ranked: list[PlannedTask], number: dict[str, int]) -> list[int]:
    teams: dict[str | None, int] = {}
    for i, task in enumerate(ranked):
        teams[task.agent] = teams.get(task.agent, 0) | 1 << i
    conflicts = [0 if task.agent is None else teams[task.agent] & ~(1 << i) for i, task in enumerate(ranked)]
    for pair in problem.apart:
        known = [number[name] for name in pair if name in number]
        for i in known:
            conflicts[i] |= sum(1 << j for j in known if j != i)
    return conflicts


def _partners(
    conflicts: Sequence[int], above: Sequence[int], unlocks: Sequence[int], lone: int
) -> tuple[list[int], int]:
    everything = (1 << len(conflicts)) - 1
    # A task whose every partner runs alone does so too, and so on: until nothing more is found.
    singles = lone
    while True:
        partners = [
            0 if singles >> i & 1 else everything & ~(singles | conflicts[i] | above[i] | unlocks[i] | 1 << i)
            for i in range(len(conflicts))
        ]
        alone = sum(1 << i for i, mask in enumerate(partners) if not mask)
        if alone == singles:
            return partners, singles
        singles = alone


def _clique_cover(partners: Sequence[int], free: int) -> tuple[int, ...]:
    """Every task of ``free`` in one clique of tasks that cannot share a group; few cliques, greedily."""
    cover: list[int] = []
    for i in bits(free):
        fits = [at for at, clique in enumerate(cover) if not clique & partners[i]]
        if fits:
            cover[max(fits, key=lambda at: cover[at].bit_count())] |= 1 << i
        else:
            cover.append(1 << i)
    return tuple(cover)


def _teams(ranked: Sequence[tuple[int, PlannedTask]], free: int) -> tuple[int, ...]:
    """The tasks of ``free`` by agent; a task without one by itself."""
    teams: dict[tuple[str | None, int], int] = {}
    for i, (_, task) in enumerate(ranked):
        if free >> i & 1:
            key = (task.agent, -1 if task.agent is not None else i)
            teams[key] = teams.get(key, 0) | 1 << i
    return tuple(teams.values())


def _chains(weights: Sequence[int], after: Sequence[Sequence[int]], order: Iterable[int]) -> tuple[int, ...]:
    """The longest chain of work from each task on; in ``order`` each follows those that wait for it."""
    chain = [0] * len(weights)
    for number in order:
        chain[number] = weights[number] + max((chain[other] for other in after[number]), default=0)
    return tuple(chain)
