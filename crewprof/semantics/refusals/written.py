"""How a crew was written: which key stands where, and where the items of a list stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from crewprof.crew.definition import Agent, Task
from crewprof.quick_dataclasses import dataclass
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.source.field import Field
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class WrittenKey:
    """A key as its author gave it. ``inside``: right under its owner, or in ``settings`` or ``config``."""

    key: str
    field: Field
    inside: Literal["owner", "settings", "config"]


@dataclass(frozen=True, slots=True)
class Member:
    """An agent or task of a crew, with the words objections need."""

    owner: Agent | Task

    @property
    def is_task(self) -> bool:
        """Whether it is a task."""
        return isinstance(self.owner, Task)

    @property
    def label(self) -> str:
        """How messages call it: ``task 'research'``."""
        return f"{'task' if self.is_task else 'agent'} '{self.owner.name}'"

    @property
    def tasks(self) -> tuple[str, ...]:
        """Its name, if it is a task."""
        return (self.owner.name,) if self.is_task else ()

    @property
    def agents(self) -> tuple[str, ...]:
        """Its name, if it is an agent."""
        return () if self.is_task else (self.owner.name,)

    def text(self, key: str) -> str:
        """The text under ``key`` as written; empty if there is none."""
        field = self.owner.fields.get(key)
        return field.value if field is not None and isinstance(field.value, str) else ""


def members(crew: Crew) -> Iterator[Member]:
    """The agents of ``crew``, listed or not, its manager, and its tasks."""
    managers = (crew.manager_agent,) if crew.manager_agent is not None else ()
    owners: tuple[Agent | Task, ...] = (*crew.workers, *managers, *crew.tasks)
    return (Member(owner) for owner in owners)


def everybody(crew: Crew) -> Iterator[Member]:
    """The members of ``crew``, and what its code makes beside them: CrewAI checks whatever is made."""
    yield from members(crew)
    yield from map(Member, crew.unused)


def written_keys(owner: Agent | Task) -> Iterator[WrittenKey]:
    """The keys of an agent or task, with where they stand."""
    depth = len(owner.place.route or ())
    for key, field in owner.fields.items():
        if is_hearsay(field):
            continue
        route = field.key_place.route or ()
        parents = route[depth:-1]
        if owner.place.route is not None and parents in (("settings",), ("config",)):
            yield WrittenKey(key, field, "settings" if parents == ("settings",) else "config")
        else:
            yield WrittenKey(key, field, "owner")


def is_hearsay(field: Field) -> bool:
    """Whether nobody wrote the key: code that is not followed may have set it, and nothing is known of it."""
    return field.key_place.route is None and type(field.value) is Unknown


def item_place(crew: Crew, field: Field, index: int) -> Place:
    """Where item ``index`` of the list under ``field`` stands; the list where that cannot be known."""
    document = crew.data_at(field.place)
    return field.place if document is None else document.place_of((*(field.place.route or ()), index))


def inner_place(crew: Crew, field: Field, key: str) -> Place:
    """Where ``key`` of the mapping under ``field`` stands; the mapping where that cannot be known."""
    document = crew.data_at(field.place)
    return field.place if document is None else document.place_of((*(field.place.route or ()), key))


def authored_name(crew: Crew, task: Task) -> str | None:
    """The name by which ``context`` can mean ``task``, if it has one."""
    if not crew.written.is_definition:
        return task.name
    given = task.fields.get("name")
    if given is not None and isinstance(given.value, str) and given.value:
        return given.value
    key = (task.place.route or ())[-1:]
    return key[0] if key and isinstance(key[0], str) else None
