"""Objects that something unknown may stand for: what is done to it may be done to them.

Where the evaluator no longer knows which object an expression stands for, it gives up the name, and the
object escapes. What then happens to any unknown value (``unknown.append(x)``) may happen to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crewprof.python.values import (
    Argument,
    BoundMethod,
    ClassValue,
    DictView,
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    LazyItems,
    OneOf,
    PlacedDict,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.python.machine import Machine

_LIST_CHANGES: Final = frozenset(
    {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "rotate"}
    | {"appendleft", "popleft", "extendleft"}
)
_MAPPING_CHANGES: Final = frozenset(
    {"update", "setdefault", "pop", "popitem", "clear", "move_to_end", "subtract"}
)
_SET_CHANGES: Final = frozenset(
    {"add", "discard", "remove", "pop", "clear", "update", "difference_update", "intersection_update"}
    | {"symmetric_difference_update"}
)


_CHANGES: Final = _LIST_CHANGES | _MAPPING_CHANGES | _SET_CHANGES

CHANGING: Final = (list, set, dict, Instance, ClassValue, FunctionValue)
"""Kinds of values that code can change."""


UNCHANGING: Final = frozenset({str, int, float, bool, type(None), Unknown, External})
"""Types of values that neither change nor hold what does: most of all values."""


def changing_in(values: Iterable[Value]) -> Iterator[Value]:
    """The objects that can change among some values, and in tuples of them."""
    waiting = list(values)
    # The same tuple may stand in another many times, at every depth.
    seen: dict[int, Value] = {}
    while waiting:
        one = waiting.pop()
        if type(one) in UNCHANGING or id(one) in seen:
            continue
        seen[id(one)] = one
        match one:
            case list() | set() | dict() | Instance() | ClassValue() | FunctionValue():
                yield one
            case tuple() | frozenset():
                waiting.extend(one)
            case Argument():
                waiting.append(one.value)
            case OneOf():
                waiting.extend(one.options)
            case FromEnvironment():
                waiting.append(one.value)
            case BoundMethod():
                waiting += [one.receiver, one.function]
            case DictView():
                waiting.append(one.mapping)
            case _:
                pass


def changing_in_items(container: Value) -> list[Value]:
    """The objects that can change which a list, mapping or set holds."""
    match container:
        case PlacedDict():
            return list(changing_in(container.values()))
        case list() | tuple() | set() | frozenset():
            return list(changing_in(container))
        case _:
            return []


def _changes_itself(value: Instance) -> bool:
    names = ("__setitem__", "__delitem__", "__iadd__")
    return isinstance(value.callee, ClassValue) and any(value.callee.lookup(name) for name in names)


class Escaping:
    """Keeps what has escaped in a machine, and forgets what may have been done to it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.objects: dict[int, Value] = {}

    def add(self, values: Iterable[Value]) -> None:
        """From now on something unknown may stand for one of these."""
        for one in changing_in(values):
            self.objects.setdefault(id(one), one)

    def give(self, values: Iterable[Value], why: Unknown) -> None:
        """Something that is not known was given these: it may use up iterators among them at once."""
        given = [one.value if isinstance(one, Argument) else one for one in values]
        self.add(given)
        for one in given:
            if isinstance(one, LazyItems):
                self.machine.forget_reached(one, why)

    def called(self, name: str, values: Iterable[Value], why: Unknown) -> None:
        """``unknown.name(*values)`` was called, or without a name ``unknown(*values)``."""
        self.give(values, why)
        if name and not self._may_change(name):
            return
        for one in self._reachable():
            if isinstance(one, list):
                is_changed = name in _LIST_CHANGES
            elif isinstance(one, PlacedDict):
                is_changed = name in _MAPPING_CHANGES
            elif isinstance(one, set):
                is_changed = name in _SET_CHANGES
            elif isinstance(one, Instance):
                self._method_called(one, name, why)
                continue
            else:
                is_changed = isinstance(one, FunctionValue | ClassValue) and not name
            if is_changed:
                self.machine.forget_reached(one, why)

    def _may_change(self, name: str) -> bool:
        """Whether a method of that name, of Python or of the project, may change anything."""
        return name in _CHANGES or any(name in one.namespace for one in self.machine.classes)

    def _method_called(self, value: Instance, name: str, why: Unknown) -> None:
        found = value.callee.lookup(name or "__call__") if isinstance(value.callee, ClassValue) else None
        if found is not None and isinstance(found[1], FunctionValue):
            self.machine.forget_reached(BoundMethod(value, found[1]), why)

    def changed(self, values: Iterable[Value], why: Unknown) -> None:
        """An item of something unknown was set, or deleted, or it was changed in place."""
        self.add(values)
        for one in self._reachable():
            if isinstance(one, list | PlacedDict | set):
                self.machine.lose(one, why)
            elif isinstance(one, Instance) and _changes_itself(one):
                self.machine.forget_reached(one, why)

    def attribute_set(self, name: str, values: Iterable[Value], why: Unknown) -> None:
        """``unknown.name = value``."""
        self.add(values)
        for one in self._reachable():
            if isinstance(one, Instance) and isinstance(one.callee, ClassValue):
                self.machine.journal.touch(one.attributes)
                one.attributes[name] = Argument(why, one.place, one.place)
            elif isinstance(one, ClassValue):
                self.machine.journal.touch(one.namespace)
                one.namespace[name] = why

    def _reachable(self) -> list[Value]:
        found: dict[int, Value] = {}
        waiting: list[Any] = list(self.objects.values())
        while waiting:
            one = waiting.pop()
            if id(one) in found:
                continue
            self.machine.charge()
            found[id(one)] = one
            match one:
                case list() | set():
                    waiting.extend(changing_in(one))
                case PlacedDict():
                    waiting.extend(changing_in(one.values()))
                case Instance():
                    waiting.extend(changing_in(one.attributes.values()))
                case _:
                    pass
        return list(found.values())
