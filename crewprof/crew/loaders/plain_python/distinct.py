"""Which of the crews made at one place are one crew."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crewprof.crew.loaders.plain_python.counted import is_counted
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crewprof.crew.definition import Crew
    from crewprof.python.values import Instance
    from crewprof.source.field import Field
    from crewprof.source.place import Place

_Shape: TypeAlias = "tuple[object, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A crew, and the objects that are it."""

    crew: Crew
    objects: list[Instance]


def distinct(read: Iterable[tuple[Crew, Instance]], called: Collection[int]) -> list[Made]:
    """Each crew once: what is made at one place and read the same is the same.

    Where a call with known arguments and one with unknown ones make crews of the same agents and tasks,
    the second says nothing new. ``called`` are the objects, by identity, that the project itself makes; of
    the others those whose members are not known only count where there is nothing better.
    """
    found: list[Made] = []
    for crew, made in read:
        same = next((one for one in found if _plain(one.crew) == _plain(crew)), None)
        if same is None:
            found.append(Made(crew, [made]))
        else:
            same.objects.append(made)
    return _without_counters(_without_vaguer(_without_hidden(found, called)))


def _without_hidden(found: list[Made], called: Collection[int]) -> list[Made]:
    clear = {one.crew.place: one for one in reversed(found) if one.crew.agents_known and one.crew.tasks_known}
    kept: list[Made] = []
    for one in found:
        better = clear.get(one.crew.place, one)
        is_clear = one.crew.agents_known and one.crew.tasks_known
        if is_clear or better is one or any(id(made) in called for made in one.objects):
            kept.append(one)
        else:
            better.objects.extend(one.objects)
    return kept


def _without_counters(found: list[Made]) -> list[Made]:
    """The first of the crews that a loop makes with its counter in their texts, with the objects of all."""
    kept: list[Made] = []
    for alike in _by_place(found):
        if is_counted([one.crew for one in alike]):
            kept.append(Made(alike[0].crew, [made for one in alike for made in one.objects]))
        else:
            kept.extend(alike)
    return kept


def _by_place(found: list[Made]) -> list[list[Made]]:
    places: dict[Place, list[Made]] = {}
    for one in found:
        places.setdefault(one.crew.place, []).append(one)
    return list(places.values())


def _without_vaguer(found: list[Made]) -> list[Made]:
    kept: list[Made] = []
    for alike in _by_place(found):
        said: list[tuple[_Shape, Made]] = []
        for one in alike:
            says = _says(one.crew)
            same = next((other for known, other in said if known == says), None)
            if same is None:
                said.append((says, one))
            else:
                same.objects.extend(one.objects)
        for (shape, *_), one in said:
            clearest = min(
                (other for known, other in said if known[0] == shape),
                key=lambda other: len(other.crew.unknowns),
            )
            if len(one.crew.unknowns) == len(clearest.crew.unknowns):
                kept.append(one)
            else:
                clearest.objects.extend(one.objects)
    return kept


def _plain(crew: Crew) -> Crew:
    return replace(crew, unknowns=())


def _says(crew: Crew) -> _Shape:
    """What is known of a crew: two of which only the reasons differ why more is not are one."""
    agents = tuple((one.role, one.goal, one.backstory, _known(one.fields)) for one in crew.agents)
    tasks = tuple((one.description, one.expected_output, _known(one.fields)) for one in crew.tasks)
    return (_shape(crew), agents, tasks, _known(crew.fields))


def _known(fields: Mapping[str, Field]) -> list[tuple[str, object]]:
    return [
        (name, None if isinstance(one.value, Unknown) else _without_reasons(one.value))
        for name, one in sorted(fields.items())
    ]


def _without_reasons(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_reasons(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_reasons(one) for one in value]
    if isinstance(value, str):
        return str(value)
    return None if isinstance(value, Unknown) else value


def _shape(crew: Crew) -> _Shape:
    """What two crews have in common that differ only in what their texts are filled with."""
    agents = tuple((one.place, one.name, len(one.tools), one.llm and one.llm.id) for one in crew.agents)
    tasks = tuple((one.place, one.name, one.agent, one.context) for one in crew.tasks)
    return (crew.place, crew.process, agents, tasks)
