"""The schedule search against plain enumeration, and against what CrewAI's fork and join allows."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.plan.schedule_masks import MICROSECONDS, MaskedProblem, bits, masked
from crewprof.plan.schedule_problem import PlannedTask, ScheduleProblem
from crewprof.plan.schedule_search import best_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator


@st.composite
def problems(draw: st.DrawFn, largest: int) -> ScheduleProblem:
    size = draw(st.integers(1, largest))
    density = draw(st.sampled_from([0, 10, 25, 50]))
    agents = draw(st.integers(1, size))
    seconds = draw(
        st.sampled_from([st.sampled_from([0.0, 5.0, 10.0]), st.floats(0.5, 60).map(lambda x: round(x, 2))])
    )
    tasks = [
        PlannedTask(
            name=f"t{number}",
            seconds=draw(seconds),
            agent=f"a{draw(st.integers(0, agents - 1))}",
            after=frozenset(f"t{other}" for other in range(number) if draw(st.integers(0, 99)) < density),
            may_run_beside_others=draw(st.integers(0, 9)) > 0,
        )
        for number in range(size)
    ]
    names = [task.name for task in tasks]
    apart = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=3))
    problem = ScheduleProblem(
        tuple(tasks), frozenset(frozenset(pair) for pair in apart if len(set(pair)) == 2)
    )
    return _with_flags(draw, problem)


def _with_flags(draw: st.DrawFn, problem: ScheduleProblem) -> ScheduleProblem:
    """Some flags CrewAI accepts, so that there is a present schedule to improve on."""
    tasks = list(problem.tasks)
    for number, task in enumerate(tasks):
        if draw(st.booleans()):
            tasks[number] = replace(task, is_async=True)
            if not is_runnable(replace(problem, tasks=tuple(tasks))):
                tasks[number] = task
    return replace(problem, tasks=tuple(tasks))


def groups_when_run(tasks: tuple[PlannedTask, ...]) -> list[list[PlannedTask]]:
    groups: list[list[PlannedTask]] = []
    for before, task in zip((None, *tasks), tasks, strict=False):
        if before is not None and before.is_async and task.is_async:
            groups[-1].append(task)
        else:
            groups.append([task])
    return groups


def is_runnable(problem: ScheduleProblem) -> bool:
    groups = groups_when_run(problem.tasks)
    finished: set[str] = set()
    for group in groups:
        for task in group:
            if task.after - finished:
                return False
        for one, other in combinations(group, 2):
            if not (one.may_run_beside_others and other.may_run_beside_others):
                return False
            if one.agent == other.agent or frozenset((one.name, other.name)) in problem.apart:
                return False
        finished.update(task.name for task in group)
    return len(groups[-1]) == 1


def seconds_of(problem: ScheduleProblem) -> float:
    return sum(max(task.seconds for task in group) for group in groups_when_run(problem.tasks))


def arrangements(problem: ScheduleProblem) -> Iterator[ScheduleProblem]:
    """Every order with the same last task and every choice of flags that can be run."""
    *others, last = problem.tasks
    for order in permutations(others):
        for flags in product([False, True], repeat=len(order) + 1):
            tasks = tuple(
                replace(task, is_async=flag) for task, flag in zip((*order, last), flags, strict=True)
            )
            arranged = replace(problem, tasks=tasks)
            if is_runnable(arranged):
                yield arranged


def least_seconds(problem: ScheduleProblem) -> float:
    """The least makespan, by trying every set of tasks that may run next after every set that is done."""
    tasks = problem.tasks
    everything = frozenset(task.name for task in tasks)

    @cache
    def rest(done: frozenset[str], after_several: bool) -> float:
        if done == everything:
            return 0.0
        ready = [task for task in tasks[:-1] if task.name not in done and task.after <= done]
        if done == everything - {tasks[-1].name}:
            ready = [tasks[-1]]
        best = float("inf")
        for size in range(1, 2 if after_several else len(ready) + 1):
            for group in combinations(ready, size):
                alone = replace(
                    problem, tasks=tuple(replace(t, after=frozenset(), is_async=True) for t in group)
                )
                end = PlannedTask("end", 0.0, None)
                if size == 1 or is_runnable(replace(alone, tasks=(*alone.tasks, end))):
                    seconds = max(task.seconds for task in group)
                    best = min(best, seconds + rest(done | {t.name for t in group}, size > 1))
        return best

    return rest(frozenset(), False)


def rearranged(problem: ScheduleProblem, order: tuple[str, ...], flags: tuple[str, ...]) -> ScheduleProblem:
    by_name = {task.name: task for task in problem.tasks}
    return replace(problem, tasks=tuple(replace(by_name[name], is_async=name in flags) for name in order))


@settings(max_examples=60, deadline=None)
@given(problems(largest=5))
def test_enumeration_of_sets_agrees_with_every_order_and_flag(problem: ScheduleProblem) -> None:
    assert least_seconds(problem) == pytest.approx(min(seconds_of(one) for one in arrangements(problem)))


@settings(max_examples=250, deadline=None)
@given(problems(largest=9))
def test_best_schedule_is_runnable_and_as_short_as_any(problem: ScheduleProblem) -> None:
    best = best_schedule(problem)

    arranged = rearranged(problem, best.order, best.async_tasks)
    assert sorted(best.order) == sorted(task.name for task in problem.tasks)
    assert best.order[-1] == problem.tasks[-1].name
    assert is_runnable(arranged)
    assert [[task.name for task in group] for group in groups_when_run(arranged.tasks)] == [
        *map(list, best.groups)
    ]
    assert best.seconds == pytest.approx(seconds_of(arranged))
    assert best.seconds == pytest.approx(least_seconds(problem))
    assert best.optimal
    assert best.lower_bound_seconds == pytest.approx(best.seconds)


@settings(max_examples=100, deadline=None)
@given(problems(largest=9))
def test_best_schedule_of_the_best_schedule_is_itself(problem: ScheduleProblem) -> None:
    best = best_schedule(problem)

    again = best_schedule(rearranged(problem, best.order, best.async_tasks))

    assert (again.order, again.async_tasks) == (best.order, best.async_tasks)


def changes(before: ScheduleProblem, order: tuple[str, ...], flags: tuple[str, ...]) -> int:
    place = {name: number for number, name in enumerate(order)}
    names = [task.name for task in before.tasks]
    moved = sum(place[one] > place[other] for one, other in combinations(names, 2))
    return moved + sum(task.is_async != (task.name in flags) for task in before.tasks)


@settings(max_examples=60, deadline=None)
@given(problems(largest=5))
def test_of_equally_short_schedules_the_nearest_is_taken(problem: ScheduleProblem) -> None:
    best = best_schedule(problem)

    equal = [one for one in arrangements(problem) if seconds_of(one) <= best.seconds + 1e-6]
    flags = [tuple(task.name for task in one.tasks if task.is_async) for one in equal]
    orders = [tuple(task.name for task in one.tasks) for one in equal]
    fewest = min(changes(problem, order, flag) for order, flag in zip(orders, flags, strict=True))
    assert changes(problem, best.order, best.async_tasks) == fewest


def least_ticks(problem: MaskedProblem) -> int:
    """The least makespan by trying every group after every finished set, without any pruning."""

    @cache
    def rest(done: int, after_several: bool) -> int:
        if done == problem.everything:
            return 0
        ready = problem.available(done)
        singles = [problem.ticks[number] + rest(done | 1 << number, False) for number in bits(ready)]
        several = [] if after_several else list(groups(0, ready & ~problem.singles))
        return min([*singles, *(problem.longest(group) + rest(done | group, True) for group in several)])

    def groups(chosen: int, pool: int) -> Iterator[int]:
        if chosen & (chosen - 1):
            yield chosen
        for number in bits(pool):
            pool ^= 1 << number
            yield from groups(chosen | 1 << number, pool & problem.partners[number])

    return rest(0, False)


@pytest.mark.parametrize("seed", range(12))
def test_larger_problems_of_many_equal_durations_are_exact_too(seed: int) -> None:
    rng = random.Random(seed)
    names = [f"t{number}" for number in range(12)]
    tasks = tuple(
        PlannedTask(
            name,
            rng.choice([5.0, 10.0, 20.0]),
            f"a{rng.randrange(rng.choice([3, 5, 12]))}",
            frozenset(earlier for earlier in names[:number] if rng.random() < 0.05),
        )
        for number, name in enumerate(names)
    )
    apart = frozenset(frozenset(rng.sample(names, 2)) for _ in range(4))
    problem = ScheduleProblem(tasks, apart)

    assert best_schedule(problem).seconds * MICROSECONDS == least_ticks(masked(problem))


def test_rate_limit_makes_parallel_runs_pointless() -> None:
    tasks = tuple(
        PlannedTask(f"t{number}", 20.0, f"a{number}", calls=2.0, may_run_beside_others=number < 3)
        for number in range(4)
    )

    limited = best_schedule(ScheduleProblem(tasks, max_rpm=3))
    free = best_schedule(ScheduleProblem(tasks))

    assert free.seconds == 40.0
    assert limited.seconds == 120.0
    assert limited.optimal
    assert limited.order == tuple(task.name for task in tasks)


def test_large_problem_gets_a_bounded_answer() -> None:
    tasks = tuple(
        PlannedTask(
            f"t{number:02}",
            5.0 + (number * 7) % 11,
            f"a{number % 4}",
            frozenset({f"t{number - 9:02}"} if number % 5 == 0 and number > 9 else ()),
        )
        for number in range(60)
    )

    best = best_schedule(ScheduleProblem(tasks))

    assert best.lower_bound_seconds <= best.seconds < 0.5 * sum(task.seconds for task in tasks)
    assert is_runnable(rearranged(ScheduleProblem(tasks), best.order, best.async_tasks))


@pytest.mark.parametrize("size", [100, 600])
@pytest.mark.parametrize("waits", [0, 1, 3])
def test_of_any_size_the_answer_is_runnable_and_no_slower_than_one_after_the_other(
    size: int, waits: int
) -> None:
    chance = random.Random(size)
    tasks = tuple(
        PlannedTask(
            f"t{number:03}",
            chance.uniform(1.0, 30.0),
            f"a{number % (size // 2)}",
            frozenset(f"t{chance.randrange(number):03}" for _ in range(waits if number else 0)),
        )
        for number in range(size)
    )
    problem = ScheduleProblem(tasks)

    best = best_schedule(problem)

    assert best.lower_bound_seconds <= best.seconds + 1e-6
    assert best.seconds <= sum(task.seconds for task in tasks) + 1e-3
    assert is_runnable(rearranged(problem, best.order, best.async_tasks))


def test_a_chain_of_any_length_is_its_own_best_schedule() -> None:
    tasks = tuple(
        PlannedTask(f"t{number}", 1.0, f"a{number}", frozenset({f"t{number - 1}"} if number else ()))
        for number in range(1_500)
    )

    best = best_schedule(ScheduleProblem(tasks))

    assert best.optimal
    assert best.order == tuple(task.name for task in tasks)


def test_circular_dependencies_are_an_error() -> None:
    tasks = (
        PlannedTask("a", 1.0, "x", frozenset({"b"})),
        PlannedTask("b", 1.0, "y", frozenset({"a"})),
        PlannedTask("c", 1.0, "z"),
    )

    with pytest.raises(ValueError, match="circle: a, b"):
        best_schedule(ScheduleProblem(tasks))
