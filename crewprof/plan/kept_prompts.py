"""Schedules that change no prompt, and the contexts to write so that they do not.

CrewAI decides by order and flags what a task without ``context`` receives: a sync task everything before
it, an async task nothing. A task whose order or flag changes keeps what it received when its context is
written out. Established on CrewAI 1.14.5 to 1.15.30; before, joins drop outputs, and nothing is rewritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.plan.crew_schedule import schedule_problem
from crewprof.plan.in_order import best_in_order
from crewprof.plan.schedule_masks import MICROSECONDS, masked
from crewprof.plan.schedule_search import best_schedule
from crewprof.plan.side_effects import ordered_by_effects
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.context import contexts_of
from crewprof.semantics.schedule import groups_of, joined_before
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew, Task
    from crewprof.estimate.profile import Profile
    from crewprof.plan.schedule_problem import BestSchedule, ScheduleProblem
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.context import TaskContext


LEAST_SHARE = 0.02
"""Share of the makespan a schedule must save to be worth a change."""

A_TICK = 1e-5
"""Seconds below which two makespans are the same."""


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """Another order and other flags for a crew's tasks, with the contexts that have to be written.

    ``saves``: seconds the makespan gets shorter.
    """

    schedule: BestSchedule
    contexts: Mapping[str, tuple[str, ...]]
    saves: float


def can_be_rearranged(crew: Crew, behavior: Behavior) -> bool:
    """Whether anything can be said about what another schedule would do to the prompts of ``crew``."""
    return (
        behavior.joins_keep_outputs
        and crew.process is Process.SEQUENTIAL
        and not any(_is_unknown(task, "async_execution") for task in crew.tasks)
        and not any(task.async_execution and _is_unknown(task, "context") for task in crew.tasks)
    )


def order_matters(crew: Crew) -> bool:
    """Whether a prompt can change when tasks change places, all contexts being written out.

    A condition sees the output before its task; the planner numbers the tasks; the first task gets the
    payload of a trigger.
    """
    return (
        crew.planning
        or any(task.conditional for task in crew.tasks)
        or any("crewai_trigger" in text.text for text in crew.texts.values())
    )


def remembers(crew: Crew) -> bool:
    """Whether tasks may see, through a memory, what ran before them."""
    return crew.memory or any(agent.memory for agent in crew.workers)


def keeping_prompts(crew: Crew, profile: Profile, behavior: Behavior) -> ScheduleProblem | None:
    """The schedule problem whose every solution leaves each call of each task the messages it has now.

    ``None`` where nothing can be said.
    """
    if not can_be_rearranged(crew, behavior) or remembers(crew):
        return None
    contexts = contexts_of(crew, behavior)
    return _keeping_effects(schedule_problem(crew, profile, contexts), crew, contexts)


def fastest(
    crew: Crew, problem: ScheduleProblem, behavior: Behavior, *, may_move: bool
) -> Rearrangement | None:
    """The fastest schedule that solves ``problem``, with the contexts that keep what each task receives.

    Tasks stay where they are unless moving them saves time and ``may_move``. ``None`` when what a task
    receives cannot be kept.
    """
    in_order = fastest_in_order(crew, problem, behavior)
    return fastest_moved(crew, problem, behavior, in_order) if may_move else in_order


def fastest_in_order(crew: Crew, problem: ScheduleProblem, behavior: Behavior) -> Rearrangement | None:
    """The same with all tasks where they are."""
    return _as_rearrangement(crew, problem, behavior, best_in_order(problem))


def fastest_moved(
    crew: Crew, problem: ScheduleProblem, behavior: Behavior, in_order: Rearrangement | None
) -> Rearrangement | None:
    """The same with tasks moved where that saves time; else ``in_order``, the fastest without."""
    if order_matters(crew) or (in_order is not None and is_about_best(in_order.schedule, problem)):
        return in_order
    moved = _as_rearrangement(crew, problem, behavior, best_schedule(problem))
    if moved is None or (in_order is not None and not _is_better(moved, in_order)):
        return in_order
    return moved


def _as_rearrangement(
    crew: Crew, problem: ScheduleProblem, behavior: Behavior, schedule: BestSchedule
) -> Rearrangement | None:
    now = present_seconds(crew, problem)
    return rearranged(crew, schedule, contexts_of(crew, behavior), behavior, now)


def _is_better(one: Rearrangement, other: Rearrangement) -> bool:
    return one.saves - other.saves > LEAST_SHARE * other.schedule.seconds


def is_about_best(schedule: BestSchedule, problem: ScheduleProblem) -> bool:
    """Whether no other order can save enough to be worth a move."""
    if not problem.tasks:
        return True
    tasks = masked(problem)
    bound = tasks.bound(tasks.everything, after_group=False) / MICROSECONDS
    return schedule.seconds - bound < LEAST_SHARE * schedule.seconds


def rearranged(
    crew: Crew,
    schedule: BestSchedule,
    wanted: Mapping[str, TaskContext],
    behavior: Behavior,
    now: float,
) -> Rearrangement | None:
    """``schedule`` with the contexts to write so that each task receives what ``wanted`` says.

    ``now``: seconds the present schedule takes. ``None`` when a task cannot be made to receive just that.
    """
    flagged = with_schedule(crew, schedule)
    found = contexts_of(flagged, behavior)
    ready = joined_before(flagged)
    written = {
        task.name: wanted[task.name].sources
        for task in flagged.tasks
        if found[task.name].sources != wanted[task.name].sources
        or (_is_newly_async(crew, task) and ready[task.name] and not found[task.name].declared)
    }
    maybe_skipped = {task.name for task in crew.tasks if task.conditional}
    if any(maybe_skipped.intersection(sources) for sources in written.values()):
        # By default a skipped task adds an empty output, listed it adds none.
        return None
    complete = replace(
        flagged,
        tasks=tuple(replace(task, context=written.get(task.name, task.context)) for task in flagged.tasks),
    )
    after = contexts_of(complete, behavior)
    # Written contexts are read once more by CrewAI's rules: a source that is not finished by then would be
    # left out without a word.
    if any(after[name].sources != wanted[name].sources for name in wanted):
        return None
    return Rearrangement(schedule, written, now - schedule.seconds)


def _is_newly_async(crew: Crew, task: Task) -> bool:
    """Whether ``task`` is async and was not: then a reader may wonder what it receives."""
    return task.async_execution and not crew.task(task.name).async_execution


def with_schedule(crew: Crew, schedule: BestSchedule) -> Crew:
    """``crew`` with its tasks in the order and with the flags of ``schedule``."""
    flags = frozenset(schedule.async_tasks)
    tasks = (crew.task(name) for name in schedule.order)
    return replace(crew, tasks=tuple(replace(task, async_execution=task.name in flags) for task in tasks))


def _keeping_effects(
    problem: ScheduleProblem, crew: Crew, contexts: Mapping[str, TaskContext]
) -> ScheduleProblem:
    """``problem`` with the order kept of tasks that may see what the other did.

    Those that run at the same time already may go on doing so. A task that gets the output of a
    conditional one by default stays sync: no list of tasks says the same.
    """
    group_of = {name: number for number, group in enumerate(groups_of(crew)) for name in group}
    earlier: dict[str, set[str]] = {}
    for one, other in ordered_by_effects(crew):
        # Tasks of one group run at the same time already: their order is nobody's today.
        if group_of.get(one, one) != group_of.get(other, other):
            earlier.setdefault(other, set()).add(one)
    conditional = {task.name for task in crew.tasks if task.conditional}
    fixed = {
        name for name, one in contexts.items() if not one.declared and conditional.intersection(one.sources)
    }
    if not earlier and not fixed:
        return problem
    tasks = (
        replace(
            task,
            after=task.after.union(earlier.get(task.name, ())),
            may_run_beside_others=task.may_run_beside_others and task.name not in fixed,
        )
        for task in problem.tasks
    )
    return replace(problem, tasks=tuple(tasks))


def present_seconds(crew: Crew, problem: ScheduleProblem) -> float:
    """Seconds the schedule of ``crew`` takes as it is, with the durations of ``problem``."""
    return problem.seconds_of(groups_of(crew))


def _is_unknown(task: Task, key: str) -> bool:
    given = task.fields.get(key)
    return given is not None and isinstance(given.value, Unknown)
