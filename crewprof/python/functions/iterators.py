"""``itertools`` on values of which some may be unknown: one table from name to what computes it."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python.exceptions import raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import TooLarge
from crewprof.python.operators import SIZE_LIMIT
from crewprof.python.uncertain import UnknownItems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.values import External, Value

_ARRANGEMENTS: Final[Mapping[str, Callable[..., Iterator[Any]]]] = {
    "product": itertools.product,
    "permutations": itertools.permutations,
    "combinations": itertools.combinations,
    "combinations_with_replacement": itertools.combinations_with_replacement,
}
"""What Python itself arranges, whatever the items are."""


class Iterators:
    """Computes calls of ``itertools`` for a machine."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, arithmetic: Arithmetic
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.arithmetic = arithmetic

    def call(self, name: str, given: Given) -> Value:
        """The iterator; ``NOT_KNOWN`` for a function that is not in the table."""
        if name in _ARRANGEMENTS:
            return self._arranged(name, given)
        function = _FUNCTIONS.get(name)
        if function is None:
            return NOT_KNOWN
        items = function(self, given)
        if items is None:
            return self.machine.unsure(given.site)
        if isinstance(items, tuple):
            return items
        return self.iteration.lazily(items, [*given.values, *given.named.values()])

    def _arranged(self, name: str, given: Given) -> Value:
        numbers = given.values[1:] if name != "product" else []
        sources = given.values[:1] if name != "product" else given.values
        pools = [self.iteration.listed(one, given.site) for one in sources]
        named = given.named
        is_plain = all(isinstance(one, int | None) for one in [*numbers, *named.values()])
        if not is_plain or any(isinstance(one, UnknownItems) for pool in pools for one in pool):
            return self.machine.unsure(given.site)
        if sum(map(len, pools)) * int(named.get("repeat") or 1) > SIZE_LIMIT:  # type: ignore[call-overload]
            raise TooLarge
        made = _ARRANGEMENTS[name](*pools, *numbers, **named)
        return self.iteration.lazily(self._charged(made))

    def _charged(self, items: Iterator[Value]) -> Iterator[Value]:
        for one in items:
            self.machine.charge()
            yield one

    def _source(self, given: Given, position: int, name: str = "") -> Iterator[Value]:
        return self.iteration.items(given.value(position, name), given.site)

    def _chain(self, given: Given) -> Iterator[Value]:
        return self._chained(iter(given.values), given)

    def _chained(self, values: Iterator[Value], given: Given) -> Iterator[Value]:
        for one in values:
            if isinstance(one, UnknownItems):
                yield one
            else:
                yield from self.iteration.items(one, given.site)

    def _chain_from(self, given: Given) -> Iterator[Value]:
        return self._chained(self._source(given, 0), given)

    def _islice(self, given: Given) -> Iterator[Value] | None:
        bounds = given.values[1:]
        if not bounds or not all(one is None or isinstance(one, int) for one in bounds):
            return None
        if any(isinstance(one, int) and one < 0 for one in bounds) or bounds[2:] == [0]:
            raise raised(given.site, ValueError("Indices for islice() must be None or an integer >= 0"))
        cut: Any = slice(*bounds)
        return self._cut(self._source(given, 0), cut.start or 0, cut.stop, cut.step or 1)

    def _cut(self, items: Iterator[Value], start: int, stop: int | None, step: int) -> Iterator[Value]:
        wanted, at = start, 0
        while stop is None or at < stop:
            self.machine.charge()
            one = next(items, NOT_KNOWN)
            if one is NOT_KNOWN:
                return
            if isinstance(one, UnknownItems):
                yield one
                return
            if at == wanted:
                yield one
                wanted += step
            at += 1
            if stop is not None and wanted >= stop:
                # Python takes what it skips at the end, too.
                for _ in range(stop - at):
                    next(items, None)
                return

    def _count(self, given: Given) -> Iterator[Value] | None:
        start, step = given.value(0, "start", 0), given.value(1, "step", 1)
        if not isinstance(start, int | float) or not isinstance(step, int | float):
            return None
        return self._charged(itertools.count(start, step))

    def _repeat(self, given: Given) -> Iterator[Value] | None:
        times = given.value(1, "times", None)
        if times is None:
            return self._charged(itertools.repeat(given.value(0, "object")))
        return itertools.repeat(given.value(0, "object"), times) if isinstance(times, int) else None

    def _cycle(self, given: Given) -> Iterator[Value]:
        held: list[Value] = []
        for one in self._source(given, 0):
            held.append(one)
            yield one
            if isinstance(one, UnknownItems):
                return
        while held:
            yield from self._charged(iter(held))

    def _accumulate(self, given: Given) -> Iterator[Value]:
        function, total = given.value(1, "func"), given.value(2, "initial", NOT_KNOWN)
        if given.value(2, "initial") is None:
            total = NOT_KNOWN
        if total is not NOT_KNOWN:
            yield total
        for one in self._source(given, 0):
            if isinstance(one, UnknownItems):
                yield one
                return
            if total is NOT_KNOWN:
                total = one
            elif function is None:
                total = self.arithmetic.binary(ast.Add(), total, one, given.site)
            else:
                total = self.machine.run(function, [total, one], given.site)
            yield total

    def _chosen(self, given: Given, item: Value) -> bool | None:
        function = given.value(0, "")
        if isinstance(item, UnknownItems):
            return None
        verdict = item if function is None else self.machine.run(function, [item], given.site)
        return self.comparing.truth(verdict, given.site)

    def _unknown(self, given: Given) -> UnknownItems:
        unknown = given.site.unknown()
        return UnknownItems(unknown.reason, unknown.place)

    def _takewhile(self, given: Given) -> Iterator[Value]:
        for one in self._source(given, 1):
            known = self._chosen(given, one)
            if known is None:
                yield self._unknown(given)
            if not known:
                return
            yield one

    def _dropwhile(self, given: Given) -> Iterator[Value]:
        items = self._source(given, 1)
        for one in items:
            known = self._chosen(given, one)
            if known is None:
                yield self._unknown(given)
                return
            if not known:
                yield one
                break
        yield from items

    def _filterfalse(self, given: Given) -> Iterator[Value]:
        for one in self._source(given, 1):
            known = self._chosen(given, one)
            if known is None:
                yield self._unknown(given)
            elif not known:
                yield one

    def _starmap(self, given: Given) -> Iterator[Value]:
        for one in self._source(given, 1):
            row = [one] if isinstance(one, UnknownItems) else self.iteration.listed(one, given.site)
            if any(isinstance(item, UnknownItems) for item in row):
                unknown = self._unknown(given)
                self.machine.forget_reached([given.value(0, "")], unknown)
                yield unknown
                return
            yield self.machine.run(given.value(0, ""), row, given.site)

    def _compress(self, given: Given) -> Iterator[Value]:
        for one, chosen in zip(self._source(given, 0), self._source(given, 1), strict=False):
            known = None
            if not isinstance(one, UnknownItems) and not isinstance(chosen, UnknownItems):
                known = self.comparing.truth(chosen, given.site)
            if known is None:
                yield self._unknown(given)
                return
            if known:
                yield one

    def _groupby(self, given: Given) -> Iterator[Value]:
        key = given.value(1, "key")
        group: list[Value] = []
        current: Value = NOT_KNOWN
        for one in self._source(given, 0):
            made = one
            if not isinstance(one, UnknownItems) and key is not None:
                made = self.machine.run(key, [one], given.site)
            same = None
            if not isinstance(one, UnknownItems):
                same = current is not NOT_KNOWN and self.comparing.equal(current, made, given.site)
            if same is None:
                yield self._unknown(given)
                return
            if not same and current is not NOT_KNOWN:
                yield current, self.iteration.lazily(iter(group))
                # A group that is not used before the next one is asked for is empty.
                group.clear()
            if not same:
                current, group = made, []
            group.append(one)
        if current is not NOT_KNOWN:
            yield current, self.iteration.lazily(iter(group))

    def _zip_longest(self, given: Given) -> Iterator[Value]:
        rows = [self.iteration.listed(one, given.site) for one in given.values]
        for row in itertools.zip_longest(*rows, fillvalue=given.named.get("fillvalue")):
            rest = next((one for one in row if isinstance(one, UnknownItems)), None)
            yield row if rest is None else rest
            if rest is not None:
                return

    def _pairwise(self, given: Given) -> Iterator[Value]:
        before: Value = NOT_KNOWN
        for one in self._source(given, 0):
            if isinstance(one, UnknownItems):
                yield one
                return
            if before is not NOT_KNOWN:
                yield before, one
            before = one

    def _tee(self, given: Given) -> Any:
        count = given.value(1, "n", 2)
        if not isinstance(count, int) or isinstance(given.value(0, ""), LazyItems) or count > 100:
            # Where the original goes on is seen by the copies.
            return None
        return tuple(self.iteration.lazily(self._source(given, 0)) for _ in range(count))


_Function: TypeAlias = "Callable[[Iterators, Given], Any]"

_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "accumulate": Iterators._accumulate,
    "chain": Iterators._chain,
    "from_iterable": Iterators._chain_from,
    "compress": Iterators._compress,
    "count": Iterators._count,
    "cycle": Iterators._cycle,
    "dropwhile": Iterators._dropwhile,
    "filterfalse": Iterators._filterfalse,
    "groupby": Iterators._groupby,
    "islice": Iterators._islice,
    "pairwise": Iterators._pairwise,
    "repeat": Iterators._repeat,
    "starmap": Iterators._starmap,
    "takewhile": Iterators._takewhile,
    "tee": Iterators._tee,
    "zip_longest": Iterators._zip_longest,
}


def of_itertools(callee: External) -> str | None:
    """The name of a function of ``itertools``."""
    if callee.dotted == "itertools.chain.from_iterable":
        return "from_iterable"
    return callee.name if callee.dotted == f"itertools.{callee.name}" else None
