"""Async and conditional tasks in places where CrewAI does not take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.name_lists import named
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.schedule import runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.behavior import Behavior


def async_at_end(crew: Crew) -> Iterator[Objection]:
    """``Crew.validate_end_with_at_most_one_async_task``."""
    tail: list[Task] = []
    for task in reversed(crew.tasks):
        if not task.async_execution:
            break
        tail.append(task)
    if len(tail) > 1:
        names = tuple(task.name for task in reversed(tail))
        yield Objection(
            Kind.SEVERAL_ASYNC_AT_END,
            Outcome.REFUSED,
            f"the crew ends with {len(names)} async tasks ({named(names)}): "
            "CrewAI refuses that, only the last task may be async",
            tail[0].place_of("async_execution"),
            tasks=names,
            key="async_execution",
        )


def async_waiting_for_async(crew: Crew) -> Iterator[Objection]:
    """``Crew.validate_async_task_cannot_include_sequential_async_tasks_in_context``."""
    running: set[str] = set()
    for task in crew.tasks:
        if not task.async_execution:
            # A sync task begins when all async ones before it are done.
            running.clear()
            continue
        names = tuple(name for name in dict.fromkeys(task.context or ()) if name in running)
        running.add(task.name)
        if names:
            shown = named(f"'{name}'" for name in names)
            yield Objection(
                Kind.ASYNC_WAITS_FOR_ASYNC,
                Outcome.REFUSED,
                f"async task '{task.name}' has {shown} as context, which runs at the same "
                "time: CrewAI refuses that without a sync task between them",
                task.place_of("context"),
                tasks=(task.name, *names),
                key="context",
                names=names,
            )


def async_on_one_agent(crew: Crew, behavior: Behavior) -> Iterator[Objection]:
    """Async tasks of one run that share an agent's executor.

    In a hierarchical crew they share the manager's, which is made when it is first needed: whether the
    second task meets the first is a matter of timing.
    """
    if behavior.same_agent_async == "separate":
        return
    for run in runs_of(crew.tasks):
        teams: dict[str | None, list[Task]] = {}
        for task in run if len(run) > 1 else ():
            teams.setdefault(None if crew.process is Process.HIERARCHICAL else task.agent, []).append(task)
        for agent, team in teams.items():
            if len(team) > 1 and (agent is not None or crew.process is Process.HIERARCHICAL):
                yield _shared_agent(agent, team, behavior)


def _shared_agent(agent: str | None, team: Sequence[Task], behavior: Behavior) -> Objection:
    names = tuple(task.name for task in team)
    who = f"the agent '{agent}'" if agent is not None else "the manager"
    if behavior.same_agent_async == "shared":
        outcome, end = Outcome.SILENT, "CrewAI mixes their conversations"
    elif agent is None:
        outcome, end = Outcome.CRASH, "CrewAI fails when one starts while another is running"
    else:
        outcome, end = Outcome.CRASH, "CrewAI fails with 'Executor is already running'"
    return Objection(
        Kind.ASYNC_ON_ONE_AGENT,
        outcome,
        f"the async tasks {named(names)} run at the same time on {who}: {end}",
        team[1].place_of("async_execution"),
        tasks=names,
        agents=(agent,) if agent is not None else (),
        key="async_execution",
    )


def conditional_tasks(crew: Crew) -> Iterator[Objection]:
    """``Crew.validate_first_task``, ``validate_async_tasks_not_async``, and running without a condition."""
    for index, task in enumerate(crew.tasks):
        if not task.conditional:
            continue
        if index == 0:
            yield _conditional(
                task,
                Kind.CONDITIONAL_FIRST,
                Outcome.REFUSED,
                "comes first: CrewAI refuses that, as there is no output to check its condition on",
                "type",
            )
        if task.async_execution:
            yield _conditional(
                task,
                Kind.CONDITIONAL_ASYNC,
                Outcome.REFUSED,
                "is async: CrewAI refuses that",
                "async_execution",
            )
        condition = task.fields.get("condition")
        given = condition.value if condition is not None else None
        is_missing = condition is None and not crew.written.is_definition
        if is_missing or (crew.written.is_definition and not isinstance(given, dict)):
            problem = "has no condition" if given is None else "has a condition that is no Python function"
            yield _conditional(
                task,
                Kind.CONDITIONAL_WITHOUT_CONDITION,
                Outcome.CRASH,
                f"{problem}: CrewAI fails when it gets there",
                "condition" if condition is not None else "type",
            )


def _conditional(task: Task, kind: Kind, outcome: Outcome, problem: str, key: str) -> Objection:
    message = f"conditional task '{task.name}' {problem}"
    return Objection(kind, outcome, message, task.place_of(key), tasks=(task.name,), key=key)
