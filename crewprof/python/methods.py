"""Methods of known values: one table from (type, name) to what computes the result."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.errors import InputError
from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.given import Given
from crewprof.python.joining import has_rest
from crewprof.python.leaving import TooLarge
from crewprof.python.native_values import PURE_METHODS
from crewprof.python.ordering import sort_order
from crewprof.python.templates import filled_from, names_in
from crewprof.python.values import (
    DictView,
    FileText,
    FileValue,
    FromEnvironment,
    LazyItems,
    PartialText,
    PlacedDict,
    UnknownItems,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.comparing import Comparing
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine

_PURE_TEXT: Final = (
    *("strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "swapcase", "casefold"),
    *("split", "rsplit", "splitlines", "startswith", "endswith", "removeprefix", "removesuffix"),
    *("partition", "rpartition", "find", "rfind", "index", "rindex", "count", "encode"),
    *("isalpha", "isdigit", "isalnum", "isupper", "islower", "isspace", "istitle", "isidentifier"),
    *("isnumeric", "isdecimal", "isascii", "isprintable"),
)
_NEVER_RAISING: Final = frozenset(_PURE_TEXT) - {"index", "rindex", "encode"}
_PURE_BYTES: Final = (
    "decode",
    "hex",
    "split",
    "strip",
    "startswith",
    "endswith",
    "upper",
    "lower",
    "find",
    "replace",
)
_PURE_NUMBER: Final = (
    "bit_length",
    "bit_count",
    "is_integer",
    "conjugate",
    "as_integer_ratio",
    "hex",
    "to_bytes",
)
_PURE_PATH: Final = (
    *("joinpath", "with_name", "with_suffix", "with_stem", "as_posix", "is_absolute", "relative_to", "match"),
    *("is_relative_to", "resolve", "absolute", "expanduser"),
)
_PADDING: Final = ("center", "ljust", "rjust", "zfill", "expandtabs")
_SET_ALGEBRA: Final = (
    *("union", "intersection", "difference", "symmetric_difference"),
    *("issubset", "issuperset", "isdisjoint"),
)
_SET_CHANGES: Final = (
    "update",
    "intersection_update",
    "difference_update",
    "symmetric_difference_update",
)


class Methods:
    """Calls methods of known values for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, comparing: Comparing) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing

    def call(self, receiver: Value, name: str, given: Given) -> Value:
        """``receiver.name(…)``."""
        if isinstance(receiver, FromEnvironment):
            return self._of_environment(receiver, name, given)
        if isinstance(receiver, PartialText):
            return self._of_partial(receiver, name, given)
        method = next(
            (
                found
                for kind in _KINDS
                if isinstance(receiver, kind) and (found := _METHODS.get((kind, name))) is not None
            ),
            None,
        )
        if method is None:
            return self._not_read(receiver, given)
        if isinstance(receiver, str | int | float | PurePath) and given.variable is not None:
            return self._with_variable(receiver, name, given)
        return method(self, receiver, name, given)

    def _not_read(self, receiver: Value, given: Given) -> Value:
        unknown = self.machine.unsure(given.site)
        if isinstance(receiver, list | set | PlacedDict):
            # It may change what it is called on.
            self.machine.journal.touch(receiver)
            self.machine.lose(receiver, unknown)
        if isinstance(receiver, LazyItems):
            receiver.lost = unknown
            self.iteration.is_lost(receiver, given.site)
        return unknown

    def _of_environment(self, receiver: FromEnvironment, name: str, given: Given) -> Value:
        # Whatever a variable with a default holds is a text, and some methods of texts never raise.
        is_safe = isinstance(receiver.value, str) and name in _NEVER_RAISING and not given.variable
        return self.machine.marked(
            receiver,
            lambda: self.call(receiver.value, name, given),
            given.site,
            may_raise=not is_safe or not given.is_known(),
        )

    def _with_variable(self, receiver: Value, name: str, given: Given) -> Value:
        arguments = [one.value for one in (*given.arguments, *given.keywords.values())]
        variables = [one for one in arguments if isinstance(one, FromEnvironment)]
        # One without a default is what makes the result unknown.
        variable = next((one for one in variables if one.value is None), variables[0])
        plain = given.without_variables()
        return self.machine.marked(variable, lambda: self.call(receiver, name, plain), given.site)

    def _of_partial(self, receiver: PartialText, name: str, given: Given) -> Value:
        if name in (
            "strip",
            "lstrip",
            "rstrip",
            "format",
            "format_map",
            "replace",
            "removeprefix",
            "removesuffix",
        ):
            return receiver
        self.machine.unsure(given.site)
        return receiver.unknown

    # Texts

    def _pure(self, receiver: Any, name: str, given: Given) -> Value:
        if not given.is_known():
            return self.machine.unsure(given.site)
        made: Value = computed(given.site, getattr(receiver, name), *given.values, **given.named)
        return self._owned(PlacedDict(made) if type(made) is dict else made)

    def _owned(self, made: Value) -> Value:
        if isinstance(made, str | bytes | list | tuple | set | frozenset | dict):
            self.machine.allocate(len(made))
            self.machine.journal.bear(made)
        return made

    def _pure_text(self, receiver: str, name: str, given: Given) -> Value:
        return self._pure(str(receiver), name, given)

    def _padded(self, receiver: str, name: str, given: Given) -> Value:
        numbers = [one for one in [*given.values, *given.named.values()] if isinstance(one, int)]
        if any(one * (receiver.count("\t") or 1) > operators.SIZE_LIMIT for one in numbers):
            raise TooLarge
        return self._pure(receiver, name, given)

    def _replace(self, receiver: str, name: str, given: Given) -> Value:
        if len(given.values) >= 2 and given.is_known():
            old, new = given.values[:2]
            if isinstance(old, str) and isinstance(new, str):
                times = receiver.count(old) if old else len(receiver) + 1
                if len(receiver) + times * len(new) > operators.SIZE_LIMIT:
                    raise TooLarge
        return self._pure(receiver, name, given)

    def _format(self, receiver: str, name: str, given: Given) -> Value:
        if "{" not in receiver and "}" not in receiver and not isinstance(receiver, PartialText):
            # Whatever it is given, there is nothing to fill in.
            return str(receiver)
        values = [*given.values, *given.named.values()]
        unknown = next((one for one in values if isinstance(one, Unknown | PartialText)), None)
        if unknown is not None and given.site is not None:
            self.machine.unsure(given.site)
            reason = unknown.unknown if isinstance(unknown, PartialText) else unknown
            return PartialText.of(receiver, reason)
        if not given.is_known(ordered=True):
            return self.machine.unsure(given.site)
        operators.check_template(receiver, values)
        return self._pure(receiver, name, given)

    def _format_map(self, receiver: str, name: str, given: Given) -> Value:
        """``text.format_map(mapping)``, also of a mapping made for it by a class with ``__missing__``."""
        if len(given.values) != 1 or given.keywords:
            return self._pure(receiver, name, given)
        mapping, missing = filled_from(given)
        fields = names_in(str(receiver))
        if mapping is None or fields is None or mapping.rest is not None:
            return self.machine.unsure(given.site)
        values: dict[str, Value] = {}
        for field in fields:
            if field in mapping:
                values[field] = mapping[field]
            elif missing is not None:
                values[field] = self.machine.run(missing, [field], given.site)
            else:
                raise raised(given.site, KeyError(field))
        named = {key: given.site.argument(value) for key, value in values.items()}
        return self._format(receiver, "format", Given([], named, given.site))

    def _translated(self, receiver: str, name: str, given: Given) -> Value:
        made = self._pure(receiver, name, given)
        if isinstance(made, dict):
            made = PlacedDict(made)
            self.machine.journal.bear(made)
        return made

    def _join(self, receiver: str, _name: str, given: Given) -> Value:
        if len(given.values) != 1 or given.keywords:
            return self._pure(receiver, "join", given)
        items = self.iteration.listed(given.values[0], given.site)
        unknown = next(
            (one for one in items if isinstance(one, Unknown | PartialText | FromEnvironment)), None
        )
        if unknown is not None:
            self.machine.unsure(given.site)
            reason = unknown.unknown if isinstance(unknown, PartialText) else unknown
            reason = reason.unknown if isinstance(reason, FromEnvironment) else reason
            shown = [str(one) if isinstance(one, str) else "…" for one in items]
            return PartialText.of(receiver.join(shown), reason)
        if not all(isinstance(one, str) for one in items) and not operators.is_known(items):
            return self.machine.unsure(given.site)
        size = sum(len(one) for one in items if isinstance(one, str)) + len(receiver) * len(items)
        self.machine.allocate(size)
        return computed(given.site, receiver.join, items)

    # Lists

    def _list(self, receiver: list[Value], name: str, given: Given) -> Value:
        """The methods whose arguments are items and positions."""
        if given.keywords and name != "sort":
            return self._not_read(receiver, given)
        return _LIST_METHODS[name](self, receiver, given)

    def _append(self, items: list[Value], given: Given) -> Value:
        if len(given.values) != 1:
            raise raised(given.site, TypeError("list.append() takes exactly one argument"))
        self.machine.journal.touch(items)
        self.machine.grow(len(items) + 1)
        items.append(given.values[0])
        return None

    def _extend(self, items: list[Value], given: Given) -> Value:
        if len(given.values) != 1:
            raise raised(given.site, TypeError("list.extend() takes exactly one argument"))
        more = self.iteration.listed(given.values[0], given.site)
        self.machine.journal.touch(items)
        self.machine.grow(len(items) + len(more))
        items.extend(more)
        return None

    def _insert(self, items: list[Value], given: Given) -> Value:
        values = given.values
        if len(values) == 2 and isinstance(values[0], int):
            rest = self._first_rest(items)
            self.machine.journal.touch(items)
            self.machine.grow(len(items) + 1)
            if rest is None or 0 <= values[0] <= rest:
                items.insert(values[0], values[1])
                return None
        elif len(values) != 2 or operators.is_known(values[0]):
            raise raised(given.site, TypeError("list.insert() takes a number and an item"))
        return self.forget(items, given)

    @staticmethod
    def _first_rest(items: list[Value]) -> int | None:
        return next((at for at, one in enumerate(items) if isinstance(one, UnknownItems)), None)

    def forget(self, container: Value, given: Given) -> Value:
        """That a call may have changed a container in any way."""
        unknown = self.machine.unsure(given.site)
        self.machine.journal.touch(container)
        self.machine.lose(container, unknown)
        return unknown

    def _remove(self, items: list[Value], given: Given) -> Value:
        at = self._position(items, given)
        if at is None:
            self.forget(items, given)
            return None
        if at < 0:
            raise raised(given.site, ValueError("list.remove(x): x not in list"))
        self.machine.journal.touch(items)
        del items[at]
        return None

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

    def _index(self, items: Any, given: Given) -> Value:
        if len(given.values) != 1:
            return (
                self._pure(items, "index", given)
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

    def _count(self, items: Any, given: Given) -> Value:
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

    def _of_tuple(self, receiver: tuple[Value, ...], name: str, given: Given) -> Value:
        return self._index(receiver, given) if name == "index" else self._count(receiver, given)

    def _pop(self, items: list[Value], given: Given) -> Value:
        at = given.values[0] if given.values else -1
        rest = self._first_rest(items)
        if not isinstance(at, int) or len(given.values) > 1:
            if operators.is_known(at):
                raise raised(given.site, TypeError("list.pop() takes at most one number"))
            return self.forget(items, given)
        if (
            rest is not None
            and not 0 <= at < rest
            and not -(len(items) - 1 - self._last_rest(items)) <= at < 0
        ):
            return self.forget(items, given)
        self.machine.journal.touch(items)
        return computed(given.site, items.pop, at)

    @staticmethod
    def _last_rest(items: list[Value]) -> int:
        return max(at for at, one in enumerate(items) if isinstance(one, UnknownItems))

    def _clear(self, items: Any, given: Given) -> Value:
        self.machine.journal.touch(items)
        items.clear()
        if isinstance(items, PlacedDict):
            items.rest = None
        if given.values:
            raise raised(given.site, TypeError("clear() takes no arguments"))
        return None

    def _reverse(self, items: list[Value], given: Given) -> Value:
        self.machine.journal.touch(items)
        items.reverse()
        return None if not given.values else self.forget(items, given)

    def _sort(self, items: list[Value], given: Given) -> Value:
        def partly() -> None:
            self.machine.lose(items, given.site.unknown("how far a list is sorted is not known"))

        order = sort_order(self.machine, self.comparing, list(items), given, partly)
        if order is None:
            self.forget(items, given)
            return None
        self.machine.journal.touch(items)
        items[:] = order
        return None

    def _copy(self, items: Any, _given: Given) -> Value:
        self.machine.allocate(len(items))
        made: Value = items.copy()
        self.machine.journal.bear(made)
        return made

    # Mappings

    def _mapping(self, receiver: PlacedDict, name: str, given: Given) -> Value:
        return _MAPPING_METHODS[name](self, receiver, given)

    def _get(self, mapping: PlacedDict, given: Given) -> Value:
        if not given.values or given.keywords:
            return self.machine.unsure(given.site)
        key, default = given.values[0], given.value(1, "", None)
        if isinstance(key, FromEnvironment) and operators.as_key(key.value):
            held = [*mapping.values(), default]
            if not any(isinstance(one, list | dict | set) for one in held):
                return self.machine.marked(key, lambda: mapping.get(key.value, default), given.site)
        if not operators.as_key(key):
            if operators.is_known(key):
                raise raised(given.site, TypeError(f"unhashable type: '{type(key).__name__}'"))
            return self.machine.unsure(given.site)
        if key in mapping:
            return mapping[key]
        return default if mapping.rest is None else self.machine.unsure(given.site)

    def _view(self, mapping: PlacedDict, name: str, given: Given) -> Value:
        if given.values:
            raise raised(given.site, TypeError(f"dict.{name}() takes no arguments"))
        return DictView(name, mapping)  # type: ignore[arg-type]

    def _pop_key(self, mapping: PlacedDict, given: Given) -> Value:
        values = given.values
        if not values or len(values) > 2 or not operators.as_key(values[0]):
            return self.forget(mapping, given)
        if values[0] in mapping:
            self.machine.journal.touch(mapping)
            mapping.written.pop(values[0], None)
            return mapping.pop(values[0])
        if mapping.rest is not None:
            return self.machine.unsure(given.site)
        if len(values) == 2:
            return values[1]
        raise raised(given.site, KeyError(values[0]))

    def _pop_item(self, mapping: PlacedDict, given: Given) -> Value:
        if mapping.rest is not None:
            return self.forget(mapping, given)
        self.machine.journal.touch(mapping)
        return computed(given.site, mapping.popitem)

    def _setdefault(self, mapping: PlacedDict, given: Given) -> Value:
        if not given.values or not operators.as_key(given.values[0]):
            return self.forget(mapping, given)
        key = given.values[0]
        if key in mapping:
            return mapping[key]
        if mapping.rest is not None:
            return self.forget(mapping, given)
        self.machine.journal.touch(mapping)
        self.machine.grow(len(mapping) + 1)
        mapping[key] = given.value(1, "", None)
        return mapping[key]

    def _update(self, mapping: PlacedDict, given: Given) -> Value:
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
                self.forget(mapping, given)
            mapping.add_all(dict(other) if other is mapping else other)
            return
        for pair in self.iteration.listed(other, given.site):
            if isinstance(pair, int | float | None):
                raise raised(given.site, TypeError("cannot convert dictionary update sequence"))
            items = [pair] if isinstance(pair, Unknown) else self.iteration.listed(pair, given.site)
            if (
                len(items) == 2
                and not any(isinstance(one, UnknownItems) for one in items)
                and operators.as_key(items[0])
            ):
                mapping.put(items[0], items[1], None)
            elif operators.is_known(items):
                kind = TypeError if len(items) == 2 else ValueError
                raise raised(given.site, kind("cannot convert dictionary update sequence"))
            else:
                self.forget(mapping, given)

    # Sets

    def _add(self, items: set[Value], _name: str, given: Given) -> Value:
        if len(given.values) != 1:
            raise raised(given.site, TypeError("set.add() takes exactly one argument"))
        item = given.values[0]
        self.machine.journal.touch(items)
        self.machine.grow(len(items) + 1)
        if operators.as_key(item):
            items.add(item)
        elif operators.is_known(item):
            raise raised(given.site, TypeError(f"unhashable type: '{type(item).__name__}'"))
        else:
            unknown = self.machine.unsure(given.site)
            items.add(UnknownItems(unknown.reason, unknown.place))
        return None

    def _discard(self, items: set[Value], name: str, given: Given) -> Value:
        if len(given.values) != 1 or not operators.as_key(given.values[0]):
            return self.forget(items, given)
        item = given.values[0]
        if item in items:
            self.machine.journal.touch(items)
            items.discard(item)
        elif has_rest(items):
            return self.machine.unsure(given.site)
        elif name == "remove":
            raise raised(given.site, KeyError(item))
        return None

    def _pop_any(self, items: set[Value], _name: str, given: Given) -> Value:
        if not items:
            raise raised(given.site, KeyError("pop from an empty set"))
        if len(items) == 1 and not has_rest(items):
            self.machine.journal.touch(items)
            return items.pop()
        return self.forget(items, given)

    def _items(self, value: Value, given: Given) -> list[Value]:
        """All items, of which the order does not matter."""
        return list(value) if isinstance(value, set | frozenset) else self.iteration.listed(value, given.site)

    def _algebra(self, items: Any, name: str, given: Given) -> Value:
        others = [self._items(one, given) for one in given.values]
        if has_rest(items) or any(not all(map(operators.as_key, one)) for one in others) or given.keywords:
            return self.machine.unsure(given.site)
        return self._owned(computed(given.site, getattr(items, name), *others))

    def _change(self, items: set[Value], name: str, given: Given) -> Value:
        others = [self._items(one, given) for one in given.values]
        if has_rest(items) or any(not all(map(operators.as_key, one)) for one in others) or given.keywords:
            return self.forget(items, given)
        self.machine.journal.touch(items)
        computed(given.site, getattr(items, name), *others)
        self.machine.grow(len(items))
        return None

    def _copy_set(self, items: Any, _name: str, given: Given) -> Value:
        return self._copy(items, given)

    def _clear_set(self, items: Any, _name: str, given: Given) -> Value:
        return self._clear(items, given)

    # Paths and files

    def _path(self, path: Path, name: str, given: Given) -> Value:
        return self._pure(path, name, given)

    def _exists(self, path: Path, name: str, given: Given) -> Value:
        for place in self._places(path, given):
            found = self.machine.project.is_inside(place) and (
                self.machine.project.has_file(place) or (name != "is_file" and place.is_dir())
            )
            if found and not (name == "is_dir" and self.machine.project.has_file(place)):
                return True
        return self.machine.unsure(given.site)

    def _places(self, path: Path, given: Given) -> list[Path]:
        """Where a path may lead: from the project's root, from the folder of the module, as it stands."""
        if path.is_absolute():
            return [path]
        return [self.machine.project.root / path, given.site.frame.module.folder / path, path]

    def _open(self, path: Path, _name: str, given: Given) -> Value:
        return self.opened(path, given)

    def opened(self, path: Path, given: Given) -> Value:
        """The file at ``path``, if it stands in the project."""
        for place in self._places(path, given):
            if self.machine.project.holds(place):
                return FileValue(place)
        return self.machine.unsure(given.site)

    def _read_text(self, path: Path, _name: str, given: Given) -> Value:
        return self.text_of(self.opened(path, given), given)

    def text_of(self, file: Value, given: Given) -> Value:
        """What an opened file holds."""
        if not isinstance(file, FileValue):
            return self.machine.unsure(given.site)
        try:
            text = self.machine.project.text(file.path).text
        except InputError:
            return self.machine.unsure(given.site)
        self.machine.allocate(len(text))
        return FileText.of(text.replace("\r\n", "\n").replace("\r", "\n"), file.path)

    def _of_file(self, file: FileValue, name: str, given: Given) -> Value:
        return None if name == "close" else self.text_of(file, given)

    def _next(self, receiver: LazyItems, _name: str, given: Given) -> Value:
        return self.iteration.next_of(receiver, given.site)

    def _send(self, receiver: LazyItems, _name: str, given: Given) -> Value:
        if not receiver.is_generator or len(given.values) != 1:
            return self._not_read(receiver, given)
        return self.iteration.next_of(receiver, given.site, given.values[0])


_Method: TypeAlias = "Callable[[Methods, Any, str, Given], Value]"

_LIST_METHODS: Final[Mapping[str, Callable[[Methods, list[Value], Given], Value]]] = {
    "append": Methods._append,
    "extend": Methods._extend,
    "insert": Methods._insert,
    "remove": Methods._remove,
    "pop": Methods._pop,
    "clear": Methods._clear,
    "index": Methods._index,
    "count": Methods._count,
    "sort": Methods._sort,
    "reverse": Methods._reverse,
    "copy": Methods._copy,
}
_MAPPING_METHODS: Final[Mapping[str, Callable[[Methods, PlacedDict, Given], Value]]] = {
    "get": Methods._get,
    "pop": Methods._pop_key,
    "popitem": Methods._pop_item,
    "setdefault": Methods._setdefault,
    "update": Methods._update,
    "clear": Methods._clear,
    "copy": Methods._copy,
}
_KINDS: Final = (
    *(str, bytes, int, float, list, tuple, dict, set, frozenset, PurePath, FileValue, LazyItems),
    *PURE_METHODS,
)
_METHODS: Final[Mapping[tuple[type, str], _Method]] = {
    **{(str, name): Methods._pure_text for name in _PURE_TEXT},
    **{(bytes, name): Methods._pure for name in _PURE_BYTES},
    **{(kind, name): Methods._pure for kind, names in PURE_METHODS.items() for name in names},
    **{(str, name): Methods._translated for name in ("translate", "maketrans")},
    **{(str, name): Methods._padded for name in _PADDING},
    (str, "replace"): Methods._replace,
    (str, "format"): Methods._format,
    (str, "format_map"): Methods._format_map,
    (str, "join"): Methods._join,
    **{(kind, name): Methods._pure for kind in (int, float) for name in _PURE_NUMBER},
    **{(list, name): Methods._list for name in _LIST_METHODS},
    **{(tuple, name): Methods._of_tuple for name in ("index", "count")},
    **{(dict, name): Methods._mapping for name in _MAPPING_METHODS},
    **{(dict, name): Methods._view for name in ("keys", "values", "items")},
    **{(kind, name): Methods._algebra for kind in (set, frozenset) for name in _SET_ALGEBRA},
    **{(set, name): Methods._change for name in _SET_CHANGES},
    (set, "add"): Methods._add,
    (set, "discard"): Methods._discard,
    (set, "remove"): Methods._discard,
    (set, "pop"): Methods._pop_any,
    (set, "clear"): Methods._clear_set,
    (set, "copy"): Methods._copy_set,
    **{(PurePath, name): Methods._path for name in _PURE_PATH},
    **{(PurePath, name): Methods._exists for name in ("exists", "is_file", "is_dir")},
    (PurePath, "open"): Methods._open,
    (PurePath, "read_text"): Methods._read_text,
    **{(FileValue, name): Methods._of_file for name in ("read", "close")},
    (LazyItems, "__next__"): Methods._next,
    (LazyItems, "send"): Methods._send,
}
