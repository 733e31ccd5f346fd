"""Which of the crews made at one place are one crew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.crew.loaders.plain_python.counted import rows_of
from crewprof.python.machine import TOO_LONG
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crewprof.crew.definition import Crew
    from crewprof.python.values import Instance
    from crewprof.source.field import Field
    from crewprof.source.place import Place

_Shape: TypeAlias = "tuple[object, ...]"

_SAID_ONLY: Final = frozenset({"verbose", "output_log_file", "step_callback", "task_callback"})
"""Keys by which a run shows what it does: with another value it is the same crew."""


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
    at_place: dict[Place, list[tuple[Crew, Made]]] = {}
    for crew, made in read:
        plain, others = _plain(crew), at_place.setdefault(crew.place, [])
        same = next((one for known, one in others if known == plain), None)
        if same is None:
            found.append(Made(crew, [made]))
            others.append((plain, found[-1]))
        else:
            same.objects.append(made)
    return _without_counters(_without_vaguer(_without_hidden(found, called)))


def _without_hidden(found: list[Made], called: Collection[int]) -> list[Made]:
    clear = {one.crew.place: one for one in reversed(found) if one.crew.agents_known and one.crew.tasks_known}
    kept: list[Made] = []
    for one in found:
        better = clear.get(one.crew.place, one)
        is_clear = one.crew.agents_known and one.crew.tasks_known
        if is_clear or better is one or any(_is_own(made, called) for made in one.objects):
            kept.append(one)
        else:
            better.objects.extend(one.objects)
    return kept


def _is_own(made: Instance, called: Collection[int]) -> bool:
    """Whether the project itself makes a crew that is another one than what is read of the same place.

    What a module makes at its top it makes once, in whichever process less of it is known.
    """
    return id(made) in called and made.function is not None


def _without_counters(found: list[Made]) -> list[Made]:
    """The first of the crews that a loop makes with its counter in their texts, with the objects of all."""
    kept: list[Made] = []
    for alike in _by_place(found):
        for row in rows_of([one.crew for one in alike]):
            first, *others = (alike[at] for at in row)
            kept.append(Made(first.crew, [*first.objects, *(made for one in others for made in one.objects)]))
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
        clear = sorted((one for _, one in said), key=lambda one: _vagueness(one.crew))
        for _, one in said:
            clearest = next((other for other in clear if _is_vaguer(one.crew, other.crew)), None)
            if clearest is None:
                kept.append(one)
            else:
                clearest.objects.extend(one.objects)
    return kept


def _is_vaguer(crew: Crew, other: Crew) -> bool:
    """Whether ``crew`` is what ``other`` is, with less of it known."""
    return _vagueness(crew) > _vagueness(other) and _fits(crew, other)


def _vagueness(crew: Crew) -> int:
    """How much is not known of a crew itself; code around it that was not followed does not count."""
    return sum(one.reason != TOO_LONG for one in crew.unknowns)


def _plain(crew: Crew) -> Crew:
    return replace(crew, unknowns=())


def _says(crew: Crew) -> _Shape:
    """What is known of a crew: two of which only the reasons differ why more is not are one."""
    agents = tuple((one.role, one.goal, one.backstory, _known(one.fields)) for one in crew.agents)
    tasks = tuple((one.description, one.expected_output, _known(one.fields)) for one in crew.tasks)
    models = tuple(one.llm and one.llm.id for one in crew.agents)
    return (_shape(crew), models, agents, tasks, _known(crew.fields))


def _known(fields: Mapping[str, Field]) -> list[tuple[str, object]]:
    return [
        (name, _without_reasons(one.value))
        for name, one in sorted(fields.items())
        if name not in _SAID_ONLY and type(one.value) is not Unknown
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
    """What two crews have in common that differ only in what their texts and models are filled with."""
    agents = tuple((one.place, one.name, len(one.tools)) for one in crew.agents)
    tasks = tuple((one.place, one.name, one.agent, one.context) for one in crew.tasks)
    return (crew.place, crew.process, agents, tasks)


def _fits(crew: Crew, other: Crew) -> bool:
    """Whether ``crew`` may be ``other``: what is known of its members and their models is the same."""
    pairs = zip(crew.agents, other.agents, strict=False)
    models = ((one.llm and one.llm.id, same.llm and same.llm.id) for one, same in pairs)
    return _shape(crew) == _shape(other) and all(one is None or one == same for one, same in models)
