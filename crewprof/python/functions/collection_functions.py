"""``collections`` of Python's standard library: making its mappings, deques and named tuples."""

from __future__ import annotations

import ast
import keyword
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python import operators
from crewprof.python.exceptions import raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.mappings import PlacedDict
from crewprof.python.native_values import Deque
from crewprof.python.uncertain import UnknownItems, has_rest
from crewprof.python.values import ClassValue, External, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.methods import Methods
    from crewprof.python.operations.arithmetic import Arithmetic


class CollectionFunctions:
    """Makes collections for a machine, and calls the methods that only they have."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        arithmetic: Arithmetic,
        methods: Methods,
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.arithmetic = arithmetic
        self.methods = methods

    def call(self, name: str, given: Given) -> Value:
        """``collections.name(…)``; ``NOT_KNOWN`` for a class that is not made."""
        function = _FUNCTIONS.get(name)
        return NOT_KNOWN if function is None else function(self, given)

    def method(self, receiver: Value, name: str, given: Given) -> Value:
        """A method that only collections have; ``NOT_KNOWN`` for one that others have, too."""
        if isinstance(receiver, Deque):
            function = _DEQUE_METHODS.get(name)
            return NOT_KNOWN if function is None else function(self, receiver, given)
        if isinstance(receiver, PlacedDict) and receiver.kind != "dict":
            method = _MAPPING_METHODS.get((receiver.kind, name))
            return NOT_KNOWN if method is None else method(self, receiver, given)
        return NOT_KNOWN

    # Mappings

    def _defaultdict(self, given: Given) -> Value:
        made = self._mapping("defaultdict", given.without_first())
        made.factory = given.values[0] if given.values else None
        return made

    def _ordered(self, given: Given) -> Value:
        return self._mapping("OrderedDict", given)

    def _mapping(self, kind: Any, given: Given) -> PlacedDict:
        made = PlacedDict()
        made.kind = kind
        self.machine.journal.bear(made)
        if given.values or given.keywords:
            self.methods.call(made, "update", given)
        return made

    def _counter(self, given: Given) -> Value:
        made = PlacedDict()
        made.kind = "Counter"
        self.machine.journal.bear(made)
        self._count(made, given)
        return made

    def _count(self, mapping: PlacedDict, given: Given, sign: int = 1) -> Value:
        """``counter.update(…)``, or ``subtract``."""
        self.machine.journal.touch(mapping)
        for one in given.values[:1]:
            if isinstance(one, PlacedDict):
                if one.rest is not None or not operators.is_known(one):
                    return self.methods.outcomes.forget(mapping, given)
                pairs = list(one.items())
            elif one is None:
                pairs = []
            else:
                items = (
                    list(one) if isinstance(one, set | frozenset) else self.iteration.listed(one, given.site)
                )
                if any(not operators.as_key(item) for item in items):
                    return self.methods.outcomes.forget(mapping, given)
                pairs = [(item, 1) for item in items]
            self._add_all(mapping, pairs, sign, given)
        self._add_all(mapping, list(given.named.items()), sign, given)
        return None

    def _add_all(self, mapping: PlacedDict, pairs: list[tuple[Any, Any]], sign: int, given: Given) -> None:
        for key, count in pairs:
            before = mapping.get(key, 0)
            operation = ast.Add() if sign > 0 else ast.Sub()
            mapping.put(key, self.arithmetic.binary(operation, before, count, given.site), None)
        self.machine.grow(len(mapping))

    def _subtract(self, mapping: PlacedDict, given: Given) -> Value:
        return self._count(mapping, given, -1)

    def _known_counter(self, mapping: PlacedDict) -> Counter[Any] | None:
        counts = mapping.values()
        if mapping.rest is not None or not all(isinstance(one, int | float) for one in counts):
            return None
        return Counter(mapping)

    def _most_common(self, mapping: PlacedDict, given: Given) -> Value:
        counter, number = self._known_counter(mapping), given.value(0, "n", None)
        if counter is None or not isinstance(number, int | None):
            return self.machine.unsure(given.site)
        made: Value = counter.most_common(number)
        self.machine.journal.bear(made)
        return made

    def _elements(self, mapping: PlacedDict, given: Given) -> Value:
        counter = self._known_counter(mapping)
        if counter is None:
            return self.machine.unsure(given.site)
        self.machine.allocate(sum(max(int(one), 0) for one in counter.values()))
        return self.iteration.lazily(counter.elements())

    def _total(self, mapping: PlacedDict, given: Given) -> Value:
        counter = self._known_counter(mapping)
        return self.machine.unsure(given.site) if counter is None else counter.total()

    def _move(self, mapping: PlacedDict, given: Given) -> Value:
        key, last = given.value(0, "key"), given.value(1, "last", default=True)
        if mapping.rest is not None or not operators.as_key(key) or not isinstance(last, bool):
            return self.methods.outcomes.forget(mapping, given)
        if key not in mapping:
            raise raised(given.site, KeyError(key))
        self.machine.journal.touch(mapping)
        value = mapping.pop(key)
        entries = {**mapping, key: value} if last else {key: value, **mapping}
        mapping.clear()
        mapping.update(entries)
        return None

    def _pop_ordered(self, mapping: PlacedDict, given: Given) -> Value:
        last = given.value(0, "last", default=True)
        if mapping.rest is not None or not isinstance(last, bool):
            return self.methods.outcomes.forget(mapping, given)
        if not mapping:
            raise raised(given.site, KeyError("dictionary is empty"))
        self.machine.journal.touch(mapping)
        key = list(mapping)[-1 if last else 0]
        return key, mapping.pop(key)

    # Deques

    def _deque(self, given: Given) -> Value:
        limit = given.value(1, "maxlen", None)
        if not isinstance(limit, int | None) or (isinstance(limit, int) and limit < 0):
            return self.machine.unsure(given.site)
        items = self.iteration.listed(given.value(0, "iterable"), given.site) if given.values else []
        if limit is not None and any(isinstance(one, UnknownItems) for one in items):
            return self.machine.unsure(given.site)
        made = Deque.of(items, limit)
        self.machine.journal.bear(made)
        return made

    def _put(self, items: Deque, given: Given, *, at_end: bool, many: bool) -> Value:
        if len(given.values) != 1 or (items.limit is not None and has_rest(items)):
            return self.methods.outcomes.forget(items, given)
        value = given.values[0]
        for one in self._items_of(value, items, given) if many else iter([value]):
            if isinstance(one, UnknownItems) and items.limit is not None:
                return self.methods.outcomes.forget(items, given)
            self.machine.journal.touch(items)
            self.machine.grow(len(items) + 1)
            items.insert(len(items) if at_end else 0, one)
            items.trim(at_end=not at_end)
        return None

    def _items_of(self, value: Value, items: Deque, given: Given) -> Iterator[Value]:
        return iter(list(items)) if value is items else self.iteration.items(value, given.site)

    def _append(self, items: Deque, given: Given) -> Value:
        return self._put(items, given, at_end=True, many=False)

    def _append_left(self, items: Deque, given: Given) -> Value:
        return self._put(items, given, at_end=False, many=False)

    def _extend(self, items: Deque, given: Given) -> Value:
        return self._put(items, given, at_end=True, many=True)

    def _extend_left(self, items: Deque, given: Given) -> Value:
        return self._put(items, given, at_end=False, many=True)

    def _pop_left(self, items: Deque, given: Given) -> Value:
        if not items:
            raise raised(given.site, IndexError("pop from an empty deque"))
        if isinstance(items[0], UnknownItems):
            return self.methods.outcomes.forget(items, given)
        self.machine.journal.touch(items)
        return items.pop(0)

    def _pop(self, items: Deque, given: Given) -> Value:
        if not items:
            raise raised(given.site, IndexError("pop from an empty deque"))
        if isinstance(items[-1], UnknownItems):
            return self.methods.outcomes.forget(items, given)
        self.machine.journal.touch(items)
        return items.pop()

    def _rotate(self, items: Deque, given: Given) -> Value:
        number = given.value(0, "n", 1)
        if not isinstance(number, int) or has_rest(items):
            return self.methods.outcomes.forget(items, given)
        self.machine.journal.touch(items)
        if items:
            at = -number % len(items)
            items[:] = [*items[at:], *items[:at]]
        return None

    # Named tuples

    def _namedtuple(self, given: Given) -> Value:
        name, fields = given.value(0, "typename"), given.value(1, "field_names")
        if isinstance(fields, str):
            fields = fields.replace(",", " ").split()
        if (
            not isinstance(name, str)
            or not isinstance(fields, list | tuple)
            or set(given.named) - {"defaults"}
        ):
            return self.machine.unsure(given.site)
        names = [str(one) for one in fields if isinstance(one, str)]
        usable = all(one.isidentifier() and not keyword.iskeyword(one) and one[0] != "_" for one in names)
        if not usable or len(set(names)) != len(fields) or not name.isidentifier():
            return self.machine.unsure(given.site)
        frame = given.site.frame
        node = ast.ClassDef(name, [], [], [ast.Pass()], [])
        made = ClassValue(node, frame.module, (External("typing.NamedTuple"),))
        self.machine.classes.append(made)
        for field in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            setattr(node, field, getattr(given.site.node, field, 1))
        made.annotations = {one: ast.Name("Any", ast.Load()) for one in names}
        defaults = given.named.get("defaults") or ()
        if not isinstance(defaults, list | tuple):
            return self.machine.unsure(given.site)
        if defaults:
            made.namespace.update(zip(names[-len(defaults) :], defaults, strict=False))
        self.machine.journal.bear(made.namespace)
        return made


_Function: TypeAlias = "Callable[[CollectionFunctions, Given], Value]"

_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "Counter": CollectionFunctions._counter,
    "OrderedDict": CollectionFunctions._ordered,
    "defaultdict": CollectionFunctions._defaultdict,
    "deque": CollectionFunctions._deque,
    "namedtuple": CollectionFunctions._namedtuple,
}
_MAPPING_METHODS: Final[
    Mapping[tuple[str, str], Callable[[CollectionFunctions, PlacedDict, Given], Value]]
] = {
    ("Counter", "most_common"): CollectionFunctions._most_common,
    ("Counter", "elements"): CollectionFunctions._elements,
    ("Counter", "total"): CollectionFunctions._total,
    ("Counter", "update"): CollectionFunctions._count,
    ("Counter", "subtract"): CollectionFunctions._subtract,
    ("OrderedDict", "move_to_end"): CollectionFunctions._move,
    ("OrderedDict", "popitem"): CollectionFunctions._pop_ordered,
}
_DEQUE_METHODS: Final[Mapping[str, Callable[[CollectionFunctions, Deque, Given], Value]]] = {
    "append": CollectionFunctions._append,
    "appendleft": CollectionFunctions._append_left,
    "extend": CollectionFunctions._extend,
    "extendleft": CollectionFunctions._extend_left,
    "pop": CollectionFunctions._pop,
    "popleft": CollectionFunctions._pop_left,
    "rotate": CollectionFunctions._rotate,
}


def of_collections(callee: External) -> str | None:
    """The name of a class of ``collections``."""
    return callee.name if callee.dotted == f"collections.{callee.name}" else None
