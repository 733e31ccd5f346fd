"""Python's own functions on what can be iterated over: ``len``, ``zip``, ``sorted``, ``sum`` and the like."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.exceptions import catches, computed, raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Raised
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.operations.ordering import extreme, sort_order
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText, UnknownItems, has_rest
from crewprof.python.values import ClassValue, External, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing


class FunctionsOnIterables:
    """Computes functions on iterables for a machine."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, arithmetic: Arithmetic
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.arithmetic = arithmetic

    def call_len(self, given: Given) -> Value:
        """``len(…)``."""
        value = given.first()
        match value:
            case Instance():
                return self.comparing.special(value, "len", [], given.site)
            case OneOf():
                return self.machine.of_each(value, lambda one: self._length(one, given), given.site)
            case FromEnvironment() if isinstance(value.value, str):
                return self.machine.marked(
                    value, lambda: self._length(value.value, given), given.site, may_raise=False
                )
            case _:
                return self._length(value, given)

    def _length(self, value: Value, given: Given) -> Value:
        if isinstance(value, DictView):
            value = value.mapping
        if (
            isinstance(value, PartialText | FromEnvironment | Unknown)
            or getattr(value, "rest", None) is not None
        ):
            return self.machine.unsure(given.site)
        if isinstance(value, list | tuple | set | frozenset) and has_rest(value):
            return self.machine.unsure(given.site)
        if isinstance(value, ClassValue) and value.members:
            return len(dict.fromkeys(value.members.values()))
        if operators.is_object(value):
            return self.machine.unsure(given.site)
        return computed(given.site, len, value)

    def call_iter(self, given: Given) -> Value:
        """``iter(…)``."""
        value = given.first()
        if isinstance(value, LazyItems) or len(given.values) > 1:
            return value if len(given.values) == 1 else self.machine.unsure(given.site)
        if isinstance(value, Instance):
            return self._iterated(value, given)
        return self.iteration.lazily(self.iteration.items(value, given.site), [value])

    def _iterated(self, value: Instance, given: Given) -> Value:
        found = value.callee.lookup("__iter__") if isinstance(value.callee, ClassValue) else None
        if found is None or not isinstance(found[1], FunctionValue):
            return self.machine.unsure(given.site)
        made = self.comparing.special(value, "iter", [], given.site)
        if isinstance(made, LazyItems | Instance):
            return made
        return self.machine.unsure(given.site)

    def call_next(self, given: Given) -> Value:
        """``next(…)``."""
        value = given.first()
        level = len(self.machine.journal.layers)
        try:
            return self.iteration.next_of(value, given.site)
        except Raised as error:
            is_stop = catches(External("builtins.StopIteration"), error.value)
            if len(given.values) > 1 and is_stop and len(self.machine.journal.layers) == level:
                return given.values[1]
            raise

    def call_enumerate(self, given: Given) -> Value:
        """``enumerate(…)``."""
        start = given.value(1, "start", 0)
        if not isinstance(start, int):
            return self.machine.unsure(given.site)
        items = self.iteration.items(given.value(0, "iterable"), given.site)
        return self.iteration.lazily(_enumerated(items, start), given.values)

    def call_zip(self, given: Given) -> Value:
        """``zip(…)``."""
        strict = self.comparing.truth(given.named.get("strict", False), given.site)
        if set(given.named) - {"strict"} or strict is None:
            return self.machine.unsure(given.site)
        sources = [self.iteration.items(one, given.site) for one in given.values]
        if strict:
            rows = [self.iteration.listed(one, given.site) for one in given.values]
            if any(isinstance(one, UnknownItems) for row in rows for one in row):
                return self.machine.unsure(given.site)
            if len({len(row) for row in rows}) > 1:
                # Python raises only where the shortest ends.
                return self.machine.unsure(given.site)
            sources = [iter(row) for row in rows]
        return self.iteration.lazily(_zipped(sources), given.values)

    def call_map(self, given: Given) -> Value:
        """``map(…)``."""
        function = given.first()
        sources = [self.iteration.items(one, given.site) for one in given.values[1:]]
        return self.iteration.lazily(self._mapped(function, sources, given), given.values)

    def _mapped(self, function: Value, sources: list[Iterator[Value]], given: Given) -> Iterator[Value]:
        for row in _zipped(sources):
            if isinstance(row, UnknownItems):
                values = [given.site.unknown()] * len(sources)
                once = partial(self.machine.run, function, values, given.site)
                self.machine.repeat(once, given.site.unknown())
                yield row
                return
            yield self.machine.run(function, list(row), given.site)  # type: ignore[call-overload]

    def call_filter(self, given: Given) -> Value:
        """``filter(…)``."""
        function, items = given.value(0, ""), self.iteration.items(given.value(1, ""), given.site)
        return self.iteration.lazily(self._filtered(function, items, given), given.values)

    def _filtered(self, function: Value, items: Iterator[Value], given: Given) -> Iterator[Value]:
        for one in items:
            if isinstance(one, UnknownItems):
                if function is not None:
                    unknown = given.site.unknown()
                    self.machine.repeat(partial(self.machine.run, function, [unknown], given.site), unknown)
                yield one
                continue
            verdict = one if function is None else self.machine.run(function, [one], given.site)
            known = self.comparing.truth(verdict, given.site)
            if known is None:
                unknown = given.site.unknown()
                yield UnknownItems(unknown.reason, unknown.place)
            elif known:
                yield one

    def call_reversed(self, given: Given) -> Value:
        """``reversed(…)``."""
        value = given.first()
        if isinstance(value, Instance):
            return self.comparing.special(value, "reversed", [], given.site)
        if isinstance(value, PlacedDict | DictView):
            value = self.iteration.listed(value, given.site)
        if not isinstance(value, list | tuple | str | range) or isinstance(value, PartialText):
            if isinstance(value, set | frozenset | int | float):
                raise raised(given.site, TypeError(f"'{type(value).__name__}' object is not reversible"))
            return self.machine.unsure(given.site)
        if isinstance(value, list):
            return self.iteration.lazily(_backwards(value), [value])
        return self.iteration.lazily(iter(list(value)[::-1]))

    def call_sorted(self, given: Given) -> Value:
        """``sorted(…)``."""
        value = given.first()
        items = self.iteration.unordered(given.values[0], given.site)
        # Items of a set that are equal by their key come in an unknown order.
        if isinstance(value, set | frozenset) and self._depends_on_order(value, given):
            return self.machine.unsure(given.site)
        order = sort_order(self.machine, self.comparing, items, given)
        if order is None:
            return self.machine.unsure(given.site)
        self.machine.journal.bear(order)
        return order

    def call_min(self, given: Given) -> Value:
        """``min(…)``."""
        return self._extreme(given, largest=False)

    def call_max(self, given: Given) -> Value:
        """``max(…)``."""
        return self._extreme(given, largest=True)

    def _extreme(self, given: Given, *, largest: bool) -> Value:
        value = given.first()
        if set(given.named) - {"key", "default"}:
            return self.machine.unsure(given.site)
        if len(given.values) > 1:
            items = iter(given.values)
        elif isinstance(value, set | frozenset):
            if self._depends_on_order(value, given):
                return self.machine.unsure(given.site)
            items = iter(value)
        else:
            items = self.iteration.items(value, given.site)
        found = extreme(self.machine, self.comparing, items, given, largest=largest)
        if found is not None:
            return found[0]
        if "default" in given.keywords:
            return given.named["default"]
        raise raised(given.site, ValueError(f"{'max' if largest else 'min'}() arg is an empty sequence"))

    def _depends_on_order(self, items: set[Value] | frozenset[Value], given: Given) -> bool:
        """Whether the project's code is asked about the items of a set, in an unknown order."""
        if len(items) < 2 or not ("key" in given.keywords or any(isinstance(one, Instance) for one in items)):
            return False
        why = given.site.unknown()
        self.machine.forget_reached((*items, given.named.get("key")), why)
        return True

    def call_sum(self, given: Given) -> Value:
        """``sum(…)``."""
        value = given.first()
        total = given.value(1, "start", 0)
        if isinstance(total, str):
            raise raised(given.site, TypeError("sum() can't sum strings [use ''.join(seq) instead]"))
        items: Iterator[Value]
        if isinstance(value, set | frozenset):
            if len(value) > 1 and not all(isinstance(one, int) for one in (*value, total)):
                return self.machine.unsure(given.site)
            items = iter(value)
        else:
            items = self.iteration.items(value, given.site)
        for one in items:
            self.machine.charge()
            more = self.machine.unsure(given.site) if isinstance(one, UnknownItems) else one
            total = self.arithmetic.binary(ast.Add(), total, more, given.site)
        return total

    def call_any(self, given: Given) -> Value:
        """``any(…)``."""
        return self._quantified(given, wanted=True)

    def call_all(self, given: Given) -> Value:
        """``all(…)``."""
        return self._quantified(given, wanted=False)

    def _quantified(self, given: Given, *, wanted: bool) -> Value:
        value = given.first()
        items = iter(value) if isinstance(value, set | frozenset) else self.iteration.items(value, given.site)
        is_sure = True
        for one in items:
            self.machine.charge()
            known = None if isinstance(one, UnknownItems) else self.comparing.truth(one, given.site)
            if known is wanted:
                return wanted if is_sure else given.site.unknown()
            is_sure = is_sure and known is not None
            if not is_sure and isinstance(value, LazyItems):
                # Where it stops is not known: what is left of it is not, either.
                value.lost = given.site.unknown()
                self.iteration.is_lost(value, given.site)
                return given.site.unknown()
        return (not wanted) if is_sure else given.site.unknown()


def _enumerated(items: Iterator[Value], start: int) -> Iterator[Value]:
    for one in items:
        if isinstance(one, UnknownItems):
            # Numbers after a stretch of unknown length are not known.
            yield one
            return
        yield start, one
        start += 1


def _zipped(sources: list[Iterator[Value]]) -> Iterator[Value]:
    while sources:
        row: list[Value] = []
        for one in sources:
            item = next(one, NOT_KNOWN)
            if item is NOT_KNOWN:
                return
            row.append(item)
        rest = next((one for one in row if isinstance(one, UnknownItems)), None)
        if rest is not None:
            yield rest
            return
        yield tuple(row)


def _backwards(items: list[Value]) -> Iterator[Value]:
    """The items from the last one on; it ends where the list has become shorter than that, as in Python."""
    at = len(items)
    while at:
        at -= 1
        if at >= len(items):
            return
        yield items[at]
