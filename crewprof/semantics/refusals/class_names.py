"""Names in the config files of a ``@CrewBase`` class that none of its methods has.

``_map_agent_variables`` and ``_map_task_variables`` (crewai/project/crew_base.py) go through every entry,
used or not, and look texts up among the decorated methods. A name that is missing is a KeyError, what cannot
be a name a TypeError: the class cannot be made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.typed_fields import describe
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.definition import Crew
    from crewprof.source.document import DataDocument
    from crewprof.source.place import Place

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "agent": {"step_callback": "callback", "cache_handler": "cache_handler"},
    "task": {"agent": "agent", "output_json": "output_json", "output_pydantic": "output_pydantic"},
}
"""Keys with one name, and the decorator of the method, or class, it needs."""

_LISTS: Final[Mapping[str, Mapping[str, str]]] = {
    "agent": {"tools": "tool"},
    "task": {"context": "task", "tools": "tool", "callbacks": "callback"},
}
"""Keys with a list of names."""

_KINDS: Final = {"tool": Kind.UNKNOWN_TOOL, "task": Kind.UNKNOWN_CONTEXT}


def names_in_files(crew: Crew) -> Iterator[Objection]:
    """Every name in the config files that is looked up and not found."""
    methods = crew.written.methods
    if methods is None:
        return
    for owner, files in (("agent", crew.written.agent_files), ("task", crew.written.task_files)):
        for document in map(crew.documents.data, files):
            data = document.data
            for name, body in data.items() if isinstance(data, dict) else ():
                if isinstance(body, dict):
                    yield from _of_entry(_Entry(crew, document, owner, name, body), methods)


class _Entry:
    """One agent or task of a config file."""

    def __init__(
        self, crew: Crew, document: DataDocument, owner: str, name: str | int, body: Mapping[object, object]
    ) -> None:
        self.document = document
        self.owner = owner
        self.name = name
        self.body = body
        known = [one.name for one in (crew.agents if owner == "agent" else crew.tasks)]
        self.in_crew = name in known

    def objection(
        self, key: str, message: str, place: Place, kind: Kind, suggestion: str | None = None
    ) -> Objection:
        name = (str(self.name),) if self.in_crew else ()
        return Objection(
            kind,
            Outcome.REFUSED,
            message + (f"; did you mean {suggestion}?" if suggestion else ""),
            place,
            tasks=name if self.owner == "task" else (),
            agents=name if self.owner == "agent" else (),
            key=key,
            suggestion=suggestion,
        )


def _of_entry(entry: _Entry, methods: Mapping[str, frozenset[str]]) -> Iterator[Objection]:
    for key, decorator in _NAMES[entry.owner].items():
        value = entry.body.get(key)
        is_object = key == "cache_handler" and not isinstance(value, str)
        if value and not is_object:
            yield from _missing(entry, key, decorator, value, (entry.name, key), methods)
        elif key == "agent" and value == "":
            message = f"agent of task '{entry.name}' is an empty text, which is no agent: leave it out"
            place = entry.document.place_of((entry.name, key))
            yield entry.objection(key, message, place, Kind.WRONG_VALUE)
    for key, decorator in _LISTS[entry.owner].items():
        value = entry.body.get(key)
        if value:
            yield from _of_list(entry, key, decorator, value, methods)


def _of_list(
    entry: _Entry, key: str, decorator: str, value: object, methods: Mapping[str, frozenset[str]]
) -> Iterator[Objection]:
    place = entry.document.place_of((entry.name, key))
    label = f"{entry.owner} '{entry.name}'"
    if isinstance(value, str):
        message = f"{key} of {label} is a text: CrewAI takes each of its letters for a @{decorator} method"
        if not set(value) <= methods[decorator]:
            yield entry.objection(key, f"{message}; write `{key}: [{value}]`", place, _kind(decorator))
        return
    if not isinstance(value, list | dict):
        message = f"{key} of {label} must be a list of names, not {describe(value)}"
        yield entry.objection(key, message, place, _kind(decorator))
        return
    if key == "tools" and not all(isinstance(one, str) for one in value):
        return  # left as it is, and judged by the agent or task that gets it
    for index, name in enumerate(value):
        route = (entry.name, key, index if isinstance(value, list) else name)
        yield from _missing(entry, key, decorator, name, route, methods)


def _missing(
    entry: _Entry,
    key: str,
    decorator: str,
    name: object,
    route: tuple[str | int, ...],
    methods: Mapping[str, frozenset[str]],
) -> Iterator[Objection]:
    known = methods[decorator]
    if isinstance(name, str) and name in known:
        return
    place = entry.document.place_of(route)
    what = "class" if decorator.startswith("output_") else "method"
    shown = name if isinstance(name, str) else describe(name)
    guess = did_you_mean(name, sorted(known)) if isinstance(name, str) else None
    message = (
        f"{key} of {entry.owner} '{entry.name}' names {shown}, but there is no such @{decorator} {what}: "
        "CrewAI cannot make the class"
    )
    yield entry.objection(key, message, place, _kind(decorator), guess)


def _kind(decorator: str) -> Kind:
    return _KINDS.get(decorator, Kind.BROKEN_REFERENCE)
