"""Methods of known values: one table from (type, name) to what computes the result."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python import operators
from crewprof.python.file_values import FileValue
from crewprof.python.functions.reflection import Reflection
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import TooLarge
from crewprof.python.methods.of_files import MethodsOfFiles
from crewprof.python.methods.of_folders import MethodsOfFolders
from crewprof.python.methods.of_lists import MethodsOfLists
from crewprof.python.methods.of_mappings import MethodsOfMappings
from crewprof.python.methods.of_sets import MethodsOfSets
from crewprof.python.methods.of_texts import MethodsOfTexts
from crewprof.python.methods.outcomes import Outcomes
from crewprof.python.module_names import ModuleNames
from crewprof.python.native_values import PURE_METHODS
from crewprof.python.uncertain import FromEnvironment, PartialText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.given import Given
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.values import Value

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


_Method: TypeAlias = "Callable[[Any, str, Given], Value]"


_KINDS: Final = (
    *(str, bytes, int, float, list, tuple, dict, set, frozenset, PurePath, FileValue, LazyItems),
    *PURE_METHODS,
)


class Methods:
    """Calls methods of known values for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, comparing: Comparing) -> None:
        self.machine = machine
        self.iteration = iteration
        self.outcomes = Outcomes(machine, iteration)
        self.reflection = Reflection(machine, self)
        self.files = MethodsOfFiles(machine, self.outcomes)
        self.folders = MethodsOfFolders(machine, iteration, self.files)
        outcomes, files, folders = self.outcomes, self.files, self.folders
        texts = MethodsOfTexts(machine, iteration, outcomes)
        lists = MethodsOfLists(machine, iteration, comparing, outcomes)
        mappings = MethodsOfMappings(machine, iteration, outcomes)
        sets = MethodsOfSets(machine, iteration, outcomes)
        self._methods: Mapping[tuple[type, str], _Method] = {
            **{(str, name): texts.plainly for name in _PURE_TEXT},
            **{(bytes, name): outcomes.computed for name in _PURE_BYTES},
            **{(kind, name): outcomes.computed for kind, names in PURE_METHODS.items() for name in names},
            **{(str, name): texts.translated for name in ("translate", "maketrans")},
            **{(str, name): texts.padded for name in _PADDING},
            (str, "replace"): texts.replace,
            (str, "format"): texts.format,
            (str, "format_map"): texts.format_map,
            (str, "join"): texts.join,
            **{(kind, name): outcomes.computed for kind in (int, float) for name in _PURE_NUMBER},
            **{(list, name): lists.call for name in lists.methods},
            **{(tuple, name): lists.of_tuple for name in ("index", "count")},
            **{(dict, name): mappings.call for name in mappings.methods},
            **{(dict, name): mappings.view for name in ("keys", "values", "items")},
            **{(kind, name): sets.algebra for kind in (set, frozenset) for name in _SET_ALGEBRA},
            **{(set, name): sets.change for name in _SET_CHANGES},
            (set, "add"): sets.add,
            (set, "discard"): sets.discard,
            (set, "remove"): sets.discard,
            (set, "pop"): sets.pop_any,
            (set, "clear"): sets.clear,
            (set, "copy"): sets.copy,
            **{(PurePath, name): files.path for name in _PURE_PATH},
            **{(PurePath, name): files.exists for name in ("exists", "is_file", "is_dir")},
            (PurePath, "iterdir"): folders.iterdir,
            **{(PurePath, name): folders.glob for name in ("glob", "rglob")},
            (PurePath, "open"): files.open,
            (PurePath, "read_text"): files.read_text,
            **{(FileValue, name): files.of_file for name in ("read", "close")},
            (LazyItems, "__next__"): self._next,
            (LazyItems, "send"): self._send,
            (LazyItems, "close"): self._close,
        }

    def call(self, receiver: Value, name: str, given: Given) -> Value:
        """``receiver.name(…)``."""
        if isinstance(receiver, FromEnvironment):
            return self._of_environment(receiver, name, given)
        if isinstance(receiver, ModuleNames):
            return self.reflection.method(receiver, name, given)
        if isinstance(receiver, PartialText):
            return self._of_partial(receiver, name, given)
        method = next(
            (
                found
                for kind in _KINDS
                if isinstance(receiver, kind) and (found := self._methods.get((kind, name))) is not None
            ),
            None,
        )
        if method is None:
            return self.outcomes.lost(receiver, given)
        if isinstance(receiver, int) and any(
            isinstance(one, int) and one > operators.SIZE_LIMIT for one in given.values
        ):
            raise TooLarge
        if isinstance(receiver, str | int | float | PurePath) and given.variable is not None:
            return self._with_variable(receiver, name, given)
        return method(receiver, name, given)

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

    def _next(self, receiver: LazyItems, _name: str, given: Given) -> Value:
        return self.iteration.next_of(receiver, given.site)

    def _close(self, receiver: LazyItems, _name: str, given: Given) -> Value:
        if not receiver.is_generator or given.values:
            return self.outcomes.lost(receiver, given)
        return self.iteration.close(receiver, given.site)

    def _send(self, receiver: LazyItems, _name: str, given: Given) -> Value:
        if not receiver.is_generator or len(given.values) != 1:
            return self.outcomes.lost(receiver, given)
        return self.iteration.next_of(receiver, given.site, given.values[0])
