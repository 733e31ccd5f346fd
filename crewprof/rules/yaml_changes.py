"""Fixes that set a key of a crew, an agent or a task, in whichever form it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Crew
from crewprof.findings import Applicability, DeleteText, Fix, RemoveEntry, SetValue

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Task
    from crewprof.findings import Change, PlainData
    from crewprof.source.field import Field
    from crewprof.source.place import Route


def set_or_show(
    owner: Agent | Task | Crew,
    key: str,
    value: PlainData,
    title: str,
    *,
    applicability: Applicability = Applicability.UNSAFE,
    also: tuple[Change, ...] = (),
) -> Fix:
    """Give ``owner``'s ``key`` a value, and make the changes ``also``; shown only where Python decides."""
    change = set_key(owner, key, value)
    if change is None:
        return Fix(Applicability.DISPLAY, title, suggestion=f"{key}={value!r}")
    return Fix(applicability, title, (change, *also))


def set_key(owner: Agent | Task | Crew, key: str, value: PlainData) -> SetValue | None:
    """The change that gives ``owner``'s ``key`` a value; ``None`` where Python decides."""
    given = owner.fields.get(key)
    if given is not None:
        route = route_in_yaml(given)
        return SetValue(given.place.path, route, value) if route is not None else None
    home = _home(owner)
    return SetValue(home[0], (*home[1], key), value) if home is not None else None


def remove_key(owner: Agent | Task | Crew, key: str) -> RemoveEntry | None:
    """The change that takes ``owner``'s ``key`` out; ``None`` where Python decides or it is not given."""
    given = owner.fields.get(key)
    route = route_in_yaml(given) if given is not None else None
    return RemoveEntry(given.place.path, route) if given is not None and route else None


def delete_text(given: Field, text: str) -> DeleteText | None:
    """The change that cuts ``text`` out of a value; ``None`` where Python decides or it stands twice."""
    route = route_in_yaml(given)
    if route is None or not isinstance(given.value, str) or given.value.count(text) != 1:
        return None
    return DeleteText(given.place.path, route, text)


def route_in_yaml(given: Field) -> Route | None:
    """Where in a YAML document a value can be changed; ``None`` if Python decides."""
    return given.place.route if given.is_editable else None


def _home(owner: Agent | Task | Crew) -> tuple[str, Route] | None:
    """The mapping a new key of ``owner`` goes into: path and route.

    An agent or task of a @CrewBase project stands in Python, but its texts stand in a mapping of YAML.
    """
    if owner.place.route is not None:
        return owner.place.path, owner.place.route
    if isinstance(owner, Crew):
        return None
    for given in owner.fields.values():
        route = route_in_yaml(given)
        if route:
            return given.place.path, route[:-1]
    return None
