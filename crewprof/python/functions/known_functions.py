"""Functions outside the project whose results are computed: one table from name to what computes it."""

from __future__ import annotations

import bisect
import builtins
import datetime
import decimal
import fractions
import heapq
import inspect
import math
import re
import textwrap
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.functions.collection_functions import CollectionFunctions, of_collections
from crewprof.python.functions.copying import Copying
from crewprof.python.functions.dataclass_functions import DataclassFunctions
from crewprof.python.functions.documents import DocumentFunctions
from crewprof.python.functions.iterators import Iterators, of_itertools
from crewprof.python.functions.operator_functions import OperatorFunctions
from crewprof.python.functions.pure_functions import OF_ITERABLES, PURE, WRAP_LIMIT
from crewprof.python.functions.records import Records
from crewprof.python.functions.reflection import LOOKING_AROUND
from crewprof.python.functions.regular_expressions import RegularExpressions, of_re
from crewprof.python.functions.system_functions import SystemFunctions
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Raised, TooLarge
from crewprof.python.mappings import PlacedDict
from crewprof.python.native_values import Deque
from crewprof.python.operations.hashing import is_key
from crewprof.python.uncertain import PartialText, UnknownItems
from crewprof.python.values import Argument, ClassValue, External, Instance, Value
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.python.functions.builtin_functions import BuiltinFunctions
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.methods import Methods
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site

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


_HEAP: Final = (*("heappush", "heappop", "heapify", "heappushpop", "heapreplace", "nlargest", "nsmallest"),)


_BISECT: Final = ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")

_WIDE_EXPONENT: Final = re.compile(r"[eE][+-]?\d{5}")


