"""Methods of mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.operations.hashing import is_key
from crewprof.python.uncertain import FromEnvironment, UnknownItems
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.given import Given
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.outcomes import Outcomes
    from crewprof.python.values import Value


class MethodsOfMappings:
    """Calls methods of mappings for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, outcomes: Outcomes) -> None:
        self.machine = machine
        self.iteration = iteration
        self.outcomes = outcomes
        self.methods: Mapping[str, Callable[[PlacedDict, Given], Value]] = {
            "get": self.get,
            "pop": self.pop_key,
            "popitem": self.pop_item,
            "setdefault": self.setdefault,
            "update": self.update,
            "clear": outcomes.clear,
            "copy": outcomes.copy,
        }

    def call(self, receiver: PlacedDict, name: str, given: Given) -> Value:
        """The methods whose arguments are keys and values."""
        return self.methods[name](receiver, given)

    def get(self, mapping: PlacedDict, given: Given) -> Value:
        """``mapping.get(…)``."""
        if not given.values or given.keywords:
            return self.machine.unsure(given.site)
        key, default = given.values[0], given.value(1, "", None)
        if isinstance(key, FromEnvironment) and operators.as_key(key.value):
            held = [*mapping.values(), default]
            if not any(isinstance(one, list | dict | set) for one in held):
                return self.machine.marked(key, lambda: mapping.get(key.value, default), given.site)
        if not is_key(self.machine, key, given.site):
            return self.machine.unsure(given.site)
        if key in mapping:
            return mapping[key]
        return default if mapping.rest is None else self.machine.unsure(given.site)

    def view(self, mapping: PlacedDict, name: str, given: Given) -> Value:
        """``mapping.keys()``, ``.values()``, ``.items()``."""
        if given.values:
            raise raised(given.site, TypeError(f"dict.{name}() takes no arguments"))
        return DictView(name, mapping)  # type: ignore[arg-type]

    def pop_key(self, mapping: PlacedDict, given: Given) -> Value:
        """``mapping.pop(…)``."""
        values = given.values
        is_empty = not mapping and mapping.rest is None
        if not values or len(values) > 2 or not (is_empty or is_key(self.machine, values[0], given.site)):
            return self.outcomes.forget(mapping, given)
        if is_empty:
            # Nothing is hashed.
            if len(values) == 2:
                return values[1]
            raise raised(given.site, KeyError(values[0]))
        if values[0] in mapping:
            self.machine.journal.touch(mapping)
            mapping.written.pop(values[0], None)
            return mapping.pop(values[0])
        if mapping.rest is not None:
            return self.machine.unsure(given.site)
        if len(values) == 2:
            return values[1]
        raise raised(given.site, KeyError(values[0]))

    def pop_item(self, mapping: PlacedDict, given: Given) -> Value:
        """``mapping.popitem()``."""
        if mapping.rest is not None:
            return self.outcomes.forget(mapping, given)
        self.machine.journal.touch(mapping)
        return computed(given.site, mapping.popitem)

    def setdefault(self, mapping: PlacedDict, given: Given) -> Value:
        """``mapping.setdefault(…)``."""
        if not given.values or not is_key(self.machine, given.values[0], given.site):
            return self.outcomes.forget(mapping, given)
        key = given.values[0]
        if key in mapping:
            return mapping[key]
        if mapping.rest is not None:
            return self.outcomes.forget(mapping, given)
        self.machine.journal.touch(mapping)
        self.machine.grow(len(mapping) + 1)
        mapping[key] = given.value(1, "", None)
        return mapping[key]

    def update(self, mapping: PlacedDict, given: Given) -> Value:
        """``mapping.update(…)``."""
        self.machine.journal.touch(mapping)
        for one in given.arguments:
            self._update_from(mapping, one.value, given)
        for key, argument in given.keywords.items():
            mapping.put(key, argument.value, argument.written())
        self.machine.grow(len(mapping))
        return None

    def _update_from(self, mapping: PlacedDict, other: Value, given: Given) -> None:
        if isinstance(other, PlacedDict):
            if other.rest is not None:
                self.outcomes.forget(mapping, given)
            mapping.add_all(dict(other) if other is mapping else other)
            return
        for pair in self.iteration.items(other, given.site):
            self.machine.grow(len(mapping))
            if isinstance(pair, int | float | None):
                raise raised(given.site, TypeError("cannot convert dictionary update sequence"))
            items = [pair] if isinstance(pair, Unknown) else self.iteration.listed(pair, given.site)
            if any(isinstance(one, UnknownItems) for one in items) or isinstance(pair, Unknown):
                self.outcomes.forget(mapping, given)
            elif len(items) != 2:
                raise raised(given.site, ValueError("cannot convert dictionary update sequence"))
            elif is_key(self.machine, items[0], given.site):
                self.machine.journal.touch(mapping)
                mapping.put(items[0], items[1], None)
            else:
                self.outcomes.forget(mapping, given)
