"""Methods of lists, and of tuples."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.native_values import Deque
from crewprof.python.operations.ordering import sort_order
from crewprof.python.uncertain import UnknownItems
from crewprof.python.values import Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.given import Given
    from crewprof.python.iteration import Iteration
    from crewprof.python.leaving import Leaving
    from crewprof.python.machine import Machine
    from crewprof.python.methods.outcomes import Outcomes
    from crewprof.python.operations.comparing import Comparing


class MethodsOfLists:
    """Calls methods of lists for a machine."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, outcomes: Outcomes
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.outcomes = outcomes
        self.methods: Mapping[str, Callable[[list[Value], Given], Value]] = {
            "append": self.append,
            "extend": self.extend,
            "insert": self.insert,
            "remove": self.remove,
            "pop": self.pop,
            "clear": outcomes.clear,
            "index": self.index,
            "count": self.count,
            "sort": self.sort,
            "reverse": self.reverse,
            "copy": outcomes.copy,
        }

    def call(self, receiver: list[Value], name: str, given: Given) -> Value:
        """The methods whose arguments are items and positions."""
        if given.keywords and name != "sort":
            return self.outcomes.lost(receiver, given)
        return self.methods[name](receiver, given)

    def of_tuple(self, receiver: tuple[Value, ...], name: str, given: Given) -> Value:
        """``row.index(…)``, ``row.count(…)``."""
        return self.index(receiver, given) if name == "index" else self.count(receiver, given)

    def append(self, items: list[Value], given: Given) -> Value:
        """``items.append(…)``."""
        if len(given.values) != 1:
            raise raised(given.site, TypeError("list.append() takes exactly one argument"))
        self.machine.journal.touch(items)
        self.machine.grow(len(items) + 1)
        items.append(given.values[0])
        return None

    def extend(self, items: list[Value], given: Given) -> Value:
        """``items.extend(…)``."""
        if len(given.values) != 1:
            raise raised(given.site, TypeError("list.extend() takes exactly one argument"))
        self.iteration.extend(items, given.values[0], given.site)
        return None

    def insert(self, items: list[Value], given: Given) -> Value:
        """``items.insert(…)``."""
        values = given.values
        if len(values) == 2 and isinstance(values[0], int):
            rest = self._first_rest(items)
            if isinstance(items, Deque) and items.limit is not None:
                if rest is not None:
                    return self.outcomes.forget(items, given)
                if len(items) >= items.limit:
                    raise raised(given.site, IndexError("deque already at its maximum size"))
            self.machine.journal.touch(items)
            self.machine.grow(len(items) + 1)
            if rest is None or 0 <= values[0] <= rest:
                items.insert(values[0], values[1])
                return None
        elif len(values) != 2 or operators.is_known(values[0]):
            raise raised(given.site, TypeError("list.insert() takes a number and an item"))
        return self.outcomes.forget(items, given)

    def remove(self, items: list[Value], given: Given) -> Value:
        """``items.remove(…)``."""
        at = self._position(items, given)
        if at is None:
            self.outcomes.forget(items, given)
            return None
        if at < 0:
            raise raised(given.site, ValueError("list.remove(x): x not in list"))
        self.machine.journal.touch(items)
        del items[at]
        return None

    def pop(self, items: list[Value], given: Given) -> Value:
        """``items.pop(…)``."""
        at = given.values[0] if given.values else -1
        rest = self._first_rest(items)
        if not isinstance(at, int) or len(given.values) > 1:
            if operators.is_known(at):
                raise raised(given.site, TypeError("list.pop() takes at most one number"))
            return self.outcomes.forget(items, given)
        if (
            rest is not None
            and not 0 <= at < rest
            and not -(len(items) - 1 - self._last_rest(items)) <= at < 0
        ):
            return self.outcomes.forget(items, given)
        self.machine.journal.touch(items)
        return computed(given.site, items.pop, at)

    def index(self, items: Any, given: Given) -> Value:
        """``items.index(…)``."""
        if len(given.values) != 1:
            return (
                self.outcomes.computed(items, "index", given)
                if operators.is_known(items)
                else self.machine.unsure(given.site)
            )
        at = self._position(list(items), given)
        if at is None:
            return self.machine.unsure(given.site)
        if at < 0:
            kind = type(items).__name__
            text = (
                "tuple.index(x): x not in tuple" if kind == "tuple" else f"{given.values[0]!r} is not in list"
            )
            raise raised(given.site, ValueError(text))
        return at

    def count(self, items: Any, given: Given) -> Value:
        """``items.count(…)``."""
        if len(given.values) != 1:
            return self.machine.unsure(given.site)
        total = 0
        for one in items:
            known = (
                None
                if isinstance(one, UnknownItems)
                else self.comparing.equal(one, given.values[0], given.site)
            )
            if known is None:
                return self.machine.unsure(given.site)
            total += known
        return total

    def sort(self, items: list[Value], given: Given) -> Value:
        """``items.sort(…)``."""

        def partly() -> None:
            self.machine.lose(items, given.site.unknown("how far a list is sorted is not known"))

        if "key" not in given.keywords and not any(isinstance(one, Instance) for one in items):
            self._put_in_order(
                items, sort_order(self.machine, self.comparing, list(items), given, partly), given
            )
            return None
        held = list(items)
        found: dict[str, list[Value] | None] = {}

        def find() -> None:
            order = sort_order(self.machine, self.comparing, held, given, partial(found.update, order=None))
            self.machine.journal.touch(found)
            found["order"] = order

        def put_back(left: Leaving | None) -> None:
            is_changed = bool(items)
            order = held if left is not None and "order" not in found else found["order"]
            self._put_in_order(items, order, given)
            if left is not None:
                raise left
            if is_changed:
                raise raised(given.site, ValueError("list modified during sort"))

        # The project's code, which says what comes first, sees an empty list.
        self.machine.journal.touch(items)
        items.clear()
        self.machine.alternatives.catching(find, put_back, "raise")
        return None

    def _put_in_order(self, items: list[Value], order: list[Value] | None, given: Given) -> None:
        self.machine.journal.touch(items)
        if order is None:
            self.outcomes.forget(items, given)
        else:
            items[:] = order

    def reverse(self, items: list[Value], given: Given) -> Value:
        """``items.reverse(…)``."""
        self.machine.journal.touch(items)
        items.reverse()
        return None if not given.values else self.outcomes.forget(items, given)

    def _position(self, items: list[Value], given: Given, start: int = 0) -> int | None:
        """Where an item stands first; -1 when it does not, ``None`` when that is not known."""
        if not given.values:
            return None
        for at in range(start, len(items)):
            one, item = items[at], given.values[0]
            if isinstance(one, UnknownItems):
                return None
            same = one is item and not isinstance(one, Unknown)
            verdict = True if same else self.comparing.equal(one, item, given.site)
            if verdict is None:
                return None
            if verdict:
                return at
        return -1

    @staticmethod
    def _first_rest(items: list[Value]) -> int | None:
        return next((at for at, one in enumerate(items) if isinstance(one, UnknownItems)), None)

    @staticmethod
    def _last_rest(items: list[Value]) -> int:
        return max(at for at, one in enumerate(items) if isinstance(one, UnknownItems))
