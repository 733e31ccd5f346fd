"""``copy``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.native_values import Deque, Record
from crewprof.python.values import (
    Argument,
    ClassValue,
    Instance,
    PlacedDict,
    Value,
)

if TYPE_CHECKING:
    from crewprof.python.given import Given
    from crewprof.python.machine import Machine


class Copying:
    """Copies values for a machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def copy(self, given: Given) -> Value:
        """``copy.copy(…)``."""
        value = given.value(0, "x")
        if isinstance(value, list | set | dict):
            made = value.copy()
            self.machine.journal.bear(made)
            return made
        if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
            return self._copied_instance(value, {})
        return value

    def deepcopy(self, given: Given) -> Value:
        """``copy.deepcopy(…)``."""
        return self.copied(given.value(0, "x"), {}, given)

    def copied(self, value: Value, seen: dict[int, Value], given: Given) -> Value:
        """A copy at every depth."""
        self.machine.charge()
        if id(value) in seen:
            return seen[id(value)]
        made: Value = value
        if isinstance(value, list):
            made = seen[id(value)] = items = Deque.of([], value.limit) if isinstance(value, Deque) else []
            items.extend(self.copied(one, seen, given) for one in value)
        elif isinstance(value, PlacedDict):
            made = seen[id(value)] = mapping = PlacedDict({}, value.written)
            mapping.rest, mapping.kind, mapping.factory = value.rest, value.kind, value.factory
            mapping.update({key: self.copied(one, seen, given) for key, one in value.items()})
        elif isinstance(value, tuple):
            parts = [self.copied(one, seen, given) for one in value]
            made = value.with_items(parts) if isinstance(value, Record) else tuple(parts)
        elif isinstance(value, set):
            made = set(value)
        elif (
            isinstance(value, Instance) and isinstance(value.callee, ClassValue) and not value.callee.members
        ):
            made = self._copied_instance(value, seen)
            for name, argument in value.attributes.items():
                copied = self.copied(argument.value, seen, given)
                made.attributes[name] = Argument(copied, argument.place, argument.key_place, argument.items)
        if made is not value:
            self.machine.journal.bear(made)
        return made

    def _copied_instance(self, value: Instance, seen: dict[int, Value]) -> Instance:
        made = Instance(value.callee, value.place, value.arguments, value.keywords, dict(value.attributes))
        self.machine.journal.bear(made.attributes)
        seen[id(value)] = made
        return made
