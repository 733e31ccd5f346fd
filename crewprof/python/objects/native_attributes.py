"""Attributes of values that are kept as Python's own."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from crewprof.python.given import NOT_KNOWN
from crewprof.python.mappings import PlacedDict
from crewprof.python.native_values import ATTRIBUTES, CONSTANT_TYPES, Deque

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.values import Value

_PATH_PARTS: Final = ("parent", "name", "stem", "suffix", "suffixes", "parts", "anchor", "root")
_NATIVE: Final[tuple[type, ...]] = (
    *(type(None), str, bool, int, float, complex, list, tuple, dict, set, frozenset, range, bytes),
)
_MAPPING_CLASSES: Final[Mapping[str, type]] = {
    "defaultdict": defaultdict,
    "Counter": Counter,
    "OrderedDict": OrderedDict,
    "dict": dict,
}


def native_type(value: Value) -> type | None:
    """The type of Python whose methods a known value has; ``None`` if that is not certain."""
    if isinstance(value, PlacedDict):
        return _MAPPING_CLASSES[value.kind]
    if isinstance(value, Deque):
        return deque
    if isinstance(value, CONSTANT_TYPES):
        return type(value)
    return next((one for one in _NATIVE if isinstance(value, one)), None)


def native_attribute(value: Value, name: str) -> Value:
    """An attribute that is not a method; ``NOT_KNOWN`` when there is none."""
    found: Value = NOT_KNOWN
    match value:
        case PurePath():
            if name in _PATH_PARTS:
                found = getattr(value, name)
            elif name == "parents":
                found = tuple(value.parents)
        case PlacedDict():
            if name == "default_factory" and value.kind == "defaultdict":
                found = value.factory
        case Deque():
            if name == "maxlen":
                found = value.limit
        case int() | float() | complex():
            is_part = name in ("real", "imag") or (isinstance(value, int) and name in _FRACTION)
            found = getattr(value, name) if is_part else NOT_KNOWN
        case _:
            kinds = (kind for kind, names in ATTRIBUTES.items() if name in names)
            if any(isinstance(value, kind) for kind in kinds):
                found = getattr(value, name)
    return found


_FRACTION: Final = ("numerator", "denominator")
