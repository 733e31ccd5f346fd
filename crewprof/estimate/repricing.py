"""What single agents and tasks of a crew would spend if they were changed and all others stayed.

A task's numbers rest on itself, its agent, the settings of the crew and the answers it receives. So only the
tasks a change touches are estimated again, and those that receive another answer because of it.
"""

from __future__ import annotations

from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from crewprof.crew.definition import Process
from crewprof.estimate.answers import Answers
from crewprof.estimate.task_profiles import PossibleCalls, TaskProfiles
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.schedule import groups_of, makespan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.estimate.facts import CrewCalls, Facts
    from crewprof.estimate.profile import Profile, TaskProfile
    from crewprof.quantity import Range
    from crewprof.semantics.context import TaskContext
    from crewprof.semantics.schedule import Groups


def is_separable(crew: Crew, profile: Profile) -> bool:
    """Whether what a task of ``crew`` spends depends only on itself, its agent and the tasks it waits for.

    Delegation, managers and planning put all of them into prompts; limits of requests are shared; the crew's
    memory asks the first agent's model for all of them; what is not known may be anything.
    """
    everybody = crew.workers
    return (
        crew.process is Process.SEQUENTIAL
        and crew.manager_agent is None
        and not crew.planning
        and not crew.memory
        and not crew.max_rpm
        and not profile.gaps
        and not profile.total.unpriced_calls
        and all(is_plain(agent) for agent in everybody)
    )


def is_plain(agent: Agent) -> bool:
    """Whether ``agent`` neither hands on work nor shares a limit among its tasks."""
    return not agent.allow_delegation and not agent.max_rpm


class Repriced(NamedTuple):
    """What changes with agents and tasks: tasks before and after, and which run together then."""

    tasks: Sequence[tuple[TaskProfile, TaskProfile]]
    groups: Groups


@dataclass(frozen=True)
class Repricing:
    """``crew``, which :func:`is_separable`, with its ``profile`` and what that was made from."""

    crew: Crew
    calls: CrewCalls
    facts: Facts
    profile: Profile

    def changed(self, agents: Mapping[str, Agent], tasks: Mapping[str, Task]) -> Repriced:
        """What every task whose numbers may differ spends when agents and tasks, by name, are replaced; each
        task keeps its name and its place in the list."""
        crew = replace(
            self.crew,
            agents=tuple(agents.get(one.name, one) for one in self.crew.agents),
            tasks=tuple(tasks.get(one.name, one) for one in self.crew.tasks) if tasks else self.crew.tasks,
        )
        calls = self.calls.of(crew)
        contexts = calls.contexts()
        possible = (PossibleCalls(crew, is_priced=True, calls=calls, contexts=contexts),)
        work = TaskProfiles(crew, self.facts, (), possible, Answers(self._answers))
        touched = {index for name in agents for index in self._tasks_of.get(name, ())}
        touched.update(self._number[name] for name, task in tasks.items() if self._says_more(task))
        if tasks:
            touched.update(self._fed_otherwise(contexts))
        receivers = _receivers(crew, contexts)
        found = []
        # Tasks receive only from those before them.
        waiting = sorted(touched)
        # A heap in list order: a task is estimated once all tasks that feed it and are touched have their new
        # answers.
        while waiting:
            index = heappop(waiting)
            before, answer = self.profile.tasks[index], self._answers[crew.tasks[index].name]
            found.append((before, work.task(index)))
            if work.answers[before.name] != answer:
                for more in receivers(before.name):
                    if more not in touched:
                        touched.add(more)
                        heappush(waiting, more)
        return Repriced(found, groups_of(crew) if tasks else self.profile.schedule.groups)

    def seconds_saved(self, repriced: Repriced) -> float:
        """How much sooner the crew is done, expected, when tasks take as long and start as they do then."""
        now = {before.name: after.seconds.expected for before, after in repriced.tasks}
        if repriced.groups != self.profile.schedule.groups:
            return self.profile.total.seconds.expected - makespan(repriced.groups, {**self._seconds, **now})
        groups = {self._group_of[name] for name in now}
        saved = 0.0
        for number in sorted(groups):
            group = self.profile.schedule.groups[number]
            old = [self._seconds[name] for name in group]
            saved += max(old) - max(now.get(name, self._seconds[name]) for name in group)
        return saved

    def _says_more(self, task: Task) -> bool:
        """Whether ``task`` differs from what it was in more than when it starts and what it lists."""
        before = self.crew.task(task.name)
        same = replace(
            task,
            context=before.context,
            async_execution=before.async_execution,
            fields=before.fields,
            place=before.place,
        )
        return same != before

    def _fed_otherwise(self, contexts: Mapping[str, TaskContext]) -> list[int]:
        """The tasks that receive something else than they do now."""
        known = self.calls.contexts()
        return [
            number for name, number in self._number.items() if contexts[name].sources != known[name].sources
        ]

    @cached_property
    def _answers(self) -> dict[str, Range[float]]:
        return {
            task.name: replace(one.answer_tokens, low=0.0) if task.conditional else one.answer_tokens
            for task, one in zip(self.crew.tasks, self.profile.tasks, strict=True)
        }

    @cached_property
    def _number(self) -> dict[str, int]:
        return {task.name: number for number, task in enumerate(self.crew.tasks)}

    @cached_property
    def _tasks_of(self) -> dict[str | None, list[int]]:
        found: dict[str | None, list[int]] = {}
        for number, task in enumerate(self.crew.tasks):
            found.setdefault(task.agent, []).append(number)
        return found

    @cached_property
    def _group_of(self) -> dict[str, int]:
        return {name: at for at, group in enumerate(self.profile.schedule.groups) for name in group}

    @cached_property
    def _seconds(self) -> dict[str, float]:
        return {task.name: task.seconds.expected for task in self.profile.tasks}


def _receivers(crew: Crew, contexts: Mapping[str, TaskContext]) -> Callable[[str], Sequence[int]]:
    """Which tasks of ``crew`` receive the answer of one, by its name; nothing is done until that is asked."""
    found: dict[str, list[int]] = {}

    def of(name: str) -> Sequence[int]:
        if not found:
            for number, task in enumerate(crew.tasks):
                for source in contexts[task.name].names:
                    found.setdefault(source, []).append(number)
        return found.get(name, ())

    return of
