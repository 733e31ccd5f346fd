"""What Python gives an agent, task or crew, as fields: YAML below, Python above, places kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeGuard

from crewprof.crew.loaders.objects.crew_config import configured
from crewprof.crew.loaders.objects.object_sorts import python_object
from crewprof.python import operators
from crewprof.python.lazy_items import LazyItems
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    BoundMethod,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Value,
)
from crewprof.quick_dataclasses import replace
from crewprof.source.field import Field, ObjectName
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crewprof.source.place import Place

_IN_CONFIG: Final = {
    "Agent": ("role", "goal", "backstory", "llm"),
    "Task": ("description", "expected_output", "agent"),
}
"""What a ``config`` that is not known has to say, unless Python says it."""

_IN_SPLAT: Final = {
    "Agent": (*_IN_CONFIG["Agent"], "tools", "max_iter", "allow_delegation"),
    "Task": (*_IN_CONFIG["Task"], "context", "tools", "async_execution"),
    "Crew": ("agents", "tasks", "process"),
}
"""What keyword arguments that are not known may say, of what decides the calls of a run."""

DEPTH_LIMIT: Final = 12
"""Lists and mappings within each other that are looked into."""

_SETTINGS_CLASSES: Final = {"LLM": "llm", "PlanningConfig": "planning_config"}
"""Classes whose objects hold settings, and the ends of the keys that take them."""


def raw_fields(made: Instance) -> dict[str, Field]:
    """The keys of ``Agent(…)``, ``Task(…)`` or ``Crew(…)`` with their values as evaluated.

    Python beats ``config`` unless it gives ``None`` (crewai/utilities/config.py, ``process_config``).
    """
    given = made.given() if isinstance(made.callee, External) else _of_class(made, made.callee)
    if kind_of(made) == "Crew":
        return {**_arguments(made, given, {}), **configured(given)}
    fields: dict[str, Field] = {}
    config = given.get("config")
    if config is not None and isinstance(operators.plain(config.value), PlacedDict):
        value = operators.plain(config.value)
        assert isinstance(value, PlacedDict)
        # A config within it counts for nothing: there is one already.
        fields.update((key, one) for key, one in value.fields(config.place).items() if key != "config")
    elif config is not None and isinstance(unknown := operators.plain(config.value), Unknown):
        keys = _IN_CONFIG.get(kind_of(made) or "", ())
        fields.update((key, Field(unknown, config.place, config.place, is_editable=False)) for key in keys)
    return _arguments(made, given, fields)


def kind_of(made: Instance) -> str | None:
    """``Agent``, ``Task`` or ``Crew``, if an object is of that class of CrewAI or one derived from it."""
    names = {made.name} if isinstance(made.callee, External) else made.callee.external_bases()
    return next((kind for kind in _IN_SPLAT for name in names if name.endswith(kind)), None)


def _of_class(made: Instance, cls: ClassValue) -> dict[str, Argument]:
    """What an object of the project's own class is given: what its fields default to, then its arguments.

    What an ``__init__`` of its own takes counts as far as it hands it on.
    """
    has_init = cls.lookup("__init__") is not None
    given = {**_defaults(cls), **({} if has_init else made.keywords), **made.attributes}
    return {name: one for name, one in given.items() if not name.startswith("_") and name != ANY_ATTRIBUTE}


def _defaults(cls: ClassValue) -> dict[str, Argument]:
    """What the fields of a class that is a pydantic model are, unless its objects are given others."""
    found: dict[str, Argument] = {}
    for one in reversed(cls.mro()):
        for name in one.annotations.keys() & one.namespace.keys():
            place = one.module.document.place_of(one.annotations[name])
            value = _default(one.namespace[name], place)
            if value is not None:
                found[name] = Argument(value, place, place)
    return found


def _default(value: Value, place: Place) -> Value:
    if not isinstance(value, Instance) or value.name not in ("Field", "PrivateAttr"):
        return value
    if value.argument("default_factory") is not None:
        return Unknown("is made anew for each object", place)
    default = value.argument("default", 0)
    return None if default is None or default.value is ... else default.value


def _arguments(made: Instance, given: Mapping[str, Argument], fields: dict[str, Field]) -> dict[str, Field]:
    """``fields`` with what the call itself gives, known or hidden by ``**``."""
    hidden = made.keywords.get(ANY_ATTRIBUTE)
    if hidden is not None:
        keys = _IN_SPLAT.get(kind_of(made) or "", ())
        one = Field(hidden.value, hidden.place, hidden.key_place, is_editable=False)
        fields.update((key, one) for key in keys if key not in fields)
    for name, argument in given.items():
        if name == "config" and isinstance(operators.plain(argument.value), dict | Unknown):
            continue
        if operators.plain(argument.value) is None and name in fields:
            continue
        fields[name] = Field(argument.value, argument.place, argument.key_place, is_editable=False)
    return fields


def plain_fields(raw: Mapping[str, Field]) -> dict[str, Field]:
    """``raw`` with plain values, and Unknown for what is none."""
    return {name: replace(one, value=_plain(name, one)) for name, one in raw.items()}


def _plain(name: str, one: Field) -> object:
    """The value under a key; settings objects are objects like others where nobody wants settings."""
    value = _as_written(one)
    if _holds_settings(value) and not name.endswith(_SETTINGS_CLASSES[value.name]):
        return python_object(value, one.place)
    return plain_value(value, one.place)


def _holds_settings(value: Value) -> TypeGuard[Instance]:
    return isinstance(value, Instance) and value.method is None and value.name in _SETTINGS_CLASSES


def _as_written(one: Field) -> Value:
    """The value of a field; names in a config file are the texts that stand there."""
    if not one.is_looked_up:
        return one.value
    if isinstance(one.value, list):
        return [str(item) if isinstance(item, ObjectName) else item for item in one.value]
    return str(one.value) if isinstance(one.value, ObjectName) else one.value


def plain_value(value: Value, place: Place, depth: int = 0) -> object:
    """A value as YAML would give it: settings objects become mappings, methods and classes their names.

    Below :data:`DEPTH_LIMIT` levels it is Unknown: Python's lists may hold themselves.
    """
    if depth > DEPTH_LIMIT:
        return Unknown("is nested too deeply", place)
    match value:
        case FromEnvironment():
            return value.unknown if value.is_needed else plain_value(value.value, place, depth)
        case ObjectName():
            return value
        case str() | Path():
            return str(value)
        case list() | tuple():
            return [
                python_object(item, place) if _holds_settings(item) else plain_value(item, place, depth + 1)
                for item in value
            ]
        case dict():
            return {key: plain_value(item, place, depth + 1) for key, item in value.items()}
        case External() if ".Process." in f".{value.dotted}":
            return value.dotted.partition("Process.")[2].partition(".")[0]
        case Instance() if value.method is not None:
            return ObjectName(value.method)
        case Instance() if value.name in _SETTINGS_CLASSES:
            given = {name: plain_value(one.value, place, depth + 1) for name, one in value.given().items()}
            first = value.argument("model", 0) if value.name == "LLM" else None
            return given if first is None else {"model": plain_value(first.value, place, depth + 1), **given}
        case External() | ClassValue() | FunctionValue() | Instance() | BoundMethod():
            return python_object(value, place)
        case LazyItems() | DictView():
            return Unknown("is an iterator", place)
        case _:
            return value


def unknowns_of(raw: Mapping[str, Field], keys: Collection[str], owner: str) -> list[Unknown]:
    """What is not known, or only assumed, of the values under ``keys``."""
    found: list[Unknown] = []
    for key in keys:
        one = raw.get(key)
        if one is None:
            continue
        what = f"{owner}: {key}"
        match one.value:
            case Unknown(reason=reason):
                found.append(Unknown(f"{what}: {reason}", one.place))
            case PartialText(unknown=unknown):
                found.append(Unknown(f"{what}: a part of the text: {unknown.reason}", one.place))
            case FromEnvironment(value=default) as variable:
                shown = "nothing" if default is None else f"{default!r}"
                reason = f"comes from {variable.shown}; taken as {shown}"
                found.append(Unknown(f"{what}: {reason}", one.place))
            case _:
                continue
    return found
