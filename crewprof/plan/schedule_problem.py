"""What the schedule search is asked, and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.schedule import makespan
from crewprof.semantics.throttle import throttle_seconds

if TYPE_CHECKING:
    from crewprof.semantics.schedule import Groups


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task to be scheduled.

    ``seconds``: how long it takes alone (not negative). ``after``: tasks that must have been joined
    before it starts. ``may_run_beside_others``: False for tasks that have to stay sync (conditional
    ones, those with human input). ``is_async``: its flag now. ``calls``: LLM calls it makes that
    ``max_rpm`` counts.
    """

    name: str
    seconds: float
    agent: str | None
    after: frozenset[str] = frozenset()
    may_run_beside_others: bool = True
    is_async: bool = False
    calls: float = 0.0


@dataclass(frozen=True, slots=True)
class ScheduleProblem:
    """Tasks in their present order, and what must not run together.

    Two tasks of one agent never run together; ``apart`` has further pairs of task names (one agent can
    reach the other by delegation). The last task stays last. ``max_rpm``: requests a minute CrewAI
    lets through for the whole crew, ``None`` without limit.
    """

    tasks: tuple[PlannedTask, ...]
    apart: frozenset[frozenset[str]] = frozenset()
    max_rpm: int | None = None

    @property
    def throttle_seconds(self) -> float:
        """Seconds ``max_rpm`` alone makes a run take, however its tasks are arranged."""
        return throttle_seconds(sum(task.calls for task in self.tasks), self.max_rpm)

    def seconds_of(self, groups: Groups) -> float:
        """Seconds a run takes whose tasks are arranged in ``groups``."""
        return max(makespan(groups, {task.name: task.seconds for task in self.tasks}), self.throttle_seconds)


@dataclass(frozen=True, slots=True)
class BestSchedule:
    """The schedule with the least makespan that CrewAI can run.

    ``order``: all tasks; ``async_tasks``: those with ``async_execution: true``, in that order;
    ``groups``: what runs together; ``seconds``: the makespan. ``optimal``: proven to be the least;
    otherwise nothing can be shorter than ``lower_bound_seconds``.
    """

    order: tuple[str, ...]
    async_tasks: tuple[str, ...]
    groups: Groups
    seconds: float
    optimal: bool
    lower_bound_seconds: float
