"""The best schedule CrewAI can run: which order and which async flags finish soonest.

The room for choice. CrewAI runs a list of groups one after the other (``semantics.schedule``): a group
is one task, or several async tasks at once. Two groups of several tasks cannot follow each other, for
only a sync task separates them, and the last task is a group of its own. So the makespan is the sum of
the *singles* plus the longest task of every group of several, and after each of those comes a single.

The method is best-first branch and bound over sets of finished tasks (bit masks):

* What a finished set can still cost does not depend on how it was reached, so of two ways to the same
  set only the shorter is kept.
* A task that fits into a group without making it longer and is left out must be wanted as the single
  between two later groups: from any other place, moving it into the group costs nothing. So groups are
  complete but for such *separators*, whose whole duration counts at once.
* Of two tasks of one agent, the longer that unlocks no less goes first.
* A single that could as well run after the next group, and two groups in an order that could be turned
  round, are looked at in one order only.
* No completion is shorter than ``MaskedProblem.bound``: the chain of dependencies, or the packing of
  tasks into groups under conflicts and separators.

That is exact, unless the search gives up after ``SCHEDULES`` partial schedules: ``optimal`` says
whether the answer is proven, ``lower_bound_seconds`` what cannot be beaten. Random problems with 20
tasks are proven, nearly all in under a second (``benchmarks/schedules.py``). A beam search gives the
first answer, which is also the one for crews too large to finish.

Among schedules that take the same time, the one nearest to the present order and flags is chosen
(``plan.schedule_changes``).
"""

from __future__ import annotations

import heapq
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from crewprof.plan.in_order import best_in_order
from crewprof.plan.schedule_changes import Arrangement, nearest, present
from crewprof.plan.schedule_groups import EXACT, TRIES, Effort, next_groups
from crewprof.plan.schedule_masks import MICROSECONDS, MaskedProblem, Steps, bits, masked
from crewprof.plan.schedule_problem import BestSchedule, ScheduleProblem
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCHEDULES = 60_000
"""Partial schedules looked at before the search settles for the best answer found so far."""

BEAM = 12
"""Partial schedules of each size the first answer is built from."""

CHOICES = 60
"""Continuations of each of them that are looked at."""

LARGEST = 120
"""Tasks beyond which no order but the present one is searched."""


@dataclass(frozen=True, slots=True)
class Found:
    """A schedule, its ticks, and ticks that no schedule undercuts."""

    steps: Steps
    ticks: int
    lower_bound: int


@lru_cache(maxsize=64)
def best_schedule(problem: ScheduleProblem) -> BestSchedule:
    """The schedule of ``problem`` with the least makespan; the present one if nothing is shorter.

    Without tasks (none of a crew's may be known) it takes no time. Raises ``ValueError`` when the
    dependencies are circular.
    """
    if not problem.tasks:
        return BestSchedule((), (), (), 0.0, optimal=True, lower_bound_seconds=0.0)
    tasks = masked(problem)
    found = shortest(tasks, _in_present_order(problem, tasks))
    throttle = round(problem.throttle_seconds * MICROSECONDS)
    goal = max(found.ticks, throttle)
    arrangement = present(problem, tasks)
    if arrangement is None or arrangement.ticks > goal:
        arrangement = nearest(problem, tasks, found.steps, goal)
    lower = max(found.lower_bound, throttle)
    is_optimal = max(arrangement.ticks, throttle) <= lower
    seconds = problem.seconds_of(arrangement.groups)
    least = seconds if is_optimal else min(lower / MICROSECONDS, seconds)
    return _as_schedule(arrangement, seconds, least, is_optimal=is_optimal)


def _as_schedule(arrangement: Arrangement, seconds: float, least: float, *, is_optimal: bool) -> BestSchedule:
    order = tuple(name for group in arrangement.groups for name in group)
    return BestSchedule(
        order=order,
        async_tasks=tuple(name for name in order if name in arrangement.async_tasks),
        groups=arrangement.groups,
        seconds=seconds,
        optimal=is_optimal,
        lower_bound_seconds=least,
    )


