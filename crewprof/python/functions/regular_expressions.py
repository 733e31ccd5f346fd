"""``re`` on known texts, as far as matching surely ends soon."""

from __future__ import annotations

import re
import warnings
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python.exceptions import computed, raised
from crewprof.python.file_values import FileText
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.leaving import TooLarge
from crewprof.python.uncertain import PartialText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.values import External, Value

WORK_LIMIT: Final = 2_000_000
"""Steps that matching one text may take."""

PATTERN_LIMIT: Final = 1_000
"""Characters of the longest pattern."""

FLAGS: Final[Mapping[str, re.RegexFlag]] = {
    f"re.{name}": flag for name, flag in re.RegexFlag.__members__.items() if name != "DEBUG"
}
_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "search": ("string", "flags"),
    "match": ("string", "flags"),
    "fullmatch": ("string", "flags"),
    "findall": ("string", "flags"),
    "finditer": ("string", "flags"),
    "split": ("string", "maxsplit", "flags"),
    "sub": ("repl", "string", "count", "flags"),
    "subn": ("repl", "string", "count", "flags"),
}
"""What the functions take after the pattern."""


class RegularExpressions:
    """Matches for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration) -> None:
        self.machine = machine
        self.iteration = iteration

    def function(self, name: str, given: Given) -> Value:
        """``re.name(…)``; ``NOT_KNOWN`` for a function that is not computed."""
        if name == "escape" and given.is_known():
            return computed(given.site, re.escape, *given.values)
        if name not in _PARAMETERS and name != "compile":
            return NOT_KNOWN
        named = dict(zip(("pattern", *_PARAMETERS.get(name, ("flags",))), given.values, strict=False))
        named.update(given.named)
        flags = named.pop("flags", 0)
        pattern = self._pattern(named.pop("pattern", None), flags, given)
        if not isinstance(pattern, re.Pattern):
            return pattern
        return pattern if name == "compile" else self._matched(pattern, name, named, given)

    def method(self, pattern: re.Pattern[Any], name: str, given: Given) -> Value:
        """``pattern.name(…)``."""
        if name not in _PARAMETERS:
            return self.machine.unsure(given.site)
        names = [one for one in _PARAMETERS[name] if one != "flags"]
        if name not in ("split", "sub", "subn"):
            names += ["pos", "endpos"]
        named = dict(zip(names, given.values, strict=False))
        return self._matched(pattern, name, {**named, **given.named}, given)

    def _pattern(self, pattern: Value, flags: Value, given: Given) -> Value:
        if isinstance(pattern, re.Pattern):
            return pattern
        if not isinstance(pattern, str) or isinstance(pattern, PartialText) or not isinstance(flags, int):
            return self.machine.unsure(given.site)
        if len(pattern) > PATTERN_LIMIT:
            raise TooLarge
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return re.compile(str(pattern), flags)
        except re.error as error:
            raise raised(given.site, error) from None
        except (OverflowError, ValueError) as error:
            raise raised(given.site, ValueError(str(error))) from None

    def _matched(self, pattern: re.Pattern[Any], name: str, named: dict[str, Value], given: Given) -> Value:
        text, repl = named.get("string"), named.get("repl", "")
        numbers = [one for key, one in named.items() if key not in ("string", "repl")]
        if not _is_text(text) or not all(isinstance(one, int) for one in numbers):
            return self._unsure(repl, given)
        assert isinstance(text, str)
        named["string"] = str(text) if isinstance(text, FileText) else text
        work = _work(pattern.pattern, pattern.flags, len(text))
        if work > WORK_LIMIT:
            raise TooLarge
        self.machine.charge(work >> 8)
        if "repl" in named and not _is_text(repl):
            return self._replaced(pattern, name, named, given)
        if "repl" in named and len(text) * (len(str(repl)) + 1) > WORK_LIMIT:
            raise TooLarge
        try:
            made = computed(given.site, getattr(pattern, name), **named)
        except re.error as error:
            raise raised(given.site, error) from None
        if name == "finditer":
            return self.iteration.lazily(made)
        if isinstance(made, list | str):
            self.machine.allocate(len(made))
        if isinstance(made, list):
            self.machine.journal.bear(made)
        return made

    def _unsure(self, repl: Value, given: Given) -> Value:
        unknown = self.machine.unsure(given.site)
        self.machine.forget_reached([repl], unknown)
        return unknown

    def _replaced(self, pattern: re.Pattern[Any], name: str, named: dict[str, Value], given: Given) -> Value:
        """``sub`` with a function."""
        text, count = str(named["string"]), named.get("count", 0)
        pieces: list[str] = []
        at = done = 0
        for found in pattern.finditer(text):
            if isinstance(count, int) and 0 < count <= done:
                break
            made = self.machine.run(named["repl"], [found], given.site)
            if not _is_text(made):
                return self._unsure(named["repl"], given)
            pieces += [text[at : found.start()], str(made)]
            at, done = found.end(), done + 1
        result = "".join([*pieces, text[at:]])
        self.machine.allocate(len(result))
        return (result, done) if name == "subn" else result


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and not isinstance(value, PartialText)


def _work(pattern: str, flags: int, length: int) -> int:
    """Steps that matching a text of some length takes at most, roughly."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            repeats, nested = _repeats(_parser.parse(pattern, flags), inside=False)
    except (re.error, RecursionError, OverflowError):
        return WORK_LIMIT + 1
    length += 1
    if nested:
        # Each character may be taken in two ways.
        return int(length * 2 ** min(length, 40))
    return int(min(length ** (repeats + 1), WORK_LIMIT + 1)) * (len(pattern) + 1)


_Tree: TypeAlias = Any


def _repeats(tree: _Tree, *, inside: bool) -> tuple[int, bool]:
    """How many parts of a pattern repeat, and whether one does that may take a text in several ways."""
    count, nested = 0, False
    for operation, argument in tree:
        for inner, repeats in _parts(operation, argument):
            if repeats:
                count += 1
                nested = nested or inside
            if operation is _constants.BRANCH and inside:
                nested = True
            more, below = _repeats(inner, inside=inside or repeats)
            count, nested = count + more, nested or below
    return count, nested


def _parts(operation: Any, argument: Any) -> Iterator[tuple[_Tree, bool]]:
    if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
        least, most, inner = argument
        yield inner, most - least > 1
    elif operation is _constants.SUBPATTERN:
        yield argument[-1], False
    elif operation is _constants.BRANCH:
        for one in argument[1]:
            yield one, False
    elif operation in (_constants.ASSERT, _constants.ASSERT_NOT):
        yield argument[1], False
    elif operation is _constants.ATOMIC_GROUP:
        yield argument, False
    elif operation is _constants.GROUPREF_EXISTS:
        for one in argument[1:]:
            if one is not None:
                yield one, False


def of_re(callee: External) -> str | None:
    """The name of a function of ``re``."""
    return callee.name if callee.dotted == f"re.{callee.name}" else None
