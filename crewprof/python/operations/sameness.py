"""Whether two values are surely the same, or surely not."""

from __future__ import annotations

from typing import Final

from crewprof.python import operators
from crewprof.python.lazy_items import LazyItems
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText
from crewprof.python.values import BoundMethod, ClassValue, External, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

_NUMBERS: Final = (bool, int, float, complex)


def numbered(value: Value) -> Value:
    """The value itself; of a member of an enumeration that is a number or text too, that."""
    if isinstance(value, Instance) and isinstance(value.callee, ClassValue) and value.callee.members:
        own = value.callee.external_bases() & {"IntEnum", "StrEnum", "int", "str", "float"}
        held = value.keywords["value"].value
        if own and isinstance(held, str | int | float) and not isinstance(held, PartialText):
            return held
    return value


def is_same(left: Value, right: Value) -> bool | None:
    """``left is right``; ``None`` if that is not known."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, OneOf):
            verdicts = {is_same(option, other) for option in one.options}
            return verdicts.pop() if len(verdicts) == 1 and not isinstance(other, Unknown) else None
        if isinstance(one, Unknown | PartialText):
            return False if isinstance(one, PartialText) and other is None else None
        if isinstance(one, FromEnvironment) or (isinstance(one, BoundMethod) and not one.is_surely_method):
            return None
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        unsure = isinstance(left, External) or isinstance(right, External)
        return None if unsure and left is not right and _lower(left, right) else left is right
    if isinstance(left, External) and isinstance(right, External):
        return True if left == right else _are_told_apart(left, right)
    if isinstance(left, list | dict | set | Instance | ClassValue | FunctionValue | LazyItems):
        return left is right
    if type(left) is not type(right) and not isinstance(left, External) and not isinstance(right, External):
        return False
    # Whether equal constants are one object is not known; what is not equal is not.
    return False if isinstance(left, (str, bytes, *_NUMBERS)) and left == left != right else None


def _are_told_apart(left: External, right: External) -> bool | None:
    """``False`` for two of Python's own types."""
    return False if _is_builtin(left) and _is_builtin(right) else None


def _lower(left: Value, right: Value) -> bool:
    return any(
        isinstance(one, External) and not one.name[:1].isupper() and not _is_builtin(one)
        for one in (left, right)
    )


def _is_builtin(value: External) -> bool:
    """Whether it is one of Python's own functions or types, which are objects for themselves."""
    return value.dotted == f"builtins.{value.name}" and value.name[:1] != "_"


def equal_objects(left: Value, right: Value) -> bool | None:
    """Whether classes and functions, of which one is one, are equal; ``None`` if that is not known."""
    if isinstance(left, BoundMethod) or isinstance(right, BoundMethod):
        return None
    if isinstance(left, External) and isinstance(right, External):
        return True if left == right else _are_told_apart(left, right)
    if isinstance(left, External) or isinstance(right, External):
        other = right if isinstance(left, External) else left
        return False if isinstance(other, ClassValue | FunctionValue) else None
    if isinstance(left, ClassValue | FunctionValue) or isinstance(right, ClassValue | FunctionValue):
        return left is right
    return None


def equal_member(member: Instance, other: Value) -> bool | None:
    """A member of an enumeration; one that is a text or number too equals its value."""
    assert isinstance(member.callee, ClassValue)
    if member is other:
        return True
    if isinstance(other, Instance):
        return False if isinstance(other.callee, ClassValue) and other.callee.members else None
    if not member.callee.external_bases() & {"str", "int", "StrEnum", "IntEnum", "IntFlag", "float"}:
        return False
    value = member.keywords["value"].value
    return value == other if operators.is_known(value) and operators.is_known(other) else None


def weight(value: Value) -> int:
    """Steps that comparing a value takes, beyond the first."""
    return len(value) >> 6 if isinstance(value, str | list | tuple | dict | set | frozenset) else 0
