"""What single agents and tasks of a crew would spend if they were changed and all others stayed.

A task's numbers rest on itself, its agent, the settings of the crew and the answers it receives. So only the
tasks a change touches are estimated again, and those that receive another answer because of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.estimate.answers import Answers
from crewprof.estimate.task_profiles import PossibleCalls, TaskProfiles
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.estimate.facts import CrewCalls, Facts
    from crewprof.estimate.profile import Profile, TaskProfile
    from crewprof.quantity import Range


def is_separable(crew: Crew, profile: Profile) -> bool:
    """Whether what a task of ``crew`` spends depends only on itself, its agent and the tasks it waits for.

    Delegation, managers and planning put all of them into prompts; limits of requests are shared; what is
    not known may be anything.
    """
    everybody = crew.workers
    return (
        crew.process is Process.SEQUENTIAL
        and crew.manager_agent is None
        and not crew.planning
        and not crew.max_rpm
        and not profile.gaps
        and not profile.total.unpriced_calls
        and all(is_plain(agent) for agent in everybody)
    )


def is_plain(agent: Agent) -> bool:
    """Whether ``agent`` neither hands on work nor shares a limit among its tasks."""
    return not agent.allow_delegation and not agent.max_rpm


@dataclass(frozen=True)
class Repricing:
    """``crew``, which :func:`is_separable`, with its ``profile`` and what that was made from."""

    crew: Crew
    calls: CrewCalls
    facts: Facts
    profile: Profile

    def changed(
        self, agents: Mapping[str, Agent], tasks: Mapping[str, Task]
    ) -> list[tuple[TaskProfile, TaskProfile]]:
        """The profiles before and after of every task whose numbers may differ when agents and tasks, by
        name, are replaced; each task keeps its name, its moment to start and what it receives."""
        crew = replace(
            self.crew,
            agents=tuple(agents.get(one.name, one) for one in self.crew.agents),
            tasks=tuple(tasks.get(one.name, one) for one in self.crew.tasks) if tasks else self.crew.tasks,
        )
        calls = self.calls.of(crew)
        possible = (PossibleCalls(crew, is_priced=True, calls=calls, contexts=calls.contexts()),)
        work = TaskProfiles(crew, self.facts, (), possible, Answers(self._answers))
        touched = {index for name in agents for index in self._tasks_of.get(name, ())}
        touched.update(self._number[name] for name in tasks)
        found = []
        # Tasks receive only from those before them.
        waiting = sorted(touched)
        while waiting:
            index = waiting.pop(0)
            before, answer = self.profile.tasks[index], self._answers[crew.tasks[index].name]
            found.append((before, work.task(index)))
            if work.answers[before.name] != answer:
                more = set(self._receivers(before.name)) - touched
                touched |= more
                waiting = sorted({*waiting, *more})
        return found

    def seconds_saved(self, changed: Iterable[tuple[TaskProfile, TaskProfile]]) -> float:
        """How much sooner the crew is done, expected, when tasks take as long as they do then."""
        now = {before.name: after.seconds.expected for before, after in changed}
        groups = {self._group_of[name] for name in now}
        saved = 0.0
        for number in sorted(groups):
            group = self.profile.schedule.groups[number]
            old = [self._seconds[name] for name in group]
            saved += max(old) - max(now.get(name, self._seconds[name]) for name in group)
        return saved

    def _receivers(self, name: str) -> list[int]:
        contexts = self.calls.contexts()
        return [number for number, task in enumerate(self.crew.tasks) if name in contexts[task.name].sources]

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
