"""``type(value)`` and ``isinstance(value, kind)`` of values of which some may be unknown."""

from __future__ import annotations

import builtins
import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.exceptions import catches, is_exception_class, native_class
from crewprof.python.lazy_items import LazyItems
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.native_values import CONSTANT_TYPES, Deque, Record
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText
from crewprof.python.values import BoundMethod, ClassValue, External, FunctionValue, Instance, Value
from crewprof.source.field import ObjectName
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

UNION: Final = External("types.UnionType")
"""The class of ``int | str``."""

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "set": set,
    "frozenset": frozenset,
    "complex": complex,
    "bytes": bytes,
    "range": range,
    "type": ClassValue,
}
_NAMES: Final = (
    *(
        "bool",
        "int",
        "float",
        "str",
        "list",
        "tuple",
        "set",
        "frozenset",
        "dict",
        "range",
        "bytes",
        "complex",
    ),
)
_OF_ENUMS: Final = {"IntEnum": "int", "IntFlag": "int", "StrEnum": "str"}
_MAPPING_CLASSES: Final = ("collections.Counter", "collections.OrderedDict", "collections.defaultdict")


def type_of(value: Value) -> Value:
    """``type(value)``; ``None`` if that is not known."""
    match value:
        case Instance():
            return value.callee
        case ObjectName():
            return None
        case PartialText():
            return External("builtins.str")
        case Record():
            return value.cls
        case Deque():
            return External("collections.deque")
        case PlacedDict() if value.kind != "dict":
            return External(f"collections.{value.kind}")
        case ClassValue():
            return External("enum.EnumType" if value.members else "builtins.type")
        case FunctionValue():
            return External("builtins.function")
        case None:
            return External("builtins.NoneType")
        case _ if isinstance(value, CONSTANT_TYPES):
            return External(f"{type(value).__module__}.{type(value).__qualname__}")
        case _:
            found = (name for name in _NAMES if isinstance(value, _TYPES[name]))
            name = next(found, None)
            return None if name is None else External(f"builtins.{name}")


def is_instance(value: Value, kind: Value) -> bool | None:
    """``isinstance(value, kind)``; ``None`` if that is not known."""
    if isinstance(kind, Instance) and kind.callee == UNION:
        kind = tuple(one.value for one in kind.arguments)
    if isinstance(kind, tuple):
        verdicts = [is_instance(value, one) for one in kind]
        return True if True in verdicts else None if None in verdicts else False
    if isinstance(value, OneOf):
        found = {is_instance(one, kind) for one in value.options}
        return found.pop() if len(found) == 1 else None
    if isinstance(value, Unknown | FromEnvironment | External):
        return None
    if isinstance(value, BoundMethod) and not value.is_surely_method:
        return None
    if kind is None:
        return value is None
    if isinstance(kind, External):
        return _is_external(value, kind)
    if isinstance(kind, ClassValue):
        return _is_own(value, kind)
    return None


def _is_external(value: Value, kind: External) -> bool | None:
    if kind.dotted == "builtins.object":
        return True
    if kind.name == "NoneType":
        return value is None
    native = _TYPES.get(kind.name) if kind.package == "builtins" else None
    if isinstance(value, Instance):
        return _is_instance_of(value, kind, is_native=native is not None)
    if isinstance(value, ObjectName):
        return None if native is None else False
    if native is not None:
        if isinstance(value, DictView | LazyItems | Deque):
            return False
        return isinstance(value, native)
    if isinstance(value, (Deque, PlacedDict, *CONSTANT_TYPES)):
        return True if type_of(value) == kind else _is_kind_of(value, kind)
    if isinstance(value, PurePath):
        return True if kind.name in ("Path", "PurePath") else None
    return None


def _is_own(value: Value, kind: ClassValue) -> bool | None:
    if isinstance(value, ObjectName):
        return None
    if isinstance(value, Instance):
        return _is_instance_of(value, kind, is_native=False)
    if isinstance(value, Record):
        return kind in value.cls.mro()
    return False if operators.is_known(value) or not operators.is_object(value) else None


def _is_kind_of(value: Value, kind: External) -> bool | None:
    if isinstance(value, PlacedDict):
        return False if kind.dotted in (*_MAPPING_CLASSES, "collections.deque") else None
    if isinstance(value, Deque):
        return False if kind.dotted in _MAPPING_CLASSES else None
    if isinstance(value, datetime.datetime) and kind.dotted == "datetime.date":
        return True
    return None


_MODELS: Final = tuple(External(f"crewai.{name}") for name in ("Agent", "Task", "Crew"))
"""Classes of pydantic, none of which is one of Python's own."""


def _is_instance_of(value: Instance, kind: External | ClassValue, *, is_native: bool) -> bool | None:
    if isinstance(kind, ClassValue):
        if not isinstance(value.callee, ClassValue):
            return False
        if kind in value.callee.mro():
            return True
        return None if "?" in operators.foreign_bases(value.callee) else False
    if is_exception_class(value.callee):
        return catches(kind, value)
    names = {value.name} if isinstance(value.callee, External) else value.callee.external_bases()
    if kind.name in names or kind.name in {_OF_ENUMS.get(name) for name in names}:
        return True
    if is_native and isinstance(value.callee, ClassValue) and not operators.foreign_bases(value.callee):
        return False
    return False if is_native and value.callee in _MODELS else None


def is_subclass(one: Value, kind: Value) -> bool | None:
    """``issubclass(one, kind)``; ``None`` if that is not known."""
    if isinstance(kind, tuple):
        verdicts = [is_subclass(one, other) for other in kind]
        return True if True in verdicts else None if None in verdicts else False
    if isinstance(one, ClassValue) and isinstance(kind, ClassValue):
        return True if kind in one.mro() else None if operators.foreign_bases(one) else False
    native, other = native_class(one), native_class(kind)
    return None if native is None or other is None else issubclass(native, other)


def native_of(value: Value) -> type | None:
    """The type of Python's own that a value is."""
    found = getattr(builtins, value.name, None) if isinstance(value, External) else None
    is_it = isinstance(value, External) and value.dotted == f"builtins.{value.name}"
    return found if is_it and isinstance(found, type) else None


def is_builtin(value: Value) -> bool:
    """Whether a value is one of Python's own functions or types."""
    found = getattr(builtins, value.name, None) if isinstance(value, External) else None
    return isinstance(value, External) and value.dotted == f"builtins.{value.name}" and callable(found)