def _in_present_order(problem: ScheduleProblem, tasks: MaskedProblem) -> Steps | None:
    """The fastest schedule that moves nothing, for problems whose orders are too many to look at.

    ``None`` where the search looks at all of them, or if the present order cannot be kept.
    """
    if len(tasks.ticks) <= EXACT:
        return None
    number = {name: rank for rank, name in enumerate(tasks.names)}
    steps = []
    done = 0
    for group in best_in_order(problem).groups:
        step = sum(1 << number[name] for name in group)
        if any(tasks.before[number[name]] & ~done for name in group):
            return None
        steps.append(step)
        done |= step
    return tuple(steps)


def shortest(problem: MaskedProblem, known: Steps | None = None) -> Found:
    """The shortest schedule, or the shortest found within the limits of the search.

    ``known``: a schedule to do better than.
    """
    first = first_answer(problem, known)
    if first.ticks == first.lower_bound or len(problem.ticks) > LARGEST:
        return first
    return search(problem, first)


def _within(most: int, problem: MaskedProblem) -> int:
    """How many of ``most`` looks a problem may take: their time and their number grow with its tasks."""
    return most if len(problem.ticks) <= EXACT else max(1, most * EXACT**3 // len(problem.ticks) ** 3)


def search(problem: MaskedProblem, start: Found) -> Found:
    """A schedule shorter than ``start`` if there is one and ``SCHEDULES`` suffice to find it."""
    best_ticks, best_end = start.ticks, None
    root = problem.bound(problem.everything, after_group=False)
    queue: list[tuple[int, int, int, int]] = [(root, 0, 0, 0)]
    reached: dict[int, tuple[int, int]] = {0: (0, root)}
    came_from: dict[int, tuple[int, int]] = {}
    looked_at, most = 0, _within(SCHEDULES, problem)
    effort = Effort.for_looks(most, problem)
    left_at: int | None = None
    while queue and queue[0][0] < best_ticks and looked_at < most:
        estimate, _, ticks, key = heapq.heappop(queue)
        # A shorter way to the same finished set was found after this one was put in: the heap cannot take
        # entries out, so they are passed over here.
        if reached[key] != (ticks, estimate):
            continue
        promised = estimate
        done = key >> 1
        past = _past(problem, came_from, key)
        for group, separators in next_groups(problem, key, best_ticks - ticks, effort):
            after, several = done | group, group & (group - 1) != 0
            following, cost = after << 1 | several, ticks + problem.longest(group)
            if reached.get(following, (best_ticks, 0))[0] < cost or (several and past.makes_needless(group)):
                continue
            looked_at += 1
            rest = problem.everything & ~after
            estimate = cost + problem.bound(rest, after_group=several, separators=separators)
            if estimate >= best_ticks or reached.get(following, (cost, best_ticks)) <= (cost, estimate):
                continue
            reached[following], came_from[following] = (cost, estimate), (key, group)
            if rest:
                # Of equal estimates the schedule with most tasks done first: it is the nearest to an answer.
                heapq.heappush(queue, (estimate, -after.bit_count(), cost, following))
            else:
                best_ticks, best_end = cost, following
        # The groups of this partial schedule are not all seen: what it promised is as far as the bound can be
        # trusted.
        if effort.left < 0:
            left_at = promised
            break
    lower = min([best_ticks, *(queue[0][:1] if queue else ()), *([] if left_at is None else [left_at])])
    steps = start.steps if best_end is None else _walk_back(came_from, best_end)
    return Found(steps, best_ticks, lower)


def _walk_back(came_from: dict[int, tuple[int, int]], key: int) -> Steps:
    steps: list[int] = []
    while key in came_from:
        key, group = came_from[key]
        steps.append(group)
    return tuple(reversed(steps))


@dataclass(frozen=True, slots=True)
class _Past:
    """How a partial schedule ends: the last group of several tasks, and the singles since.

    ``ready``: tasks that could have run in place of that group. ``tied``: one of the singles needs it.
    """

    problem: MaskedProblem
    group: int
    singles: int
    ready: int
    tied: bool

    def makes_needless(self, following: int) -> bool:
        """Whether another order, also looked at, is as good as going on with ``following``.

        Either one of the singles before it can wait until after it, or it can change places with the
        last group and is the longer one.
        """
        # A single between two groups is what keeps them apart; only where there are several of them, or no
        # group before, is one free to wait.
        if self.singles & (self.singles - 1) or not self.group:
            inside = self.singles | following
            if any(not self.problem.unlocks[number] & inside for number in bits(self.singles)):
                return True
        is_longer = following & -following < self.group & -self.group
        return is_longer and not following & ~self.ready and not self.tied


def _past(problem: MaskedProblem, came_from: dict[int, tuple[int, int]], key: int) -> _Past:
    singles = group = 0
    while key in came_from and not group:
        key, step = came_from[key]
        if step & (step - 1):
            group = step
        else:
            singles |= step
    tied = any(problem.before[number] & group for number in bits(singles))
    return _Past(problem, group, singles, problem.available(key >> 1), tied)


def first_answer(problem: MaskedProblem, known: Steps | None = None) -> Found:
    """A good schedule, by beam search: of all partial schedules as large, only the best are continued.

    ``known``: one to do better than.
    """
    everything = problem.everything
    lower = problem.bound(everything, after_group=False)
    best = Found(_one_by_one(problem), problem.work(everything), lower)
    if known is not None:
        best = min(best, Found(known, sum(map(problem.longest, known)), lower), key=lambda one: one.ticks)
    # Beyond these sizes a beam takes longer than what it finds is worth: the known order is the answer.
    if len(problem.ticks) > EXACT and (best.ticks == lower or len(problem.ticks) > LARGEST):
        return best
    levels: list[dict[int, tuple[int, int, Steps]]] = [{} for _ in range(len(problem.ticks) + 1)]
    levels[0][0] = (lower, 0, ())
    beam = _within(BEAM, problem)
    for level in levels:
        for key, (_, ticks, steps) in heapq.nsmallest(beam, level.items(), key=lambda item: item[1][:2]):
            if key >> 1 == everything:
                best = Found(steps, ticks, lower) if ticks < best.ticks else best
                continue
            for following, reached in _continued(problem, key, ticks, steps, best.ticks):
                place = levels[(following >> 1).bit_count()]
                if following not in place or reached[:2] < place[following][:2]:
                    place[following] = reached
    return best


def _continued(
    problem: MaskedProblem, key: int, ticks: int, steps: Steps, limit: int
) -> Iterator[tuple[int, tuple[int, int, Steps]]]:
    """Continuations of a partial schedule that may end before ``limit``: key, estimate, ticks, steps."""
    done = key >> 1
    choices = _within(CHOICES, problem)
    groups = next_groups(problem, key, limit - ticks, Effort.for_looks(choices * TRIES, problem))
    for group, separators in islice(groups, choices):
        after, several = done | group, group & (group - 1) != 0
        cost = ticks + problem.longest(group)
        rest = problem.everything & ~after
        estimate = cost + problem.bound(rest, after_group=several, separators=separators)
        if estimate < limit:
            yield after << 1 | several, (estimate, cost, (*steps, group))


def _one_by_one(problem: MaskedProblem) -> Steps:
    """All tasks alone, of those that can come next the longest."""
    ready: list[int] = []
    waiting: dict[int, list[int]] = {}
    done = 0

    def sort_in(numbers: Iterable[int]) -> None:
        """Each with those that can come, or to one that it waits for."""
        for number in numbers:
            missing = problem.before[number] & ~done
            if missing:
                waiting.setdefault((missing & -missing).bit_length() - 1, []).append(number)
            else:
                heapq.heappush(ready, number)

    sort_in(range(len(problem.ticks)))
    steps: list[int] = []
    while ready:
        number = heapq.heappop(ready)
        steps.append(1 << number)
        done |= 1 << number
        sort_in(waiting.pop(number, ()))
    return tuple(steps)
