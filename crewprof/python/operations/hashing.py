"""Whether values can be keys of mappings and items of sets, and what Python does with those that cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.exceptions import raised
from crewprof.python.uncertain import FromEnvironment, UnknownItems
from crewprof.python.values import ClassValue, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.python.machine import Machine
    from crewprof.python.site import Site

_ALWAYS_HASHABLE = (str, int, float, type(None))


def is_key(machine: Machine, value: Value, site: Site) -> bool:
    """Whether ``value`` can be a key that is known.

    Raises TypeError in the project's code for what surely cannot be hashed. What may not be hashable may
    raise, and hashing and comparing it may change whatever its own methods reach.
    """
    if operators.as_key(value):
        return True
    if _is_unhashable(value):
        raise raised(site, TypeError(f"unhashable type: '{type(value).__name__}'"))
    if isinstance(value, FromEnvironment) and isinstance(value.value, _ALWAYS_HASHABLE):
        return False
    why = machine.unsure(site)
    machine.forget_reached(_own_methods(value), why)
    return False


def _is_unhashable(value: Value) -> bool:
    if isinstance(value, tuple):
        held = operators.leaves(value)
        if held is None or not all(operators.as_key(one) or _is_unhashable(one) for one in held):
            return False
        return any(_is_unhashable(one) for one in held)
    if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
        return _loses_hash(value.callee)
    return isinstance(value, list | dict | set | slice) or operators.is_known(value)


def _loses_hash(cls: ClassValue) -> bool:
    """Whether a class defines ``__eq__`` without ``__hash__``: Python makes its instances unhashable."""
    for one in cls.mro():
        if one.decorators or one.node.keywords:
            return False
        if "__hash__" in one.namespace or "__eq__" in one.namespace:
            return "__hash__" not in one.namespace
        if operators.foreign_bases(one):
            return False
    return False


def _own_methods(value: Value) -> list[FunctionValue]:
    if isinstance(value, tuple):
        return [method for one in operators.leaves(value) or () for method in _own_methods(one)]
    if not isinstance(value, Instance) or not isinstance(value.callee, ClassValue):
        return []
    found = [value.callee.lookup(name) for name in ("__hash__", "__eq__")]
    return [one[1] for one in found if one is not None and isinstance(one[1], FunctionValue)]


def set_of(machine: Machine, items: Iterable[Value], site: Site) -> set[Value]:
    """A set of ``items``, of which each is hashed before the next is asked for."""
    made: set[Value] = set()
    machine.journal.bear(made)
    for one in items:
        machine.grow(len(made))
        if isinstance(one, UnknownItems) or is_key(machine, one, site):
            made.add(one)
        else:
            unknown = site.unknown()
            made.add(UnknownItems(unknown.reason, unknown.place))
    return made
