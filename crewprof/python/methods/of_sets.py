"""Methods of sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.operations.hashing import is_key
from crewprof.python.uncertain import UnknownItems, has_rest

if TYPE_CHECKING:
    from crewprof.python.given import Given
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.outcomes import Outcomes
    from crewprof.python.values import Value


class MethodsOfSets:
    """Calls methods of sets for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, outcomes: Outcomes) -> None:
        self.machine = machine
        self.iteration = iteration
        self.outcomes = outcomes

    def add(self, items: set[Value], _name: str, given: Given) -> Value:
        """``items.add(…)``."""
        if len(given.values) != 1:
            raise raised(given.site, TypeError("set.add() takes exactly one argument"))
        item = given.values[0]
        self.machine.journal.touch(items)
        self.machine.grow(len(items) + 1)
        if is_key(self.machine, item, given.site):
            items.add(item)
        else:
            unknown = self.machine.unsure(given.site)
            items.add(UnknownItems(unknown.reason, unknown.place))
        return None

    def discard(self, items: set[Value], name: str, given: Given) -> Value:
        """``items.discard(…)``, ``items.remove(…)``."""
        if len(given.values) != 1:
            return self.outcomes.forget(items, given)
        item = given.values[0]
        # Python looks for the frozen set where it is given a set.
        item = frozenset(item) if isinstance(item, set) else item
        if not is_key(self.machine, item, given.site):
            return self.outcomes.forget(items, given)
        if item in items:
            self.machine.journal.touch(items)
            items.discard(item)
        elif has_rest(items):
            return self.machine.unsure(given.site)
        elif name == "remove":
            raise raised(given.site, KeyError(item))
        return None

    def pop_any(self, items: set[Value], _name: str, given: Given) -> Value:
        """``items.pop()``."""
        if not items:
            raise raised(given.site, KeyError("pop from an empty set"))
        if len(items) == 1 and not has_rest(items):
            self.machine.journal.touch(items)
            return items.pop()
        return self.outcomes.forget(items, given)

    def algebra(self, items: Any, name: str, given: Given) -> Value:
        """Methods that make a set, or compare two."""
        others = [self._items(one, given) for one in given.values]
        if has_rest(items) or any(not all(map(operators.as_key, one)) for one in others) or given.keywords:
            return self.machine.unsure(given.site)
        return self.outcomes.owned(computed(given.site, getattr(items, name), *others))

    def change(self, items: set[Value], name: str, given: Given) -> Value:
        """``items.update(…)`` and the like."""
        if name == "update" and not given.keywords:
            for one in given.values:
                self._add_all(items, one, given)
            return None
        others = [self._items(one, given) for one in given.values]
        if has_rest(items) or any(not all(map(operators.as_key, one)) for one in others) or given.keywords:
            return self.outcomes.forget(items, given)
        self.machine.journal.touch(items)
        computed(given.site, getattr(items, name), *others)
        self.machine.grow(len(items))
        return None

    def _add_all(self, items: set[Value], value: Value, given: Given) -> None:
        """Each item is hashed before the next is asked for."""
        is_set = isinstance(value, set | frozenset)
        for one in list(value) if is_set else self.iteration.items(value, given.site):  # type: ignore[call-overload]
            self.machine.grow(len(items))
            if isinstance(one, UnknownItems) or is_key(self.machine, one, given.site):
                self.machine.journal.touch(items)
                items.add(one)
            else:
                self.outcomes.forget(items, given)

    def _items(self, value: Value, given: Given) -> list[Value]:
        """All items, of which the order does not matter."""
        return list(value) if isinstance(value, set | frozenset) else self.iteration.listed(value, given.site)

    def copy(self, receiver: set[Value], _name: str, given: Given) -> Value:
        """``items.copy(…)``."""
        return self.outcomes.copy(receiver, given)

    def clear(self, receiver: set[Value], _name: str, given: Given) -> Value:
        """``items.clear(…)``."""
        return self.outcomes.clear(receiver, given)
