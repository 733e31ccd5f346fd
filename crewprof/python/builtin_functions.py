"""Python's own functions on values of which some may be unknown: one table from name to what computes it."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python import operators
from crewprof.python.exceptions import catches, computed, raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.joining import has_rest
from crewprof.python.leaving import Leaving, Raised, TooLarge
from crewprof.python.ordering import extreme, sort_order
from crewprof.python.types_of import is_instance, type_of
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    BoundMethod,
    ClassValue,
    DictView,
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    LazyItems,
    ModuleValue,
    OneOf,
    PartialText,
    PlacedDict,
    UnknownItems,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crewprof.python.attributes import Attributes
    from crewprof.python.comparing import Comparing
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods import Methods
    from crewprof.python.texts import Texts

_PURE: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": abs,
    "round": round,
    "divmod": divmod,
    "chr": chr,
    "ord": ord,
    "bin": bin,
    "hex": hex,
    "oct": oct,
    "ascii": ascii,
    "complex": complex,
    "pow": operators.power,
}


class BuiltinFunctions:
    """Computes calls of Python's own functions for a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        attributes: Attributes,
        texts: Texts,
        methods: Methods,
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.attributes = attributes
        self.texts = texts
        self.methods = methods

    def call(self, name: str, given: Given) -> Value:
        """The result; ``NOT_KNOWN`` for a function that is not in the table."""
        if name in _PURE:
            return self._pure(name, given)
        function = _FUNCTIONS.get(name)
        return NOT_KNOWN if function is None else function(self, given)

    def _pure(self, name: str, given: Given) -> Value:
        if given.values and isinstance(given.values[0], Instance) and name in ("abs", "round"):
            return self.comparing.special(given.values[0], name, given.values[1:], given.site)
        variable = given.variable
        if variable is not None:
            plain = given.without_variables()
            return self.machine.marked(variable, lambda: self._pure(name, plain), given.site)
        if not given.is_known():
            return self.machine.unsure(given.site)
        return computed(given.site, _PURE[name], *given.values, **given.named)

    def _first(self, given: Given) -> Value:
        if not given.values:
            raise raised(given.site, TypeError("expected at least 1 argument, got 0"))
        return given.values[0]

    # Conversions

    def _str(self, given: Given) -> Value:
        if not given.values and not given.keywords:
            return ""
        if len(given.values) != 1:
            return self.machine.unsure(given.site)
        return self.texts.text(given.values[0], given.site)

    def _repr(self, given: Given) -> Value:
        return self.texts.representation(self._first(given), given.site)

    def _format(self, given: Given) -> Value:
        return self.texts.formatted(self._first(given), "", given.value(1, "", ""), given.site)

    def _int(self, given: Given) -> Value:
        return self._number(int, given)

    def _float(self, given: Given) -> Value:
        return self._number(float, given)

    def _number(self, kind: Callable[..., Any], given: Given) -> Value:
        variable = given.variable
        if variable is not None:
            plain = given.without_variables()
            return self.machine.marked(variable, lambda: self._number(kind, plain), given.site)
        name = "__int__" if kind is int else "__float__"
        if given.values and isinstance(given.values[0], Instance):
            return self.comparing.special(given.values[0], name.strip("_"), [], given.site)
        if not given.is_known():
            return self.machine.unsure(given.site)
        made = computed(given.site, _safe_int if kind is int else kind, *given.values, **given.named)
        if isinstance(made, int) and made.bit_length() > operators.BIT_LIMIT:
            raise TooLarge
        return made

    def _bool(self, given: Given) -> Value:
        if not given.values:
            return False
        known = self.comparing.truth(given.values[0], given.site)
        return given.site.unknown() if known is None else known

    def _list(self, given: Given) -> Value:
        made = self.iteration.listed(given.values[0], given.site) if given.values else []
        self.machine.journal.bear(made)
        return made

    def _tuple(self, given: Given) -> Value:
        return tuple(self.iteration.listed(given.values[0], given.site)) if given.values else ()

    def _set(self, given: Given) -> Value:
        made: set[Value] = set()
        for one in self._unordered(given) if given.values else []:
            if isinstance(one, UnknownItems) or operators.as_key(one):
                made.add(one)
            elif operators.is_known(one):
                raise raised(given.site, TypeError(f"unhashable type: '{type(one).__name__}'"))
            else:
                unknown = given.site.unknown()
                made.add(UnknownItems(unknown.reason, unknown.place))
        self.machine.journal.bear(made)
        return made

    def _unordered(self, given: Given) -> list[Value]:
        """The items of the first argument, where their order does not matter."""
        value = given.values[0]
        return list(value) if isinstance(value, set | frozenset) else self.iteration.listed(value, given.site)

    def _frozenset(self, given: Given) -> Value:
        made = self._set(given)
        return frozenset(made) if isinstance(made, set) else made

    def _dict(self, given: Given) -> Value:
        made = PlacedDict()
        self.machine.journal.bear(made)
        if len(given.values) > 1:
            raise raised(given.site, TypeError("dict expected at most 1 argument"))
        self.methods.call(made, "update", given)
        return made

    def _range(self, given: Given) -> Value:
        values = [operators.plain(one) for one in given.values]
        if not operators.is_known(values) or given.variable is not None:
            return self.machine.unsure(given.site)
        return computed(given.site, range, *values)

    # Iteration

    def _len(self, given: Given) -> Value:
        value = self._first(given)
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

    def _iter(self, given: Given) -> Value:
        value = self._first(given)
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

    def _next(self, given: Given) -> Value:
        value = self._first(given)
        level = len(self.machine.journal.layers)
        try:
            return self.iteration.next_of(value, given.site)
        except Raised as error:
            is_stop = catches(External("builtins.StopIteration"), error.value)
            if len(given.values) > 1 and is_stop and len(self.machine.journal.layers) == level:
                return given.values[1]
            raise

    def _enumerate(self, given: Given) -> Value:
        start = given.value(1, "start", 0)
        if not isinstance(start, int):
            return self.machine.unsure(given.site)
        items = self.iteration.items(given.value(0, "iterable"), given.site)
        return self.iteration.lazily(_enumerated(items, start), given.values)

    def _zip(self, given: Given) -> Value:
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

    def _map(self, given: Given) -> Value:
        function = self._first(given)
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

    def _filter(self, given: Given) -> Value:
        function, items = given.value(0, ""), self.iteration.items(given.value(1, ""), given.site)
        return self.iteration.lazily(self._filtered(function, items, given), given.values)

    def _filtered(self, function: Value, items: Iterator[Value], given: Given) -> Iterator[Value]:
        for one in items:
            if isinstance(one, UnknownItems):
                yield one
                continue
            verdict = one if function is None else self.machine.run(function, [one], given.site)
            known = self.comparing.truth(verdict, given.site)
            if known is None:
                unknown = given.site.unknown()
                yield UnknownItems(unknown.reason, unknown.place)
            elif known:
                yield one

    def _reversed(self, given: Given) -> Value:
        value = self._first(given)
        if isinstance(value, Instance):
            return self.comparing.special(value, "reversed", [], given.site)
        if isinstance(value, PlacedDict | DictView):
            value = self.iteration.listed(value, given.site)
        if not isinstance(value, list | tuple | str | range) or isinstance(value, PartialText):
            if isinstance(value, set | frozenset | int | float):
                raise raised(given.site, TypeError(f"'{type(value).__name__}' object is not reversible"))
            return self.machine.unsure(given.site)
        return self.iteration.lazily(iter(list(value)[::-1]))

    def _sorted(self, given: Given) -> Value:
        value = self._first(given)
        items = self._unordered(given)
        # Items of a set that are equal by their key come in an unknown order.
        if isinstance(value, set | frozenset) and "key" in given.keywords and len(items) > 1:
            return self.machine.unsure(given.site)
        order = sort_order(self.machine, self.comparing, items, given)
        if order is None:
            return self.machine.unsure(given.site)
        self.machine.journal.bear(order)
        return order

    def _min(self, given: Given) -> Value:
        return self._extreme(given, largest=False)

    def _max(self, given: Given) -> Value:
        return self._extreme(given, largest=True)

    def _extreme(self, given: Given, *, largest: bool) -> Value:
        value = self._first(given)
        if len(given.values) > 1:
            items = given.values
        else:
            is_set = isinstance(value, set | frozenset)
            items = list(value) if is_set else self.iteration.listed(value, given.site)  # type: ignore[call-overload]
            if is_set and "key" in given.keywords:
                return self.machine.unsure(given.site)
        if any(isinstance(one, UnknownItems) for one in items):
            return self.machine.unsure(given.site)
        if not items:
            if "default" in given.keywords:
                return given.named["default"]
            raise raised(given.site, ValueError(f"{'max' if largest else 'min'}() arg is an empty sequence"))
        found = extreme(self.machine, self.comparing, items, given, largest=largest)
        return self.machine.unsure(given.site) if found is None else found[0]

    def _sum(self, given: Given) -> Value:
        value = self._first(given)
        items = self._unordered(given)
        total = given.value(1, "start", 0)
        if any(isinstance(one, UnknownItems) for one in items):
            return self.machine.unsure(given.site)
        if isinstance(value, set | frozenset) and any(isinstance(one, float) for one in items):
            return self.machine.unsure(given.site)
        if isinstance(total, str):
            raise raised(given.site, TypeError("sum() can't sum strings [use ''.join(seq) instead]"))
        for one in items:
            total = self.comparing.binary(ast.Add(), total, one, given.site)
        return total

    def _any(self, given: Given) -> Value:
        return self._quantified(given, wanted=True)

    def _all(self, given: Given) -> Value:
        return self._quantified(given, wanted=False)

    def _quantified(self, given: Given, *, wanted: bool) -> Value:
        value = self._first(given)
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
                return given.site.unknown()
        return (not wanted) if is_sure else given.site.unknown()

    # Objects

    def _isinstance(self, given: Given) -> Value:
        if len(given.values) != 2:
            return self.machine.unsure(given.site)
        known = is_instance(given.values[0], given.values[1])
        return self.machine.unsure(given.site) if known is None else known

    def _issubclass(self, given: Given) -> Value:
        if len(given.values) == 2:
            one, other = given.values
            if isinstance(one, ClassValue) and isinstance(other, ClassValue):
                if other in one.mro():
                    return True
                return self.machine.unsure(given.site) if operators.foreign_bases(one) else False
        return self.machine.unsure(given.site)

    def _callable(self, given: Given) -> Value:
        value = self._first(given)
        if isinstance(value, FunctionValue | ClassValue | BoundMethod):
            return True
        if isinstance(value, Instance) and self.comparing.is_own(value):
            return isinstance(value.callee, ClassValue) and value.callee.lookup("__call__") is not None
        return False if operators.is_known(value) else self.machine.unsure(given.site)

    def _getattr(self, given: Given) -> Value:
        values = given.values
        if len(values) not in (2, 3) or not isinstance(values[1], str) or isinstance(values[1], PartialText):
            return self.machine.unsure(given.site)
        name = str(values[1])
        if len(values) == 2:
            return self.attributes.read(values[0], name, given.site)

        def get() -> Value:
            found = self.attributes.read(values[0], name, given.site)
            return self.machine.unsure(given.site) if _may_be_missing(values[0], found) else found

        return self._unless_raised(get, "AttributeError", default=values[2], given=given)

    def _hasattr(self, given: Given) -> Value:
        values = given.values
        if len(values) != 2 or not isinstance(values[1], str) or isinstance(values[1], PartialText):
            return self.machine.unsure(given.site)

        def has() -> Value:
            found = self.attributes.read(values[0], str(values[1]), given.site)
            return given.site.unknown() if _may_be_missing(values[0], found) else True

        return self._unless_raised(has, "AttributeError", default=False, given=given)

    def _unless_raised(self, find: Callable[[], Value], kind: str, *, default: Value, given: Given) -> Value:
        """What ``find`` gives; on paths where it raises an exception of a kind, ``default``."""
        box: dict[str, Value] = {}

        def follow() -> None:
            found = find()
            self.machine.journal.touch(box)
            box["found"] = found

        def handle(left: Leaving | None) -> None:
            if left is None:
                return
            verdict = catches(External(f"builtins.{kind}"), left.value)
            if verdict is False:
                raise left
            if verdict is None:
                self.machine.journal.may_leave(left, given.site.unknown())
            self.machine.journal.touch(box)
            box["found"] = default

        self.machine.journal.catching(follow, handle, "raise")
        return box.get("found", given.site.unknown())

    def _setattr(self, given: Given) -> Value:
        values = given.values
        if len(values) == 3 and isinstance(values[1], str) and not isinstance(values[1], PartialText):
            argument = Argument(values[2], given.arguments[2].place, given.arguments[1].place)
            self.attributes.set(values[0], values[1], argument, given.site)
            return None
        if values:
            self.attributes.forget(values[0], given.site.unknown())
        return self.machine.unsure(given.site)

    def _delattr(self, given: Given) -> Value:
        values = given.values
        if len(values) == 2 and isinstance(values[1], str) and not isinstance(values[1], PartialText):
            self.attributes.delete(values[0], values[1], given.site)
            return None
        if values:
            self.attributes.forget(values[0], given.site.unknown())
        return self.machine.unsure(given.site)

    def _type(self, given: Given) -> Value:
        if len(given.values) != 1:
            return self.machine.unsure(given.site)
        value = given.values[0]
        if isinstance(value, OneOf):
            return self.machine.of_each(value, lambda one: type_of(one) or given.site.unknown(), given.site)
        found = type_of(value)
        return self.machine.unsure(given.site) if found is None else found

    def _exit(self, given: Given) -> Value:
        raise Raised(Instance(External("builtins.SystemExit"), given.site.place, tuple(given.arguments)))

    def _print(self, given: Given) -> Value:
        for one in given.values:
            if isinstance(one, Instance) and isinstance(one.callee, ClassValue):
                self.texts.text(one, given.site)
        return None

    def _open(self, given: Given) -> Value:
        path = operators.plain(given.value(0, "file"))
        mode = given.value(1, "mode", "r")
        if not isinstance(path, str | PurePath) or isinstance(path, PartialText):
            return self.machine.unsure(given.site)
        if not isinstance(mode, str) or set(mode) - set("rt"):
            return self.machine.unsure(given.site)
        return self.methods.opened(Path(path), given)

    def _property(self, given: Given) -> Value:
        getter, setter = given.value(0, "fget"), given.value(1, "fset")
        if not isinstance(getter, FunctionValue) or not isinstance(setter, FunctionValue | None):
            return self.machine.unsure(given.site)
        decorators = (External("builtins.property"), *getter.decorators)
        return replace(getter, decorators=decorators, setter=setter)

    def _vars(self, given: Given) -> Value:
        value = given.value(0, "object")
        if not isinstance(value, Instance) or not self.comparing.is_own(value):
            return self.machine.unsure(given.site)
        return self.attributes.read(value, "__dict__", given.site)

    def _hash(self, given: Given) -> Value:
        value = self._first(given)
        if isinstance(value, Instance):
            return self.comparing.special(value, "hash", [], given.site)
        if isinstance(value, list | dict | set):
            raise raised(given.site, TypeError(f"unhashable type: '{type(value).__name__}'"))
        # The hash of a text differs from run to run.
        if isinstance(value, int | float):
            return hash(value)
        return self.machine.unsure(given.site)

    def _bytes(self, given: Given) -> Value:
        values = given.values
        if not given.is_known() or not values or not isinstance(values[0], str | bytes | list | tuple):
            return self.machine.unsure(given.site)
        return computed(given.site, bytes, *values, **given.named)

    def _slice(self, given: Given) -> Value:
        return computed(given.site, slice, *given.values)

    def _object(self, given: Given) -> Value:
        return Instance(External("builtins.object"), given.site.place)


