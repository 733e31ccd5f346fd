"""Functions outside the project whose results are computed: pure ones, and those about its own files."""

from __future__ import annotations

import bisect
import builtins
import datetime
import decimal
import fractions
import heapq
import html
import inspect
import json
import math
import posixpath
import re
import shlex
import statistics
import string
import textwrap
import uuid
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.errors import InputError
from crewprof.python import operators
from crewprof.python.collection_functions import CollectionFunctions, of_collections
from crewprof.python.config_files import read_config_file
from crewprof.python.dataclass_fields import dataclass_fields
from crewprof.python.exceptions import computed, raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.iterators import Iterators, of_itertools
from crewprof.python.leaving import Raised, TooLarge
from crewprof.python.native_values import Deque, Record
from crewprof.python.operator_functions import OperatorFunctions
from crewprof.python.records import Records
from crewprof.python.regular_expressions import RegularExpressions, of_re
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    ClassValue,
    External,
    FileText,
    FileValue,
    FromEnvironment,
    Instance,
    PartialText,
    PlacedDict,
    UnknownItems,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.builtin_functions import BuiltinFunctions
    from crewprof.python.comparing import Comparing
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods import Methods

_PURE: Final[Mapping[str, Callable[..., Any]]] = {
    "inspect.cleandoc": inspect.cleandoc,
    "textwrap.dedent": textwrap.dedent,
    "textwrap.fill": textwrap.fill,
    "textwrap.indent": textwrap.indent,
    "textwrap.shorten": textwrap.shorten,
    "textwrap.wrap": textwrap.wrap,
    "string.capwords": string.capwords,
    "shlex.split": shlex.split,
    "shlex.join": shlex.join,
    "shlex.quote": shlex.quote,
    "html.escape": html.escape,
    **{f"statistics.{name}": getattr(statistics, name) for name in ("mean", "median", "mode", "stdev")},
    **{
        f"math.{name}": getattr(math, name)
        for name in (
            *(
                "ceil",
                "floor",
                "sqrt",
                "fabs",
                "trunc",
                "isclose",
                "gcd",
                "lcm",
                "log",
                "log2",
                "log10",
                "exp",
            ),
            *(
                "sin",
                "cos",
                "tan",
                "hypot",
                "fsum",
                "prod",
                "isnan",
                "isinf",
                "isfinite",
                "copysign",
                "degrees",
            ),
            *("radians", "fmod", "modf", "dist", "atan2", "isqrt", "cbrt", "atan", "asin", "acos"),
        )
    },
}
CONSTRUCTORS: Final[Mapping[str, Callable[..., Any]]] = {
    **{
        f"datetime.{name}": getattr(datetime, name)
        for name in ("date", "datetime", "time", "timedelta", "timezone")
    },
    **{
        f"datetime.{kind}.{name}": getattr(getattr(datetime, kind), name)
        for kind in ("date", "datetime")
        for name in ("fromisoformat", "fromordinal")
    },
    "datetime.datetime.strptime": datetime.datetime.strptime,
    "datetime.datetime.combine": datetime.datetime.combine,
    "decimal.Decimal": decimal.Decimal,
    "fractions.Fraction": fractions.Fraction,
    "uuid.UUID": uuid.UUID,
}
"""What is made and never changes."""

_WRAP_LIMIT: Final = 20_000
"""Characters of the longest text that is wrapped or indented."""


