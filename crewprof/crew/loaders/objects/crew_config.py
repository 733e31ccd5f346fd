"""Agents and tasks that a crew makes itself, from ``Crew(config={…})``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.mappings import PlacedDict
from crewprof.python.values import Argument, External, Instance
from crewprof.quick_dataclasses import replace
from crewprof.source.field import Field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.values import Value
    from crewprof.source.place import Place

_KEYS: Final = ("agents", "tasks", "process")
"""Keys of a crew's config that CrewAI takes, over what Python gives (``Crew._setup_from_config``)."""


def configured(given: Mapping[str, Argument]) -> dict[str, Field]:
    """What the ``config`` among the arguments of ``Crew(…)`` gives the crew."""
    found = given.get("config")
    if found is None:
        return {}
    value = _mapping(operators.plain(found.value))
    if value is None or value == {}:
        return {}
    if isinstance(value, Unknown):
        return {key: Field(value, found.place, found.place, is_editable=False) for key in _KEYS}
    fields = value.fields(found.place)
    if value.rest is not None:
        hidden = Field(value.rest, found.place, found.place, is_editable=False)
        fields = {key: fields.get(key, hidden) for key in _KEYS}
    agents = [made_from("Agent", one, found.place) for one in _items(fields.get("agents"))]
    tasks = [_task(one, agents, found.place) for one in _items(fields.get("tasks"))]
    taken: dict[str, Field] = {
        key: replace(fields[key], is_looked_up=False) for key in _KEYS if key in fields
    }
    for key, made in (("agents", agents), ("tasks", tasks)):
        if key in taken and operators.items_of(taken[key].value) is not None:
            taken[key] = replace(taken[key], value=made, is_editable=False)
    return taken


def _mapping(value: Value) -> PlacedDict | Unknown | None:
    """A config, which may be a text in JSON; ``None`` for none, or one that CrewAI refuses."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, dict):
        return value if isinstance(value, PlacedDict) else PlacedDict(value)
    return value if isinstance(value, Unknown) else None


def _items(found: Field | None) -> list[Value]:
    return [] if found is None else list(operators.items_of(found.value) or ())


def made_from(kind: str, value: Value, place: Place) -> Value:
    """The ``Agent(…)`` or ``Task(…)`` that a mapping is handed to."""
    value = _mapping(operators.plain(value))
    if not isinstance(value, PlacedDict):
        return value or Unknown(f"the config of the crew does not say what this {kind.lower()} is", place)
    keywords = {
        key: Argument(one.value, one.place, one.key_place) for key, one in value.fields(place).items()
    }
    start = next(iter(keywords.values()), None)
    return Instance(
        External(f"crewai.{kind}"), place if start is None else start.key_place, keywords=keywords
    )


def _task(value: Value, agents: list[Value], place: Place) -> Value:
    """A task; its agent is the first one with the role that it names."""
    made = made_from("Task", value, place)
    if not isinstance(made, Instance):
        return made
    named = made.keywords.get("agent")
    role = None if named is None else operators.plain(named.value)
    agent: Value = Unknown("no agent in the config of the crew has this role", made.place)
    for one in agents:
        given = one.given().get("role") if isinstance(one, Instance) else None
        if given is None or isinstance(operators.plain(given.value), Unknown):
            agent = Unknown("which agent of the config has this role is not known", made.place)
            break
        if isinstance(role, str) and operators.plain(given.value) == role:
            agent = one
            break
    at = named or Argument(agent, made.place, made.place)
    made.keywords = {**made.keywords, "agent": replace(at, value=agent)}
    return made
