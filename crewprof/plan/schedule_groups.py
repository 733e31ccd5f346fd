"""The groups of tasks that may come next in a schedule, but for those that others make needless.

See :mod:`crewprof.plan.schedule_search` for why groups are complete but for separators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.plan.schedule_masks import bits
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.plan.schedule_masks import MaskedProblem

EXACT = 20
"""Tasks up to which the limits of the search hold; beyond, each look costs more, and fewer are taken."""

TRIES = 200
"""Groups begun for each of those looks before the search settles, up to ``EXACT`` tasks."""

FEW_TRIES = 4
"""The same beyond."""


@dataclass(slots=True)
class Effort:
    """What is left of a budget of work."""

    left: int

    @classmethod
    def for_looks(cls, looks: int, problem: MaskedProblem) -> Effort:
        """What may be spent on finding the groups of so many looks."""
        return cls(looks * (TRIES if len(problem.ticks) <= EXACT else FEW_TRIES))

    def spend(self) -> bool:
        """Take one from it; whether there was one."""
        self.left -= 1
        return self.left >= 0


def next_groups(problem: MaskedProblem, key: int, room: int, effort: Effort) -> Iterator[tuple[int, int]]:
    """Groups that may come next, each with the tasks it leaves out as separators.

    ``key``: the finished tasks, and in the lowest bit whether a group of several came last. ``room``:
    ticks that are left for a schedule that would be an improvement.
    """
    done, after_group = key >> 1, key & 1
    ready = problem.available(done)
    for number in bits(ready):
        yield 1 << number, 0
    # After a group of several only a single can come: async tasks that follow each other would be one group.
    if not after_group:
        free = ready & ~problem.singles
        for leader in bits(free):
            pool = free & problem.partners[leader] & -(1 << leader)
            others = problem.everything & ~(done | pool | 1 << leader)
            left = room - problem.ticks[leader] - problem.bound_beside(others)
            yield from _completed(problem, 1 << leader, pool, 0, left, effort)


def _completed(
    problem: MaskedProblem, chosen: int, pool: int, skipped: int, room: int, effort: Effort
) -> Iterator[tuple[int, int]]:
    """Groups made of ``chosen`` and some of ``pool`` that are worth trying.

    ``skipped``: tasks that would have fitted when they were passed over; those that still fit in the
    end must be separators. ``room``: ticks that separators may take at most. ``effort``: groups that may
    still be begun.
    """
    # What still fits and is left out has to run as separators, all of it: where that alone takes the room
    # there is, nothing that begins like this is an improvement.
    if not effort.spend() or problem.work(_fitting(problem, chosen, pool, skipped)) >= room:
        return
    if not pool:
        if chosen & (chosen - 1):
            yield chosen, _fitting(problem, chosen, 0, skipped)
        return
    bit = pool & -pool
    number = bit.bit_length() - 1
    if not _has_better_twin(problem, number, skipped):
        partners = problem.partners[number]
        yield from _completed(problem, chosen | bit, pool & partners, skipped, room, effort)
    yield from _completed(problem, chosen, pool ^ bit, skipped | bit, room, effort)


def _fitting(problem: MaskedProblem, chosen: int, pool: int, skipped: int) -> int:
    """Of ``skipped``, what fits beside ``chosen`` and beside all that may still be chosen."""
    fits = skipped
    for number in bits(chosen | pool):
        fits &= problem.partners[number]
    return fits


def _has_better_twin(problem: MaskedProblem, number: int, skipped: int) -> bool:
    """Whether a skipped task could take this one's place at no cost, and is needed at least as early."""
    needed_by, conflicts = problem.unlocks[number], problem.conflicts[number]
    return any(
        problem.unlocks[twin] & needed_by == needed_by
        and (problem.conflicts[twin] ^ conflicts) & ~(1 << twin | 1 << number) == 0
        and problem.conflicts[twin] >> number & 1
        for twin in bits(skipped)
    )