class KnownFunctions:
    """Computes calls of functions outside the project for a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        builtins: BuiltinFunctions,
        methods: Methods,
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.builtins = builtins
        self.methods = methods
        self.iterators = Iterators(machine, iteration, comparing)
        self.expressions = RegularExpressions(machine, iteration)
        self.collections = CollectionFunctions(machine, iteration, comparing, methods)
        self.records = Records(machine, iteration)
        self.operators = OperatorFunctions(machine, comparing)

    def call(self, callee: External, given: Given) -> Value:
        """The result of calling something outside the project; ``NOT_KNOWN`` if it is not computed."""
        dotted = callee.dotted
        if dotted.startswith("builtins.") and dotted.count(".") == 1:
            return self.builtins.call(callee.name, given)
        if dotted in _PURE:
            return self._pure(_PURE[dotted], given)
        if dotted.startswith("os.path."):
            return self._path_text(callee.name, given)
        for names, find in (
            (of_itertools(callee), self.iterators.call),
            (of_re(callee), self.expressions.function),
            (of_collections(callee), self.collections.call),
        ):
            if names is not None:
                return find(names, given)
        if dotted.startswith("operator."):
            return self.operators.call(callee.name, given)
        if dotted.startswith("builtins.") and dotted.count(".") == 2:
            return self._unbound_method(dotted, given)
        if dotted in CONSTRUCTORS:
            return self._native(CONSTRUCTORS[dotted], given)
        function = _FUNCTIONS.get(dotted)
        return NOT_KNOWN if function is None else function(self, given)

    def method(self, receiver: Value, name: str, given: Given) -> Value:
        """A method of what the standard library makes; ``NOT_KNOWN`` for those of Python's own types."""
        if isinstance(receiver, re.Pattern):
            return self.expressions.method(receiver, name, given)
        if isinstance(receiver, Deque | PlacedDict):
            return self.collections.method(receiver, name, given)
        return self.records.method(receiver, name, given)

    def _native(self, make: Callable[..., Value], given: Given) -> Value:
        """What never changes, and is kept as Python makes it."""
        if not given.is_known():
            return self.machine.unsure(given.site)
        made = computed(given.site, make, *given.values, **given.named)
        if isinstance(made, int) and made.bit_length() > operators.BIT_LIMIT:
            raise TooLarge
        return made

    def _unbound_method(self, dotted: str, given: Given) -> Value:
        """``str.upper(x)``, ``object.__setattr__(x, name, value)``."""
        _, kind, name = dotted.split(".")
        native = getattr(builtins, kind, None)
        values = given.values
        if dotted == "builtins.object.__new__" and len(values) == 1 and isinstance(values[0], ClassValue):
            made = Instance(values[0], given.site.place)
            self.machine.journal.bear(made.attributes)
            return self.machine.unsure(given.site) if operators.foreign_bases(values[0]) else made
        if kind == "object" and values and isinstance(values[0], Instance):
            if name == "__setattr__" and len(values) == 3 and isinstance(values[1], str):
                self.builtins.attributes.put(values[0], values[1], given.arguments[2])
                return None
            if (
                name == "__delattr__"
                and isinstance(values[-1], str)
                and isinstance(values[0].callee, ClassValue)
            ):
                self.builtins.attributes.delete_by((), values[0], values[-1], given.site)
                return None
            return self.machine.unsure(given.site)
        if kind == "str" and name == "maketrans":
            return self.methods.call("", name, given)
        if kind in ("bytes", "int", "float", "bytearray") and name in ("fromhex", "from_bytes"):
            return self._native(getattr(native, name), given)
        own = isinstance(native, type) and values and isinstance(values[0], native)
        if dotted in _FUNCTIONS or not own or isinstance(values[0], PartialText):
            function = _FUNCTIONS.get(dotted)
            return self.machine.unsure(given.site) if function is None else function(self, given)
        bound = self.machine.attribute(values[0], name, given.site)
        return self.machine.invoke(bound, given.arguments[1:], given.keywords, given.site)

    def _pure(self, function: Callable[..., Any], given: Given) -> Value:
        values = [*given.values, *given.named.values()]
        if function is math.prod and len(repr(values)) > 2_000:
            raise TooLarge
        unsure = next((one for one in values if isinstance(one, PartialText)), None)
        if unsure is not None and len(values) == 1 and function in (textwrap.dedent, inspect.cleandoc):
            return PartialText.of(function(str(unsure)), unsure.unknown)
        variable = given.variable
        if variable is not None:
            plain = given.without_variables()
            return self.machine.marked(variable, lambda: self._pure(function, plain), given.site)
        if not given.is_known():
            return self.machine.unsure(given.site)
        texts = [one for one in values if isinstance(one, str)]
        if sum(map(len, texts)) > _WRAP_LIMIT or any(
            isinstance(one, int) and one > _WRAP_LIMIT for one in values
        ):
            raise TooLarge
        if len(texts) > 1 and texts[0].count("\n") * max(map(len, texts[1:])) > operators.SIZE_LIMIT:
            raise TooLarge
        made = computed(given.site, function, *given.values, **given.named)
        if isinstance(made, list):
            self.machine.journal.bear(made)
        return made

    # The environment

    def _getenv(self, given: Given) -> Value:
        name = given.value(0, "key")
        if not isinstance(name, str) or isinstance(name, PartialText):
            return self.machine.unsure(given.site)
        if name in self.machine.environment:
            return self.machine.environment[name]
        default = given.value(1, "default", None)
        if isinstance(default, FromEnvironment):
            return FromEnvironment(name, default.value, given.site.place, is_whole=False)
        if isinstance(default, Unknown):
            return default
        return FromEnvironment(name, default, given.site.place)

    # Paths

    def _cwd(self, _given: Given) -> Value:
        return str(self.machine.project.root.absolute())

    def _cwd_path(self, _given: Given) -> Value:
        return self.machine.project.root.absolute()

    def _path(self, given: Given) -> Value:
        values = [operators.plain(one) for one in given.values]
        if any(isinstance(one, PartialText) or not isinstance(one, str | PurePath) for one in values):
            return self.machine.unsure(given.site)
        return Path(*values)  # type: ignore[arg-type]

    def _fspath(self, given: Given) -> Value:
        value = given.value(0, "path")
        return (
            str(value)
            if isinstance(value, str | PurePath) and not isinstance(value, PartialText)
            else (self.machine.unsure(given.site))
        )

    def _path_text(self, name: str, given: Given) -> Value:
        values = [operators.plain(one) for one in given.values]
        if not values or any(
            isinstance(one, PartialText) or not isinstance(one, str | PurePath) for one in values
        ):
            return self.machine.unsure(given.site)
        texts = [str(one) for one in values]
        match name:
            case "join" | "dirname" | "basename" | "normpath" | "split" | "splitext" | "isabs":
                return computed(given.site, getattr(posixpath, name), *texts)
            case "abspath" | "realpath":
                return posixpath.normpath((self.machine.project.root.absolute() / texts[0]).as_posix())
            case "expandvars" if "$" not in texts[0]:
                return texts[0]
            case "exists" | "isfile" | "isdir":
                method = {"exists": "exists", "isfile": "is_file", "isdir": "is_dir"}[name]
                return self.methods.call(Path(texts[0]), method, given)
            case _:
                return self.machine.unsure(given.site)

    # Copies

    def _copy(self, given: Given) -> Value:
        value = given.value(0, "x")
        if isinstance(value, list | set | dict):
            made = value.copy()
            self.machine.journal.bear(made)
            return made
        if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
            return self._copied_instance(value, {})
        return value

    def _deepcopy(self, given: Given) -> Value:
        return self._copied(given.value(0, "x"), {}, given)

    def _copied(self, value: Value, seen: dict[int, Value], given: Given) -> Value:
        self.machine.charge()
        if id(value) in seen:
            return seen[id(value)]
        made: Value = value
        if isinstance(value, list):
            made = seen[id(value)] = items = Deque.of([], value.limit) if isinstance(value, Deque) else []
            items.extend(self._copied(one, seen, given) for one in value)
        elif isinstance(value, PlacedDict):
            made = seen[id(value)] = mapping = PlacedDict({}, value.written)
            mapping.rest, mapping.kind, mapping.factory = value.rest, value.kind, value.factory
            mapping.update({key: self._copied(one, seen, given) for key, one in value.items()})
        elif isinstance(value, tuple):
            parts = [self._copied(one, seen, given) for one in value]
            made = value.with_items(parts) if isinstance(value, Record) else tuple(parts)
        elif isinstance(value, set):
            made = set(value)
        elif (
            isinstance(value, Instance) and isinstance(value.callee, ClassValue) and not value.callee.members
        ):
            made = self._copied_instance(value, seen)
            for name, argument in value.attributes.items():
                copied = self._copied(argument.value, seen, given)
                made.attributes[name] = Argument(copied, argument.place, argument.key_place, argument.items)
        if made is not value:
            self.machine.journal.bear(made)
        return made

    def _copied_instance(self, value: Instance, seen: dict[int, Value]) -> Instance:
        made = Instance(value.callee, value.place, value.arguments, value.keywords, dict(value.attributes))
        self.machine.journal.bear(made.attributes)
        seen[id(value)] = made
        return made

    # Data

    def _dumps(self, given: Given) -> Value:
        names = set(given.named) - {"indent", "sort_keys", "ensure_ascii", "separators"}
        indent = given.named.get("indent")
        if names or len(given.values) != 1 or not given.is_known(ordered=True):
            return self.machine.unsure(given.site)
        if isinstance(indent, int) and indent > 100:
            raise TooLarge
        made = computed(given.site, json.dumps, given.values[0], **given.named)
        self.machine.allocate(len(made))
        return made

    def _loads(self, given: Given) -> Value:
        if len(given.values) != 1 or given.keywords or not given.is_known():
            return self.machine.unsure(given.site)
        return self._placed(computed(given.site, json.loads, given.values[0]))

    def _load_json(self, given: Given) -> Value:
        text = self.methods.text_of(given.value(0, "fp"), given)
        if not isinstance(text, str) or isinstance(text, PartialText):
            return text
        return self._placed(computed(given.site, json.loads, str(text)))

    def _placed(self, value: Any) -> Value:
        """Plain data as this evaluator keeps it."""
        made: Value = value
        if isinstance(value, dict):
            made = PlacedDict({key: self._placed(one) for key, one in value.items()})
        elif isinstance(value, list):
            made = [self._placed(one) for one in value]
        self.machine.journal.bear(made)
        return made

    def _yaml(self, given: Given) -> Value:
        value = given.value(0, "stream")
        if not isinstance(value, FileValue | FileText):
            return self.machine.unsure(given.site)
        try:
            return read_config_file(self.machine.project, value.path)
        except InputError:
            return self.machine.unsure(given.site)

    def _fromkeys(self, given: Given) -> Value:
        made = PlacedDict()
        self.machine.journal.bear(made)
        for key in self.iteration.listed(given.value(0, ""), given.site):
            if isinstance(key, UnknownItems) or not operators.as_key(key):
                if operators.is_known(key):
                    raise raised(given.site, TypeError(f"unhashable type: '{type(key).__name__}'"))
                return self.machine.unsure(given.site)
            made.put(key, given.value(1, ""), None)
        return made

    # Functions of functions

    def _partial(self, given: Given) -> Value:
        return Instance(
            External("functools.partial"), given.site.place, tuple(given.arguments), given.keywords
        )

    def _reduce(self, given: Given) -> Value:
        items = iter(self.iteration.listed(given.value(1, ""), given.site))
        total = given.values[2] if len(given.values) > 2 else next(items, NOT_KNOWN)
        if total is NOT_KNOWN:
            raise raised(given.site, TypeError("reduce() of empty iterable with no initial value"))
        for one in items:
            if isinstance(one, UnknownItems):
                return self.machine.unsure(given.site)
            total = self.machine.run(given.values[0], [total, one], given.site)
        return total

    def _wraps(self, given: Given) -> Value:
        return self._object("functools.wraps", given)

    def _object(self, dotted: str, given: Given) -> Value:
        """What is called like a function and is an object to remember."""
        return Instance(External(dotted), given.site.place, tuple(given.arguments), given.keywords)

    def _field(self, given: Given) -> Value:
        return self._object("dataclasses.field", given)

    def _auto(self, given: Given) -> Value:
        return self._object("enum.auto", given)

    def _suppress(self, given: Given) -> Value:
        return self._object("contextlib.suppress", given)

    def _null_context(self, given: Given) -> Value:
        return self._object("contextlib.nullcontext", given)

    def _cmp_to_key(self, given: Given) -> Value:
        return self._object("functools.cmp_to_key", given)

    def _namespace(self, given: Given) -> Value:
        if given.values:
            return self.machine.unsure(given.site)
        made = Instance(External("types.SimpleNamespace"), given.site.place, (), {}, dict(given.keywords))
        self.machine.journal.bear(made.attributes)
        return made

    def _dataclass_of(self, value: Value) -> ClassValue | None:
        cls = value.callee if isinstance(value, Instance) else value
        is_one = isinstance(cls, ClassValue) and any(one.decorator("dataclass") for one in cls.mro())
        return cls if is_one else None  # type: ignore[return-value]

    def _is_dataclass(self, given: Given) -> Value:
        value = given.value(0, "obj")
        if self._dataclass_of(value) is not None:
            return True
        return False if operators.is_known(value) else self.machine.unsure(given.site)

    def _fields(self, given: Given) -> Value:
        cls = self._dataclass_of(given.value(0, "class_or_instance"))
        fields = None if cls is None else dataclass_fields(cls)
        if fields is None:
            return self.machine.unsure(given.site)
        named = [{"name": given.site.argument(one.name)} for one in fields]
        return tuple(Instance(External("dataclasses.Field"), given.site.place, (), one) for one in named)

    def _replace(self, given: Given) -> Value:
        value = given.value(0, "obj")
        cls = self._dataclass_of(value)
        fields = None if cls is None else dataclass_fields(cls)
        if fields is None or not isinstance(value, Instance) or ANY_ATTRIBUTE in value.attributes:
            return self.machine.unsure(given.site)
        changes = {name: one for name, one in given.keywords.items() if name != "obj"}
        for one in fields:
            if one.is_parameter and one.name not in changes:
                if one.name not in value.attributes:
                    return self.machine.unsure(given.site)
                changes[one.name] = value.attributes[one.name]
        return self.machine.invoke(value.callee, [], changes, given.site)

    def _astuple(self, given: Given) -> Value:
        made = self._asdict(given)
        return tuple(made.values()) if isinstance(made, PlacedDict) else made

    def _asdict(self, given: Given) -> Value:
        value = given.value(0, "obj")
        if not isinstance(value, Instance) or not isinstance(value.callee, ClassValue) or given.keywords:
            return self.machine.unsure(given.site)
        fields = dataclass_fields(value.callee) if self._dataclass_of(value) is not None else None
        if fields is None or any(isinstance(one.value, Instance) for one in value.attributes.values()):
            return self.machine.unsure(given.site)
        made = PlacedDict()
        for name in (one.name for one in fields):
            if name not in value.attributes:
                return self.machine.unsure(given.site)
            made[name] = self._copied(value.attributes[name].value, {}, given)
        self.machine.journal.bear(made)
        return made

    def _exit(self, given: Given) -> Value:
        raise Raised(Instance(External("builtins.SystemExit"), given.site.place, tuple(given.arguments)))

    def _cast(self, given: Given) -> Value:
        return given.value(1, "val")

    def _first(self, given: Given) -> Value:
        return given.values[0] if given.values else None


