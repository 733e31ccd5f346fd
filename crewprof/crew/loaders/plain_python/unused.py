"""Agents and tasks that a script makes and gives to none of its crews: CrewAI checks them all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.assembly import UniqueNames
from crewprof.crew.loaders.objects.members import Members, is_made_by
from crewprof.crew.loaders.project_code.following import in_crew_class
from crewprof.errors import CrewprofError
from crewprof.python.values import ANY_ATTRIBUTE
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.crew.loaders.objects.surroundings import Surroundings
    from crewprof.python.values import Instance


def unused_members(
    crews: list[Crew],
    surroundings: Surroundings,
    made: Iterable[Instance],
    failed: Callable[[CrewprofError], None],
) -> tuple[Agent | Task, ...]:
    """Those among ``made`` that stand in the files of the first crew, and where no member of a crew stands.

    What is wrong with their types is told to ``failed``.
    """
    taken = {one.place for crew in crews for one in (*_members(crew), *crew.unused)}
    unique = UniqueNames(one.name for one in (*_members(crews[0]), *crews[0].unused))
    members = Members(surroundings)
    found: list[Agent | Task] = []
    for one in made:
        is_sure = one.is_certain and ANY_ATTRIBUTE not in one.keywords and not in_crew_class(one.function)
        if not is_sure or one.place in taken or one.place.path not in crews[0].texts:
            continue
        try:
            read = _read(members, one)
        except CrewprofError as error:
            failed(error)
            continue
        if read is not None:
            found.append(replace(read, name=unique.give(read.name)))
    return tuple(found)


def _members(crew: Crew) -> tuple[Agent | Task, ...]:
    managers = (crew.manager_agent,) if crew.manager_agent is not None else ()
    return (*crew.workers, *managers, *crew.tasks)


def _read(members: Members, made: Instance) -> Agent | Task | None:
    if is_made_by(made, "Agent"):
        return members.agent(made, made.place)
    return members.task(made, made.place) if is_made_by(made, "Task") else None
