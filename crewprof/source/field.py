"""One key of an agent, task or crew as its author gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from crewprof.source.place import Place

PlainValue: TypeAlias = object
"""What YAML gives: ``None``, bool, int, float, str, date, list or dict; or
:class:`~crewprof.source.unknown.Unknown`."""


class ObjectName(str):
    """The name of the method that makes an object, where the object itself is the value: Python that
    looks at it finds no text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One key as its author gave it: the value in force, where the key and the value stand.

    ``is_editable``: the value stands at its place literally, so that another can be written there by its
    route. ``is_looked_up``: it stands in the config file of a @CrewBase class, where CrewAI takes texts
    under certain keys for names of the class's methods.
    """

    value: PlainValue
    place: Place
    key_place: Place
    is_editable: bool = True
    is_looked_up: bool = False
