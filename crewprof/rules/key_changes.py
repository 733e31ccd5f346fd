"""Fixes that set a key of a crew, an agent or a task, in whichever form it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from crewprof.crew.definition import Agent, Crew, Task
from crewprof.findings import Applicability, DeleteText, Expression, Fix, Meant, RemoveEntry, SetValue
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.written import Names
    from crewprof.findings import Change, PlainData
    from crewprof.source.field import Field
    from crewprof.source.place import Place, Route

LLM_KEYS: Final = frozenset(
    {"llm", "function_calling_llm", "manager_llm", "planning_llm", "chat_llm", "step_llm"}
)
"""Keys under which a model stands."""

_OBJECT_KEYS: Final = frozenset({"agent", "agents", "tasks", "tools", "manager_agent"})
"""Keys whose values are objects in Python, for which there is no name here."""


def set_or_show(
    crew: Crew,
    owner: Agent | Task | Crew,
    key: str,
    value: PlainData,
    title: str,
    *,
    applicability: Applicability = Applicability.UNSAFE,
    also: tuple[Change, ...] = (),
) -> Fix:
    """Give ``owner``'s ``key`` a value, and make the changes ``also``; shown only where Python decides, or a
    person is to (``applicability``)."""
    change = set_key(crew, owner, key, value)
    if change is None or applicability is Applicability.DISPLAY:
        return Fix(
            Applicability.DISPLAY, title, suggestion=f"{key}={value!r}", meant=meant(owner, key, value)
        )
    return Fix(applicability, title, (change, *also))


def meant(owner: Agent | Task | Crew, key: str, value: PlainData) -> tuple[Meant, ...]:
    """What a fix that is only shown would make of ``owner``; nothing for values that say it in Python."""
    if isinstance(value, list):
        plain: bool | int | str | tuple[str, ...] = tuple(str(one) for one in value)
    elif isinstance(value, bool | int | str):
        plain = value
    else:
        return ()
    return (Meant(_OWNERS[type(owner)], None if isinstance(owner, Crew) else owner.name, key, plain),)


_OWNERS: Final[Mapping[type, Literal["agent", "task", "crew"]]] = {
    Agent: "agent",
    Task: "task",
    Crew: "crew",
}


def set_key(crew: Crew, owner: Agent | Task | Crew, key: str, value: PlainData) -> SetValue | None:
    """The change that gives ``owner``'s ``key`` a value; ``None`` where Python decides.

    In Python the tasks of a ``context`` become the names the code has for them, and the settings of a
    model ``LLM(…)``; ``None`` where it has no such name.
    """
    given = owner.fields.get(key)
    if given is not None:
        places = [given.place] if route_of(given) is not None else []
    else:
        places = [_below(home, key) for home in _homes(owner)]
    for place in places:
        written = _written(crew, place, key, value)
        if written is not None and place.route is not None:
            return SetValue(place.path, place.route, written[0])
    return None


def remove_key(owner: Agent | Task | Crew, key: str) -> RemoveEntry | None:
    """The change that takes ``owner``'s ``key`` out; ``None`` where it is not given, or not in one place."""
    given = owner.fields.get(key)
    route = None if given is None else given.key_place.route
    return RemoveEntry(given.key_place.path, route) if given is not None and route else None


def delete_text(given: Field, text: str) -> DeleteText | None:
    """The change that cuts ``text`` out of a value; ``None`` where Python decides or it stands twice."""
    route = route_of(given)
    if route is None or not isinstance(given.value, str) or given.value.count(text) != 1:
        return None
    return DeleteText(given.place.path, route, text)


def route_of(given: Field) -> Route | None:
    """Where in its document a value can be changed; ``None`` if Python decides."""
    return given.place.route if given.is_editable else None


def _homes(owner: Agent | Task | Crew) -> Iterator[Place]:
    """The places of the mappings or calls a new key of ``owner`` may go into, the most fitting first.

    An agent or task of a @CrewBase project stands in Python, but its texts stand in a mapping of YAML, which
    is where its author looks for them.
    """
    for given in owner.fields.values():
        if given.key_place.path != owner.place.path and given.key_place.route:
            yield replace(given.key_place, route=given.key_place.route[:-1])
            break
    if owner.place.route is not None:
        yield owner.place
        return
    for given in owner.fields.values():
        if given.key_place.path == owner.place.path and given.key_place.route:
            yield replace(given.key_place, route=given.key_place.route[:-1])
            return


def _below(home: Place, key: str) -> Place:
    return replace(home, route=(*(home.route or ()), key))


def _written(crew: Crew, place: Place, key: str, value: PlainData) -> tuple[PlainData] | None:
    """``value`` as it is written at ``place``, in a tuple of one; ``None`` where it cannot be."""
    names = crew.written.names.get(place.path)
    if names is None:
        is_mapped_model = key in LLM_KEYS and isinstance(value, dict)
        return None if is_mapped_model and not crew.written.takes_llm_mapping else (value,)
    if key == "context" and isinstance(value, list):
        return _task_names(names, place, value)
    if key in LLM_KEYS and isinstance(value, dict):
        return _model_call(names, value)
    return None if key in _OBJECT_KEYS or isinstance(value, dict) else (value,)


def _task_names(names: Names, place: Place, tasks: list[PlainData]) -> tuple[PlainData] | None:
    found = [names.tasks.get(str(task)) for task in tasks]
    texts: list[PlainData] = [
        Expression(one.text) for one in found if one is not None and one.is_visible(place)
    ]
    return (texts,) if len(texts) == len(tasks) else None


def _model_call(names: Names, settings: dict[str, PlainData]) -> tuple[PlainData] | None:
    if names.llm is None:
        return None
    arguments = ", ".join(f"{key}={_quoted(value)}" for key, value in settings.items())
    return (Expression(f"{names.llm}({arguments})"),)


def _quoted(value: PlainData) -> str:
    # repr() takes single quotes; most projects do not.
    plain = isinstance(value, str) and not set(value) & set("\"'\\") and value.isprintable()
    return f'"{value}"' if plain else repr(value)
