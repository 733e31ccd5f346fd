"""Iterating over values of a project's Python."""

from __future__ import annotations

import inspect
from types import GeneratorType
from typing import TYPE_CHECKING, Final

from crewprof.python.exceptions import computed, raised
from crewprof.python.joining import OPTIONS
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Raised
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.operators import foreign_bases
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText, UnknownItems, usual_items, usual_of
from crewprof.python.values import BoundMethod, ClassValue, External, FunctionValue, Instance, Value
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.site import Site

_PRIVATE: Final = 1 << 60
"""The layer of an iterator that nobody else can see: advancing it changes nothing for another path."""


class Iteration:
    """Iterates for a machine. Where items are not known, an :class:`UnknownItems` stands for them."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._made = 0

    def lazily(
        self, source: Iterator[Value], reached: Sequence[Value] = (), *, is_generator: bool = False
    ) -> LazyItems:
        """An iterator over what ``source`` gives; advancing it may change what is ``reached``."""
        self._made += 1
        return LazyItems(
            source, self.machine.journal.newest, is_generator=is_generator, reached=tuple(reached)
        )

    def private(self, find: Callable[[], Value]) -> Value:
        """What an expression stands for; an iterator that it makes is nobody else's."""
        before = self._made
        value = find()
        if isinstance(value, LazyItems) and self._made > before:
            value.layer = _PRIVATE
        return value

    def listed(self, value: Value, site: Site) -> list[Value]:
        """All items."""
        items: list[Value] = []
        for one in self.items(value, site):
            items.append(one)
            self.machine.allocate(1)
            self.machine.grow(len(items))
        return items

    def extend(self, items: list[Value], value: Value, site: Site) -> None:
        """``items.extend(value)``: what an iterator gives is seen in the list one by one."""
        if not isinstance(value, LazyItems | Instance):
            more = self.listed(value, site)
            self.machine.journal.touch(items)
            self.machine.grow(len(items) + len(more))
            items.extend(more)
            return
        for one in self.items(value, site):
            self.machine.journal.touch(items)
            self.machine.allocate(1)
            self.machine.grow(len(items) + 1)
            items.append(one)

    def first(self, value: Value, count: int, site: Site) -> list[Value]:
        """The first ``count`` items, or all where there are fewer; no more are asked for."""
        items: list[Value] = []
        for one in self.items(value, site):
            items.append(one)
            if isinstance(one, UnknownItems) and isinstance(value, LazyItems):
                # How many have been asked for is not known.
                value.lost = site.unknown()
                self.is_lost(value, site)
            if len(items) == count:
                break
        return items

    def unordered(self, value: Value, site: Site) -> list[Value]:
        """The items of ``value``, where their order does not matter."""
        return list(value) if isinstance(value, set | frozenset) else self.listed(value, site)

    def items(self, value: Value, site: Site) -> Iterator[Value]:
        """The items, one after the other; a list is seen as it is when each is asked for."""
        if isinstance(value, FromEnvironment | PartialText | Unknown):
            return iter([self._by_default(value, self._unknown(site))])
        match value:
            case str() | bytes() | tuple() | range():
                return iter(value)
            case list():
                return self._of_list(value)
            case set() | frozenset():
                return self._of_set(value, site)
            case PlacedDict():
                return self._of_mapping(value, "keys", site)
            case DictView() if isinstance(value.mapping, PlacedDict):
                return self._of_mapping(value.mapping, value.kind, site)
            case LazyItems():
                return self._of_lazy(value, site)
            case ClassValue() if value.members:
                return iter(list(dict.fromkeys(value.members.values())))
            case Instance():
                return self._of_instance(value, site)
            case External() | ClassValue() | FunctionValue() | BoundMethod():
                return iter([self._unknown(site)])
            case _:
                return computed(site, iter, value)

    def _unknown(self, site: Site) -> UnknownItems:
        unknown = self.machine.unsure(site, f"what `{site.source}` holds is only known when the crew runs")
        return UnknownItems(unknown.reason, unknown.place)

    @staticmethod
    def _by_default(value: Value, unknown: UnknownItems) -> UnknownItems:
        """The items of a list of which it is only known which it is by default."""
        usual = usual_of(value)
        if isinstance(value, OneOf) and usual is not None and isinstance(usual[0], list | tuple):
            return replace(unknown, variable=value.variable, usual=usual_items(usual[0]))
        return unknown

    @staticmethod
    def _of_list(items: list[Value]) -> Iterator[Value]:
        at, length, seen = 0, len(items), 0
        while True:
            if len(items) != length or at >= len(items):
                length = len(items)
                rests = [one for one in items[:at] if isinstance(one, UnknownItems)]
                if len(rests) > seen:
                    # It changed on the way: where the next item stands is not known.
                    yield rests[-1]
                    return
            if at >= len(items):
                return
            seen += isinstance(items[at], UnknownItems)
            yield items[at]
            at += 1

    def _of_set(self, items: set[Value] | frozenset[Value], site: Site) -> Iterator[Value]:
        held = list(items)
        if len(held) > 1:
            # The order is that of hashes, which differ from run to run.
            why = f"`{site.source}` is a set, whose order differs from run to run"
            place = site.place
            if len(held) > OPTIONS or any(isinstance(one, Unknown) for one in held):
                some: Value = Unknown(why, place)
            else:
                some = OneOf(why, place, tuple(held))
            held = [one if isinstance(one, UnknownItems) else some for one in held]
        return iter(held)

    @staticmethod
    def _of_mapping(mapping: PlacedDict, kind: str, site: Site) -> Iterator[Value]:
        if mapping.rest is not None:
            # There may be others, and which comes first is not known.
            yield UnknownItems(mapping.rest.reason, mapping.rest.place)
            return
        keys = list(mapping)
        for key in keys:
            if len(mapping) != len(keys):
                raise raised(site, RuntimeError("dictionary changed size during iteration"))
            value = mapping.get(key, site.unknown())
            yield key if kind == "keys" else value if kind == "values" else (key, value)
        if len(mapping) != len(keys):
            raise raised(site, RuntimeError("dictionary changed size during iteration"))

    def is_lost(self, value: LazyItems, site: Site) -> bool:
        """Whether what an iterator gives next is not known; what advancing it changes is not, then."""
        if value.lost is None and self.machine.journal.newest > value.layer:
            value.lost = site.unknown("what an iterator gives is only known when the crew runs")
        if value.lost is not None:
            self.machine.forget_reached(value.reached, value.lost)
        return value.lost is not None

    def _of_lazy(self, value: LazyItems, site: Site) -> Generator[Value, Value, Value]:
        sent: Value = None
        while True:
            if self.is_lost(value, site):
                assert value.lost is not None
                yield UnknownItems(value.lost.reason, value.lost.place)
                return value.lost
            try:
                item = next(value.source) if sent is None else self.sent(value, sent, site)
            except StopIteration as stop:
                return stop.value
            sent = yield item

    @staticmethod
    def sent(value: LazyItems, given: Value, site: Site) -> Value:
        """``value.send(given)``; raises StopIteration as it does."""
        assert isinstance(value.source, GeneratorType)
        if inspect.getgeneratorstate(value.source) == inspect.GEN_CREATED:
            raise raised(site, TypeError("can't send non-None value to a just-started generator"))
        return value.source.send(given)

    def _of_instance(self, value: Instance, site: Site) -> Iterator[Value]:
        found = value.callee.lookup("__iter__") if isinstance(value.callee, ClassValue) else None
        if found is None or not isinstance(found[1], FunctionValue):
            cls = value.callee
            if isinstance(cls, ClassValue) and not foreign_bases(cls) and cls.lookup("__getitem__") is None:
                raise raised(site, TypeError(f"'{value.name}' object is not iterable"))
            return iter([self._unknown(site)])
        made = self.machine.invoke(BoundMethod(value, found[1]), [], {}, site)
        if isinstance(made, Instance):
            return self._by_next(made, site)
        return self.items(made, site)

    def _by_next(self, value: Instance, site: Site) -> Iterator[Value]:
        found = value.callee.lookup("__next__") if isinstance(value.callee, ClassValue) else None
        if found is None or not isinstance(found[1], FunctionValue):
            yield self._unknown(site)
            return
        while True:
            self.machine.charge()
            level = len(self.machine.journal.layers)
            try:
                item = self.machine.invoke(BoundMethod(value, found[1]), [], {}, site)
            except Raised as error:
                if len(self.machine.journal.layers) == level and is_stop(error):
                    return
                raise
            yield item

    def next_of(self, value: Value, site: Site, sent: Value = None) -> Value:
        """``next(value)``, or ``value.send(sent)``; raises StopIteration in the project's code."""
        if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
            found = value.callee.lookup("__next__")
            if found is not None and isinstance(found[1], FunctionValue):
                return self.machine.invoke(BoundMethod(value, found[1]), [], {}, site)
        if not isinstance(value, LazyItems):
            if isinstance(value, str | list | tuple | dict | set | int):
                raise raised(site, TypeError(f"'{type(value).__name__}' object is not an iterator"))
            return self.machine.unsure(site)
        if self.is_lost(value, site):
            return self.machine.unsure(site)
        try:
            item = next(value.source) if sent is None else self.sent(value, sent, site)
        except StopIteration as stop:
            raise raised(site, StopIteration(*(() if stop.value is None else (stop.value,)))) from None
        return self.machine.unsure(site) if isinstance(item, UnknownItems) else item

    def close(self, value: LazyItems, site: Site) -> Value:
        """``value.close()`` of a generator."""
        assert isinstance(value.source, GeneratorType)
        if self.is_lost(value, site):
            return self.machine.unsure(site)
        if inspect.getgeneratorstate(value.source) == inspect.GEN_CREATED:
            value.source.close()
            return None
        leaving = Raised(Instance(External("builtins.GeneratorExit"), site.place), site.place)
        try:
            value.throw(leaving)
        except StopIteration:
            return None
        except Raised as error:
            if error.value is leaving.value:
                return None
            raise
        raise raised(site, RuntimeError("generator ignored GeneratorExit"))


def is_stop(error: Raised) -> bool:
    """Whether it is a StopIteration."""
    return isinstance(error.value, Instance) and error.value.callee == External("builtins.StopIteration")
