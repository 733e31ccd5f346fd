"""``copy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.mappings import PlacedDict
from crewprof.python.native_values import Deque, Record
from crewprof.python.values import Argument, ClassValue, Instance, Value

if TYPE_CHECKING:
    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.source.unknown import Unknown

_REDUCING: Final = ("reduce", "reduce_ex", "getstate", "setstate", "getnewargs", "getnewargs_ex")


class Copying:
    """Copies values for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing) -> None:
        self.machine = machine
        self.comparing = comparing

    def copy(self, given: Given) -> Value:
        """``copy.copy(…)``."""
        value = given.value(0, "x")
        if isinstance(value, list | set | dict):
            made = value.copy()
            self.machine.journal.bear(made)
            return made
        if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
            if self.comparing.special_method(value, "copy") is not None:
                return self.comparing.special(value, "copy", [], given.site)
            return self._unfollowed(value, given) or self._copied_instance(value, {})
        return value

    def _unfollowed(self, value: Instance, given: Given) -> Unknown | None:
        """That a copy is not known, of an object that says how it is reduced to data."""
        own = [self.comparing.special_method(value, name) for name in _REDUCING]
        if not any(own):
            return None
        unknown = self.machine.unsure(given.site)
        self.machine.forget_reached(own, unknown)
        return unknown

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
            if self.comparing.special_method(value, "deepcopy") is not None:
                made = self.comparing.special(value, "deepcopy", [PlacedDict()], given.site)
                seen[id(value)] = made
                return made
            unknown = self._unfollowed(value, given)
            if unknown is not None:
                return unknown
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
