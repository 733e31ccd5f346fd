"""Objects that something unknown may stand for: what is done to it may be done to them.

Where the evaluator no longer knows which object an expression stands for, it gives up the name, and the
object escapes. What then happens to any unknown value (``unknown.append(x)``) may happen to it.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import TooLarge, TooLong
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.uncertain import FromEnvironment, OneOf, UnknownItems
from crewprof.python.values import Argument, BoundMethod, ClassValue, External, FunctionValue, Instance, Value
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


def is_lost(container: Value) -> bool:
    """Whether nothing at all is known of what a list, mapping or set holds."""
    match container:
        case list() | set():
            only = next(iter(container)) if len(container) == 1 else None
            return type(only) is UnknownItems and only.usual is None
        case PlacedDict():
            return container.rest is not None and all(type(one) is Unknown for one in container.values())
        case _:
            return False


def is_forgotten(argument: Argument | None) -> bool:
    """Whether nothing at all is known of an attribute that an object has."""
    return argument is not None and type(argument.value) is Unknown


def _changes_itself(value: Instance) -> bool:
    names = ("__setitem__", "__delitem__", "__iadd__")
    return isinstance(value.callee, ClassValue) and any(value.callee.lookup(name) for name in names)


class Escaping:
    """Keeps what has escaped in a machine, and forgets what may have been done to it.

    What could once be reached from an object that escaped stays escaped: something unknown may have kept it.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._objects: dict[int, Value] = {}
        self._by_kind: dict[type, list[Any]] = {kind: [] for kind in CHANGING}
        self._instances: dict[int, list[Instance]] = {}
        """By the class of the project that they are of."""
        self._containers: dict[int, Value] = {}
        """By identity: what an object keeps its items or attributes in, and the object."""
        self._waiting: dict[int, Value] = {}
        """Objects that were added, or changed, since it was looked at what they hold."""

    def add(self, values: Iterable[Value]) -> None:
        """From now on something unknown may stand for one of these."""
        for one in changing_in(values):
            if id(one) not in self._objects:
                self._keep(one)

    def has(self, value: Value) -> bool:
        """Whether something unknown may stand for an object."""
        self._look()
        return id(value) in self._objects

    def _keep(self, value: Value) -> None:
        key = id(value)
        self._objects[key] = self._waiting[key] = value
        for kind, found in self._by_kind.items():
            if isinstance(value, kind):
                found.append(value)
        if isinstance(value, Instance):
            self._containers[id(value.attributes)] = value
            if isinstance(value.callee, ClassValue):
                self._instances.setdefault(id(value.callee), []).append(value)
        else:
            self._containers[key] = value

    def touch(self, container: object) -> None:
        """A container is about to change: what it holds then has escaped, if it has."""
        held = self._containers.get(id(container))
        if held is not None:
            self._waiting[id(held)] = held

    def give(self, values: Iterable[Value], why: Unknown) -> None:
        """Something that is not known was given these: it may use up iterators among them at once."""
        given = [one.value if isinstance(one, Argument) else one for one in values]
        self.add(given)
        iterators = [one for one in given if isinstance(one, LazyItems)]
        if iterators:
            for one in iterators:
                self._see(one, why)
            self.machine.forget_reached(iterators, why)

    def _see(self, generator: LazyItems, why: Unknown) -> None:
        """See what a generator makes and calls as it is used up; what it changes is forgotten."""
        if not generator.is_generator or generator.lost is not None:
            return
        trying = self.machine.trying
        try:
            with self.machine.sharing():
                self.machine.alternatives.glance(partial(deque, generator.source, 0), why)
        except (TooLong, TooLarge):
            self.machine.trying = trying

    def called(self, name: str, values: Iterable[Value], why: Unknown) -> None:
        """``unknown.name(*values)`` was called, or without a name ``unknown(*values)``."""
        self.give(values, why)
        if name and not self._may_change(name):
            return
        changed: list[Value] = []
        if name in _LIST_CHANGES:
            changed += self._reached(list)
        if name in _MAPPING_CHANGES:
            changed += self._reached(dict)
        if name in _SET_CHANGES:
            changed += self._reached(set)
        if not name:
            changed += [*self._reached(FunctionValue), *self._reached(ClassValue)]
        changed += self._methods(name or "__call__")
        self.machine.forget_reached(changed, why)

    def _may_change(self, name: str) -> bool:
        """Whether a method of that name, of Python or of the project, may change anything."""
        return name in _CHANGES or any(name in one.namespace for one in self.machine.classes)

    def _methods(self, name: str) -> list[Value]:
        """The methods ``name`` of the objects that have escaped."""
        self._look()
        found: list[Value] = []
        for made in self._instances.values():
            cls = made[0].callee
            held = cls.lookup(name) if isinstance(cls, ClassValue) else None
            if held is not None and isinstance(held[1], FunctionValue):
                found += [BoundMethod(one, held[1]) for one in made]
        return found

    def changed(self, values: Iterable[Value], why: Unknown) -> None:
        """An item of something unknown was set, or deleted, or it was changed in place."""
        self.add(values)
        for one in [*self._reached(list), *self._reached(dict), *self._reached(set)]:
            self.machine.lose(one, why)
        self.machine.forget_reached([one for one in self._reached(Instance) if _changes_itself(one)], why)

    def attribute_set(self, name: str, values: Iterable[Value], why: Unknown) -> None:
        """``unknown.name = value``."""
        self.add(values)
        for one in self._reached(Instance):
            if isinstance(one.callee, ClassValue) and not is_forgotten(one.attributes.get(name)):
                self.machine.journal.touch(one.attributes)
                one.attributes[name] = Argument(why, one.place, one.place)
        for cls in self._reached(ClassValue):
            if type(cls.namespace.get(name)) is not Unknown:
                self.machine.journal.touch(cls.namespace)
                cls.namespace[name] = why

    def _reached(self, kind: type) -> list[Any]:
        """The objects of a kind that have escaped, with all that can be reached from them."""
        self._look()
        found = self._by_kind[kind]
        # Looking at an object takes far less than a step.
        self.machine.charge(1 + (len(found) >> 4))
        return list(found)

    def _look(self) -> None:
        while self._waiting:
            _, one = self._waiting.popitem()
            self.machine.charge()
            match one:
                case list() | set():
                    self.add(one)
                case PlacedDict():
                    self.add(one.values())
                case Instance():
                    self.add(one.attributes.values())
                case FunctionValue():
                    self.add(one.defaults.values())
                case _:
                    pass
