"""What is won when tasks of one agent that could run side by side get their own copy of it.

CrewAI refuses to run one agent twice at the same time (1.14.5 to 1.15.30: ``Executor is already
running``). A copy with the same texts, model and tools sends byte-identical prompts, unless the agents of
a crew are listed somewhere: in the delegation tools of any agent.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crewprof.plan.kept_prompts import Rearrangement, fastest
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew
    from crewprof.plan.schedule_problem import ScheduleProblem
    from crewprof.semantics.behavior import Behavior


@dataclass(frozen=True, slots=True)
class WithCopies:
    """A schedule for a crew some of whose agents have copies.

    ``copies``: how many each agent needs besides itself; ``worker``: for each task that changes hands,
    its agent and the number of the copy, from 1.
    """

    rearrangement: Rearrangement
    copies: Mapping[str, int]
    worker: Mapping[str, tuple[str, int]]


def fastest_with_copies(
    crew: Crew, problem: ScheduleProblem, behavior: Behavior, *, may_move: bool
) -> WithCopies | None:
    """The fastest schedule that solves ``problem`` when agents may be copied; ``None`` if no copy of any can
    help."""
    copyable = worth_copying(crew)
    if not copyable:
        return None
    free = _each_its_own(problem, copyable)
    found = fastest(crew, free, behavior, may_move=may_move)
    return None if found is None else _assigned(crew, found, copyable)


def worth_copying(crew: Crew) -> set[str]:
    """The agents with several tasks of which a copy does the same work, and nobody's prompt tells that there
    is one.

    Memory and knowledge are kept by role, and two agents allow twice the requests of one's ``max_rpm``.
    """
    # A copy stands in the list of coworkers that delegation tools name, which every prompt with these tools
    # has.
    if crew.memory or any(one.allow_delegation for one in crew.workers):
        return set()
    return {
        agent.name
        for agent in crew.agents
        if len(crew.tasks_of(agent.name)) > 1
        and not (agent.memory or agent.knowledge_sources or agent.apps or agent.mcps)
        and agent.max_rpm is None
    }


def _each_its_own(problem: ScheduleProblem, copyable: set[str]) -> ScheduleProblem:
    return replace(
        problem,
        tasks=tuple(
            # A name of its own, so that nothing keeps the tasks apart; a line break is in no name of an
            # agent.
            replace(task, agent=f"{task.agent}\n{task.name}") if task.agent in copyable else task
            for task in problem.tasks
        ),
    )


def _assigned(crew: Crew, found: Rearrangement, copyable: set[str]) -> WithCopies:
    """``found`` with the fewest copies: in each group, the first task of an agent keeps it."""
    copies: Counter[str] = Counter()
    worker: dict[str, tuple[str, int]] = {}
    for group in found.schedule.groups:
        busy: Counter[str] = Counter()
        for name in group:
            agent = crew.task(name).agent
            if agent not in copyable:
                continue
            if busy[agent]:
                worker[name] = (agent, busy[agent])
                copies[agent] = max(copies[agent], busy[agent])
            busy[agent] += 1
    return WithCopies(found, copies, worker)
