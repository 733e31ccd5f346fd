"""Operators on values of which some may be unknown: ``None`` for a result that is not known."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any, Final

from crewprof.python.values import (
    ClassValue,
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    PartialText,
    PlacedDict,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIZE_LIMIT: Final = 100_000
"""Characters or items of the largest value that is computed."""

_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: lambda left, right: left is right or left == right,
    ast.IsNot: lambda left, right: left is not right and left != right,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def plain(value: Value) -> Value:
    """The value itself; of an environment variable, the one it has when it is not set."""
    return value.value if isinstance(value, FromEnvironment) else value


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; ``None`` if that is not known."""
    value = plain(value)
    if isinstance(value, Unknown):
        return None
    if isinstance(value, External | ClassValue | FunctionValue | Instance):
        # A name from another package may be a flag.
        return None if isinstance(value, External) and not value.name[:1].isupper() else True
    return bool(value)


def items_of(value: Value) -> list[Value] | None:
    """What iterating gives; ``None`` if that is not known."""
    value = plain(value)
    if isinstance(value, str | list | tuple | set | frozenset | range | dict):
        return list(value)[:SIZE_LIMIT]
    if isinstance(value, ClassValue) and value.external_bases() & {"Enum", "StrEnum", "IntEnum"}:
        return None
    return None


def binary(operation: ast.operator, left: Value, right: Value) -> Value:
    """``left operation right``."""
    left, right = plain(left), plain(right)
    if isinstance(operation, ast.Add):
        return _added(left, right)
    if isinstance(operation, ast.BitOr):
        return _merged(left, right)
    if isinstance(operation, ast.Div) and hasattr(left, "joinpath") and isinstance(right, str):
        return left / right  # type: ignore[operator]
    if isinstance(operation, ast.Mod) and isinstance(left, str):
        return None
    if not isinstance(left, int | float | str | list) or not isinstance(right, int | float | str | list):
        return None
    return _computed(operation, left, right)


def _computed(operation: ast.operator, left: object, right: object) -> Value:
    if isinstance(operation, ast.Mult):
        sizes = [len(one) for one in (left, right) if isinstance(one, str | list)]
        counts = [one for one in (left, right) if isinstance(one, int)]
        if sizes and counts and sizes[0] * counts[0] > SIZE_LIMIT:
            return None
        return left * right  # type: ignore[operator]
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    match operation:
        case ast.Sub():
            return left - right
        case ast.Div():
            return left / right
        case ast.FloorDiv():
            return left // right
        case ast.Mod():
            return left % right
        case _:
            return None


def _added(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str | Unknown):
        if isinstance(right, Unknown):
            return PartialText.of(f"{left}…", right)
        unknown = next((one.unknown for one in (left, right) if isinstance(one, PartialText)), None)
        return left + right if unknown is None else PartialText.of(left + right, unknown)
    if isinstance(left, Unknown) and isinstance(right, str):
        return PartialText.of(f"…{right}", left)
    if isinstance(left, list) and isinstance(right, list | Unknown):
        return [*left, right] if isinstance(right, Unknown) else [*left, *right]
    if isinstance(left, Unknown) and isinstance(right, list):
        return [left, *right]
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    return None


def _merged(left: Value, right: Value) -> Value:
    if not isinstance(left, dict) or not isinstance(right, dict):
        return None
    made = PlacedDict()
    made.add_all(left)
    made.add_all(right)
    return made


def unary(operation: ast.unaryop, value: Value) -> Value:
    """``operation value``."""
    value = plain(value)
    if isinstance(operation, ast.Not):
        known = truth(value)
        return None if known is None else not known
    if isinstance(value, int | float):
        return -value if isinstance(operation, ast.USub) else value
    return None


def compare(operation: ast.cmpop, left: Value, right: Value) -> bool | None:
    """``left operation right``."""
    left, right = plain(left), plain(right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if isinstance(left, External) or isinstance(right, External):
        return None
    if isinstance(right, list | tuple) and any(isinstance(one, Unknown) for one in right):
        return None
    return bool(_COMPARISONS[type(operation)](left, right))


def formatted(value: Value, spec: Value) -> Value:
    """``format(value, spec)`` of plain values; else the value itself."""
    if isinstance(value, int | float | str) and isinstance(spec, str) and spec:
        return format(value, spec) if len(spec) <= 8 else value
    return value
