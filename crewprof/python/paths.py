"""Paths that code may take: what they change, how they leave, and which is the usual one.

The usual path is the one that is taken where environment variables and options have their defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crewprof.python.states import State
from crewprof.python.uncertain import Deciding
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.leaving import Leaving
    from crewprof.python.values import Value

Changes: TypeAlias = dict[int, tuple[object, State]]
"""By identity: a container and what it holds."""


IsUsual: TypeAlias = "bool | None"
"""Whether a path is the one that is taken where variables have their defaults, if that is known."""


@dataclass(eq=False, slots=True)
class Waiting:
    """A path that left early: how, and what it changed since the layer it waits in was opened."""

    leaving: Leaving
    changes: Changes
    is_usual: IsUsual = None


@dataclass(eq=False, slots=True)
class Layer:
    """What was changed since it was opened, with what it held before; and the paths that wait."""

    number: int
    why: Unknown
    before: Changes = field(default_factory=dict)
    born: dict[int, object] = field(default_factory=dict)
    fresh: dict[int, object] = field(default_factory=dict)
    """What was made since it was opened, also what waiting paths know."""
    waiting: list[Waiting] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Outcome:
    """What one alternative came to: a value, or how it left."""

    value: Value
    leaving: Leaving | None
    changes: Changes
    waiting: list[Waiting]
    born: dict[int, object]
    fresh: dict[int, object]
    is_usual: IsUsual = None


Path: TypeAlias = "tuple[Value, Leaving | None, Changes, IsUsual]"
"""What one alternative came to, how it left, what it changed, and whether it is the usual one."""


def within(outer: IsUsual, inner: IsUsual) -> IsUsual:
    """Whether a path is the usual one that is so within another, if that is."""
    if outer is False or inner is False:
        return False
    return True if outer and inner else None


def beside(waiting: Sequence[Waiting]) -> IsUsual:
    """Whether the path that goes on is the usual one, beside those that wait: raising is not usual."""
    if any(one.is_usual for one in waiting):
        return False
    is_known = all(one.is_usual is False or one.leaving.kind == "raise" for one in waiting)
    return True if is_known else None


def decided(why: Unknown, usual: Sequence[IsUsual]) -> Unknown:
    """What decides between paths of which it is known which is the usual one, or is not."""
    if not isinstance(why, Deciding):
        return why
    if None not in usual and usual.count(True) == 1:
        return replace(why, usual=usual.index(True))
    return Unknown(why.reason, why.place)


def distinct(states: Sequence[State], why: Unknown) -> tuple[list[State], Unknown]:
    """States, each object once, and what decides between them."""
    found = list({id(one): one for one in states}.values())
    if isinstance(why, Deciding) and len(found) < len(states):
        why = replace(why, usual=next(at for at, one in enumerate(found) if one is states[why.usual]))
    return found, why
