"""Python's own functions on values of which some may be unknown: one table from name to what computes it."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.exceptions import computed
from crewprof.python.functions.conversions import Conversions
from crewprof.python.functions.on_iterables import FunctionsOnIterables
from crewprof.python.functions.on_objects import FunctionsOnObjects
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.leaving import Raised
from crewprof.python.uncertain import PartialText
from crewprof.python.values import ClassValue, External, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.expressions.texts import Texts
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.methods import Methods
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.objects.attributes import Attributes
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing

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
    """Computes Python's own functions for a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        arithmetic: Arithmetic,
        attributes: Attributes,
        changes: AttributeChanges,
        texts: Texts,
        methods: Methods,
    ) -> None:
        self.machine = machine
        self.comparing = comparing
        self.texts = texts
        self.files = methods.files
        self.reflection = methods.reflection
        conversions = Conversions(machine, iteration, comparing, texts, methods)
        iterables = FunctionsOnIterables(machine, iteration, comparing, arithmetic)
        self.objects = objects = FunctionsOnObjects(machine, comparing, attributes, changes)
        self._functions: Mapping[str, Callable[[Given], Value]] = {
            "str": conversions.call_str,
            "repr": conversions.call_repr,
            "format": conversions.call_format,
            "int": conversions.call_int,
            "float": conversions.call_float,
            "bool": conversions.call_bool,
            "list": conversions.call_list,
            "tuple": conversions.call_tuple,
            "set": conversions.call_set,
            "frozenset": conversions.call_frozenset,
            "dict": conversions.call_dict,
            "range": conversions.call_range,
            "len": iterables.call_len,
            "iter": iterables.call_iter,
            "next": iterables.call_next,
            "enumerate": iterables.call_enumerate,
            "zip": iterables.call_zip,
            "map": iterables.call_map,
            "filter": iterables.call_filter,
            "reversed": iterables.call_reversed,
            "sorted": iterables.call_sorted,
            "min": iterables.call_min,
            "max": iterables.call_max,
            "sum": iterables.call_sum,
            "any": iterables.call_any,
            "all": iterables.call_all,
            "isinstance": objects.call_isinstance,
            "issubclass": objects.call_issubclass,
            "callable": objects.call_callable,
            "getattr": objects.call_getattr,
            "hasattr": objects.call_hasattr,
            "setattr": objects.call_setattr,
            "delattr": objects.call_delattr,
            "type": objects.call_type,
            "print": self._print,
            "open": self._open,
            "slice": conversions.call_slice,
            "vars": self._vars,
            "property": objects.call_property,
            "hash": objects.call_hash,
            "bytes": conversions.call_bytes,
            "object": conversions.call_object,
            "globals": self.reflection.call_globals,
            "locals": self.reflection.call_locals,
            "exec": self.reflection.call_exec,
            "eval": self.reflection.call_eval,
            "exit": self._exit,
            "quit": self._exit,
        }

    def call(self, name: str, given: Given) -> Value:
        """The result; ``NOT_KNOWN`` for a function that is not in the table."""
        if name in _PURE:
            return self._pure(name, given)
        function = self._functions.get(name)
        return NOT_KNOWN if function is None else function(given)

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

    def _vars(self, given: Given) -> Value:
        return self.objects.call_vars(given) if given.values else self.reflection.call_locals(given)

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
        return self.files.opened_for(mode, Path(path), given)
