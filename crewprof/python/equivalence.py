"""Whether what two paths left is surely the same, so that it does not matter which of them was taken."""

from __future__ import annotations

import operator
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from crewprof.python.escaping import CHANGING
from crewprof.python.native_values import CONSTANT_TYPES
from crewprof.python.states import LazyState, MappingState, State
from crewprof.python.uncertain import (
    FromEnvironment,
    OneOf,
    PartialText,
    Perhaps,
    UnknownItems,
    has_rest,
    usual_of,
)
from crewprof.python.values import Argument, BoundMethod, External, ModuleValue, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN: Final = (
    type(None),
    bool,
    int,
    str,
    bytes,
    complex,
    PurePath,
    range,
    type(Ellipsis),
    slice,
    External,
    ModuleValue,
    *CONSTANT_TYPES,
)

_MISSING: Final = object()


def same(left: Value, right: Value) -> bool:
    """Whether two values are surely the same: identical, or equal constants of the same type."""
    if left is right:
        return True
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return _covers(left, right) and _covers(right, left) and _same_usual(left, right)
    if type(left) is not type(right):
        return False
    match left:
        case PartialText():
            return str(left) == str(right)
        case float():
            return repr(left) == repr(right)
        case tuple():
            other: Any = right
            if getattr(left, "cls", None) is not getattr(right, "cls", None):
                return False
            return len(left) == len(other) and all(map(same, left, other))
        case frozenset():
            types = {type(one) for one in left} | {type(one) for one in right}  # type: ignore[attr-defined]
            return left == right and len(types) <= 1
        case Argument():
            return same(left.value, right.value)  # type: ignore[attr-defined]
        case BoundMethod():
            owner, method = right.receiver, right.function  # type: ignore[attr-defined]
            return same(left.receiver, owner) and same(left.function, method)
        case FromEnvironment():
            variable, value = right.variable, right.value  # type: ignore[attr-defined]
            return left.variable == variable and same(left.value, value)
        case _:
            return isinstance(left, _PLAIN) and left == right


def _are_one(left: Sequence[Value], right: Sequence[Value]) -> bool:
    """Whether two sequences hold the very same objects."""
    return len(left) == len(right) and all(map(operator.is_, left, right))


def _covers(one: Unknown, other: Unknown) -> bool:
    """Whether whatever ``other`` stands for, ``one`` may be too."""
    if isinstance(one, UnknownItems) or isinstance(other, UnknownItems):
        return isinstance(one, UnknownItems) and isinstance(other, UnknownItems)
    if not isinstance(one, OneOf):
        # What is done to it would not be done to the objects that the other may be.
        return not isinstance(other, OneOf) or not any(isinstance(it, CHANGING) for it in other.options)
    if isinstance(other, Perhaps) and not isinstance(one, Perhaps):
        return False
    if isinstance(other, OneOf) and _are_one(one.options, other.options):
        return True
    is_open = any(isinstance(option, Unknown) for option in one.options)
    if not isinstance(other, OneOf):
        return is_open
    return all(
        any(same(option, known) for known in one.options) or (is_open and not isinstance(option, CHANGING))
        for option in other.options
    )


def _same_usual(left: Unknown, right: Unknown) -> bool:
    """Whether two values are the same where no variable is set, as far as that is known."""
    one, other = usual_of(left), usual_of(right)
    if one is None or other is None:
        return one is other
    return len(one) == len(other) and all(map(same, one, other))


def same_state(left: State, right: State) -> bool:
    """Whether two states of one container are surely the same."""
    if left is right:
        return True
    if isinstance(left, MappingState) and isinstance(right, MappingState):
        if (left.rest is None) != (right.rest is None):
            return False
        return _same_entries(left.entries, right.entries, ordered=left.rest is None)
    if isinstance(left, LazyState) and isinstance(right, LazyState):
        return (left.lost is None) == (right.lost is None)
    if isinstance(left, dict) and isinstance(right, dict):
        return _same_entries(left, right, ordered=False)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return same_items(left, right)  # type: ignore[arg-type]


def _same_entries(left: dict[Any, Value], right: dict[Any, Value], *, ordered: bool) -> bool:
    if len(left) != len(right):
        return False
    if ordered and any(not same(one, other) for one, other in zip(left, right, strict=True)):
        return False
    for key, value in left.items():
        other = right.get(key, _MISSING)
        if other is not value and (other is _MISSING or not same(value, other)):
            return False
    return True


def same_items(left: set[Value], right: set[Value]) -> bool:
    """Whether two states of one set are surely the same."""
    kinds = {(type(one), one) for one in left if not isinstance(one, UnknownItems)}
    others = {(type(one), one) for one in right if not isinstance(one, UnknownItems)}
    return kinds == others and has_rest(left) == has_rest(right)
