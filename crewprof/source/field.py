"""One key of an agent, task or crew as its author gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from crewprof.source.place import Place

PlainValue: TypeAlias = object
"""What YAML gives: ``None``, bool, int, float, str, date, list or dict; or
:class:`~crewprof.source.unknown.Unknown`."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key as its author gave it: the value in force, where the key and the value stand.

    ``origin`` says whether YAML or Python decides (in a @CrewBase class a Python argument beats YAML).
    """

    value: PlainValue
    place: Place
    key_place: Place
    origin: Literal["yaml", "python"] = "yaml"