def _may_be_missing(value: Value, found: Value) -> bool:
    """Whether an attribute that was read may not be there."""
    if isinstance(found, Unknown) or isinstance(value, External | FromEnvironment):
        return True
    if isinstance(value, ModuleValue):
        return False
    if isinstance(value, Instance) and isinstance(found, BoundMethod) and isinstance(found.function, str):
        return True
    return isinstance(value, Instance) and ANY_ATTRIBUTE in value.attributes


def _safe_int(*values: Any, **named: Any) -> int:
    if values and isinstance(values[0], str | bytes) and len(values[0]) > 2_000:
        raise TooLarge
    return int(*values, **named)


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


_Function: TypeAlias = "Callable[[BuiltinFunctions, Given], Value]"

_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "str": BuiltinFunctions._str,
    "repr": BuiltinFunctions._repr,
    "format": BuiltinFunctions._format,
    "int": BuiltinFunctions._int,
    "float": BuiltinFunctions._float,
    "bool": BuiltinFunctions._bool,
    "list": BuiltinFunctions._list,
    "tuple": BuiltinFunctions._tuple,
    "set": BuiltinFunctions._set,
    "frozenset": BuiltinFunctions._frozenset,
    "dict": BuiltinFunctions._dict,
    "range": BuiltinFunctions._range,
    "len": BuiltinFunctions._len,
    "iter": BuiltinFunctions._iter,
    "next": BuiltinFunctions._next,
    "enumerate": BuiltinFunctions._enumerate,
    "zip": BuiltinFunctions._zip,
    "map": BuiltinFunctions._map,
    "filter": BuiltinFunctions._filter,
    "reversed": BuiltinFunctions._reversed,
    "sorted": BuiltinFunctions._sorted,
    "min": BuiltinFunctions._min,
    "max": BuiltinFunctions._max,
    "sum": BuiltinFunctions._sum,
    "any": BuiltinFunctions._any,
    "all": BuiltinFunctions._all,
    "isinstance": BuiltinFunctions._isinstance,
    "issubclass": BuiltinFunctions._issubclass,
    "callable": BuiltinFunctions._callable,
    "getattr": BuiltinFunctions._getattr,
    "hasattr": BuiltinFunctions._hasattr,
    "setattr": BuiltinFunctions._setattr,
    "delattr": BuiltinFunctions._delattr,
    "type": BuiltinFunctions._type,
    "print": BuiltinFunctions._print,
    "open": BuiltinFunctions._open,
    "slice": BuiltinFunctions._slice,
    "vars": BuiltinFunctions._vars,
    "property": BuiltinFunctions._property,
    "hash": BuiltinFunctions._hash,
    "bytes": BuiltinFunctions._bytes,
    "object": BuiltinFunctions._object,
    "exit": BuiltinFunctions._exit,
    "quit": BuiltinFunctions._exit,
}