def _in_place(function: Callable[..., Value], known: KnownFunctions, given: Given) -> Value:
    """A function that may change the list it is given, of which all is known."""
    if not given.is_known() or given.keywords:
        return NOT_KNOWN
    for one in given.values:
        if isinstance(one, list):
            known.machine.journal.touch(one)
            known.machine.grow(len(one) + 1)
    made = computed(given.site, function, *given.values)
    known.machine.journal.bear(made)
    return made


_Function: TypeAlias = "Callable[[KnownFunctions, Given], Value]"

_HEAP: Final = (*("heappush", "heappop", "heapify", "heappushpop", "heapreplace", "nlargest", "nsmallest"),)
_BISECT: Final = ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")

_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "os.getenv": KnownFunctions._getenv,
    "os.environ.get": KnownFunctions._getenv,
    "os.environ.setdefault": KnownFunctions._getenv,
    "os.getcwd": KnownFunctions._cwd,
    "os.fspath": KnownFunctions._fspath,
    "pathlib.Path": KnownFunctions._path,
    "pathlib.PurePath": KnownFunctions._path,
    "pathlib.Path.cwd": KnownFunctions._cwd_path,
    "copy.copy": KnownFunctions._copy,
    "copy.deepcopy": KnownFunctions._deepcopy,
    "json.dumps": KnownFunctions._dumps,
    "json.loads": KnownFunctions._loads,
    "json.load": KnownFunctions._load_json,
    "yaml.safe_load": KnownFunctions._yaml,
    "yaml.load": KnownFunctions._yaml,
    "yaml.full_load": KnownFunctions._yaml,
    "builtins.dict.fromkeys": KnownFunctions._fromkeys,
    "functools.partial": KnownFunctions._partial,
    "functools.reduce": KnownFunctions._reduce,
    "functools.wraps": KnownFunctions._wraps,
    "dataclasses.field": KnownFunctions._field,
    "dataclasses.asdict": KnownFunctions._asdict,
    "enum.auto": KnownFunctions._auto,
    "contextlib.suppress": KnownFunctions._suppress,
    **{f"heapq.{name}": partial(_in_place, getattr(heapq, name)) for name in _HEAP},
    **{f"bisect.{name}": partial(_in_place, getattr(bisect, name)) for name in _BISECT},
    "contextlib.nullcontext": KnownFunctions._null_context,
    "functools.cmp_to_key": KnownFunctions._cmp_to_key,
    "dataclasses.replace": KnownFunctions._replace,
    "dataclasses.fields": KnownFunctions._fields,
    "dataclasses.astuple": KnownFunctions._astuple,
    "dataclasses.is_dataclass": KnownFunctions._is_dataclass,
    "types.SimpleNamespace": KnownFunctions._namespace,
    "sys.exit": KnownFunctions._exit,
    "os._exit": KnownFunctions._exit,
    "typing.cast": KnownFunctions._cast,
    "asyncio.run": KnownFunctions._first,
}