class KnownFunctions:
    """Computes calls of functions outside the project for a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        arithmetic: Arithmetic,
        changes: AttributeChanges,
        builtins: BuiltinFunctions,
        methods: Methods,
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.changes = changes
        self.builtins = builtins
        self.methods = methods
        self.system = SystemFunctions(machine, methods)
        self.iterators = Iterators(machine, iteration, comparing, arithmetic)
        self.expressions = RegularExpressions(machine, iteration)
        self.collections = CollectionFunctions(machine, iteration, arithmetic, methods)
        self.records = Records(machine, iteration)
        self.operators = OperatorFunctions(machine, comparing, arithmetic)
        system = self.system
        copying = Copying(machine, comparing)
        documents = DocumentFunctions(machine, methods.files)
        dataclasses = DataclassFunctions(machine, copying)
        self._functions: Mapping[str, Callable[[Given], Value]] = {
            "os.getenv": system.getenv,
            "os.environ.get": system.getenv,
            "os.environ.setdefault": system.set_default,
            **dict.fromkeys(("os.environ.pop", "os.environ.clear", "os.unsetenv"), system.unset),
            "os.environ.update": system.update_environment,
            "dotenv.load_dotenv": system.load_variables,
            "importlib.import_module": system.import_module,
            "os.getcwd": system.cwd,
            "os.fspath": system.fspath,
            "os.listdir": methods.folders.listdir,
            "os.walk": methods.folders.walk,
            "glob.glob": methods.folders.matching,
            "glob.iglob": methods.folders.matching_lazily,
            "pathlib.Path": system.path,
            "pathlib.PurePath": system.path,
            "pathlib.Path.cwd": system.cwd_path,
            "copy.copy": copying.copy,
            "copy.deepcopy": copying.deepcopy,
            "json.dumps": documents.dumps,
            "json.loads": documents.loads,
            "json.load": documents.load_json,
            "tomllib.load": documents.load_toml,
            "tomllib.loads": documents.toml,
            "yaml.safe_load": documents.yaml,
            "yaml.load": documents.yaml,
            "yaml.full_load": documents.yaml,
            "builtins.dict.fromkeys": self._fromkeys,
            "functools.partial": self._partial,
            "functools.reduce": self._reduce,
            "functools.wraps": self._wraps,
            "dataclasses.field": self._field,
            "dataclasses.asdict": dataclasses.asdict,
            "enum.auto": self._auto,
            "contextlib.suppress": self._suppress,
            **{f"heapq.{name}": partial(self._in_place, getattr(heapq, name)) for name in _HEAP},
            **{f"bisect.{name}": partial(self._in_place, getattr(bisect, name)) for name in _BISECT},
            "contextlib.nullcontext": self._null_context,
            "functools.cmp_to_key": self._cmp_to_key,
            "dataclasses.replace": dataclasses.replace,
            "dataclasses.fields": dataclasses.fields,
            "dataclasses.astuple": dataclasses.astuple,
            "dataclasses.is_dataclass": dataclasses.is_dataclass,
            "types.SimpleNamespace": self._namespace,
            "sys.exit": self._exit,
            "sys.path.insert": system.look_in,
            "sys.path.append": system.look_in,
            "os._exit": self._exit,
            "typing.cast": self._cast,
            **dict.fromkeys(LOOKING_AROUND, methods.reflection.look_around),
            "asyncio.run": self._first,
        }

    def call(self, callee: External, given: Given) -> Value:
        """The result of calling something outside the project; ``NOT_KNOWN`` if it is not computed."""
        dotted = callee.dotted
        if dotted.startswith("builtins.") and dotted.count(".") == 1:
            return self.builtins.call(callee.name, given)
        if dotted in PURE:
            return self._pure(PURE[dotted], given)
        if dotted.startswith("os.path."):
            return self.system.path_text(callee.name, given)
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
        function = self._functions.get(dotted)
        return NOT_KNOWN if function is None else function(given)

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
        if any(_WIDE_EXPONENT.search(one) for one in given.values if isinstance(one, str)):
            raise TooLarge
        made = computed(given.site, make, *given.values, **given.named)
        if isinstance(made, int) and made.bit_length() > operators.BIT_LIMIT:
            raise TooLarge
        operators.check_number(made)
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
            is_own = isinstance(values[0].callee, ClassValue)
            if is_own and name == "__setattr__" and len(values) == 3 and isinstance(values[1], str):
                self.changes.set_by((), values[0], values[1], given.arguments[2], given.site)
                return None
            if (
                name == "__delattr__"
                and isinstance(values[-1], str)
                and isinstance(values[0].callee, ClassValue)
            ):
                self.changes.delete_by((), values[0], values[-1], given.site)
                return None
            return self.machine.unsure(given.site)
        if kind == "str" and name == "maketrans":
            return self.methods.call("", name, given)
        if kind in ("bytes", "int", "float", "bytearray") and name in ("fromhex", "from_bytes"):
            return self._native(getattr(native, name), given)
        own = isinstance(native, type) and values and isinstance(values[0], native)
        if dotted in self._functions or not own or isinstance(values[0], PartialText):
            function = self._functions.get(dotted)
            return self.machine.unsure(given.site) if function is None else function(given)
        bound = self.machine.attribute(values[0], name, given.site)
        return self.machine.invoke(bound, given.arguments[1:], given.keywords, given.site)

    def _pure(self, function: Callable[..., Any], given: Given) -> Value:
        values = [*given.values, *given.named.values()]
        if any(isinstance(one, range) and len(one) > WRAP_LIMIT for one in values):
            raise TooLarge
        unsure = next((one for one in values if isinstance(one, PartialText)), None)
        if unsure is not None and len(values) == 1 and function in (textwrap.dedent, inspect.cleandoc):
            return PartialText.of(function(str(unsure)), unsure.unknown)
        variable = given.variable
        if variable is not None:
            plain = given.without_variables()
            return self.machine.marked(variable, lambda: self._pure(function, plain), given.site)
        if function in OF_ITERABLES:
            given = self._of_numbers(given)
        if not given.is_known():
            return self.machine.unsure(given.site)
        texts = [one for one in values if isinstance(one, str)]
        if sum(map(len, texts)) > WRAP_LIMIT or any(
            isinstance(one, int) and one > WRAP_LIMIT for one in values
        ):
            raise TooLarge
        if len(texts) > 1 and texts[0].count("\n") * max(map(len, texts[1:])) > operators.SIZE_LIMIT:
            raise TooLarge
        if function is math.prod and _bits_of(values) > operators.BIT_LIMIT:
            raise TooLarge
        made = computed(given.site, function, *given.values, **given.named)
        if isinstance(made, list):
            self.machine.journal.bear(made)
        return made

    def _of_numbers(self, given: Given) -> Given:
        """The same with lists for iterators, as far as they give numbers: of them no function stops early."""
        return replace(given, arguments=[self._listed(one, given.site) for one in given.arguments])

    def _listed(self, argument: Argument, site: Site) -> Argument:
        if not isinstance(argument.value, LazyItems):
            return argument
        items: list[Value] = []
        for one in self.iteration.items(argument.value, site):
            if not isinstance(one, int | float):
                return argument
            self.machine.grow(len(items))
            items.append(one)
        return replace(argument, value=items)

    def _fromkeys(self, given: Given) -> Value:
        made = PlacedDict()
        self.machine.journal.bear(made)
        for key in self.iteration.items(given.value(0, ""), given.site):
            self.machine.grow(len(made))
            if isinstance(key, UnknownItems) or not is_key(self.machine, key, given.site):
                self.machine.lose(made, self.machine.unsure(given.site))
            else:
                made.put(key, given.value(1, ""), None)
        return made

    def _partial(self, given: Given) -> Value:
        return Instance(
            External("functools.partial"), given.site.place, tuple(given.arguments), given.keywords
        )

    def _reduce(self, given: Given) -> Value:
        items = self.iteration.items(given.value(1, ""), given.site)
        total = given.values[2] if len(given.values) > 2 else next(items, NOT_KNOWN)
        if total is NOT_KNOWN:
            raise raised(given.site, TypeError("reduce() of empty iterable with no initial value"))
        for one in items:
            if isinstance(one, UnknownItems):
                total = self.machine.unsure(given.site)
                step = partial(self.machine.run, given.values[0], [total, total], given.site)
                self.machine.repeat(step, total)
            else:
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

    def _exit(self, given: Given) -> Value:
        raise Raised(Instance(External("builtins.SystemExit"), given.site.place, tuple(given.arguments)))

    def _cast(self, given: Given) -> Value:
        return given.value(1, "val")

    def _first(self, given: Given) -> Value:
        return given.values[0] if given.values else None

    def _in_place(self, function: Callable[..., Value], given: Given) -> Value:
        """A function that may change the list it is given, of which all is known."""
        if not given.is_known() or given.keywords:
            return NOT_KNOWN
        for one in given.values:
            if isinstance(one, list):
                self.machine.journal.touch(one)
                self.machine.grow(len(one) + 1)
        made = computed(given.site, function, *given.values)
        self.machine.journal.bear(made)
        return made


def _bits_of(values: Sequence[Value]) -> int:
    """Bits of the product of all numbers in some values."""
    items = [
        item for one in values for item in (one if isinstance(one, list | tuple | set | range) else [one])
    ]
    return sum(one.bit_length() for one in items if isinstance(one, int))
