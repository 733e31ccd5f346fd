"""``match`` of a project's Python: whether a pattern fits, and the names it binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from crewprof.python import operators
from crewprof.python.leaving import Raised
from crewprof.python.mappings import PlacedDict
from crewprof.python.objects.types_of import is_instance
from crewprof.python.operations.sameness import is_same
from crewprof.python.site import Site
from crewprof.python.uncertain import FromEnvironment, PartialText, has_rest
from crewprof.python.values import ClassValue, External, Frame, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing

_SELF_MATCHING = frozenset(
    {"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"}
)


class Patterns:
    """Matches for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing) -> None:
        self.machine = machine
        self.comparing = comparing
        self._found: list[tuple[str, Value]] = []

    def match(
        self, pattern: ast.pattern, value: Value, frame: Frame
    ) -> tuple[bool | None, list[tuple[str, Value]]]:
        """Whether ``value`` fits, ``None`` if that is not known; and what names it binds if it does."""
        before, self._found = self._found, []
        try:
            return self._fits(pattern, value, frame), self._found
        finally:
            self._found = before

    def _fits(self, pattern: ast.pattern, value: Value, frame: Frame) -> bool | None:
        self.machine.charge()
        match pattern:
            case ast.MatchValue(value=node):
                return self._equals(value, self.machine.evaluate(node, frame), Site(node, frame))
            case ast.MatchSingleton(value=constant):
                return is_same(value, constant)
            case ast.MatchAs(pattern=inner, name=name):
                known = True if inner is None else self._fits(inner, value, frame)
                if known is not False:
                    self._bind(name, value)
                return known
            case ast.MatchOr(patterns=patterns):
                return self._any(patterns, value, frame)
            case ast.MatchSequence():
                return self._sequence(pattern, value, frame)
            case ast.MatchMapping():
                return self._mapping(pattern, value, frame)
            case ast.MatchClass():
                return self._class(pattern, value, frame)
            case _:
                return None

    def _equals(self, value: Value, other: Value, site: Site) -> bool | None:
        return self.comparing.truth(self.comparing.compare(ast.Eq(), value, other, site), site)

    def _bind(self, name: str | None, value: Value) -> None:
        if name is not None:
            self._found.append((name, value))

    def _any(self, patterns: list[ast.pattern], value: Value, frame: Frame) -> bool | None:
        for one in patterns:
            before = len(self._found)
            known = self._fits(one, value, frame)
            if known is not False:
                return known
            del self._found[before:]
        return False

    def _sequence(self, pattern: ast.MatchSequence, value: Value, frame: Frame) -> bool | None:
        if isinstance(value, Unknown | FromEnvironment | PartialText | Instance | External):
            self._bind_all(pattern, frame)
            return None
        if not isinstance(value, list | tuple | range):
            return False
        items = list(value)
        if has_rest(items):
            self._bind_all(pattern, frame)
            return None
        star = next((at for at, one in enumerate(pattern.patterns) if isinstance(one, ast.MatchStar)), None)
        count = len(pattern.patterns)
        if star is None:
            if len(items) != count:
                return False
            return self._each(list(zip(pattern.patterns, items, strict=True)), frame)
        if len(items) < count - 1:
            return False
        after = count - star - 1
        middle = items[star : len(items) - after]
        pairs = [
            *zip(pattern.patterns[:star], items[:star], strict=True),
            *zip(pattern.patterns[star + 1 :], items[len(items) - after :] if after else [], strict=True),
        ]
        known = self._each(pairs, frame)
        starred = pattern.patterns[star]
        assert isinstance(starred, ast.MatchStar)
        if known is not False:
            self._bind(starred.name, middle)
        return known

    def _each(self, pairs: list[tuple[ast.pattern, Value]], frame: Frame) -> bool | None:
        verdict: bool | None = True
        for pattern, value in pairs:
            known = self._fits(pattern, value, frame)
            if known is False:
                return False
            verdict = None if known is None else verdict
        return verdict

    def _mapping(self, pattern: ast.MatchMapping, value: Value, frame: Frame) -> bool | None:
        if isinstance(value, Unknown | FromEnvironment | Instance | External):
            self._bind_all(pattern, frame)
            return None
        if not isinstance(value, PlacedDict):
            return False
        pairs: list[tuple[ast.pattern, Value]] = []
        keys: list[Value] = []
        for node, inner in zip(pattern.keys, pattern.patterns, strict=True):
            key = self.machine.evaluate(node, frame)
            if not operators.as_key(key) or (key not in value and value.rest is not None):
                self._bind_all(pattern, frame)
                return None
            if key not in value:
                return False
            keys.append(key)
            pairs.append((inner, value[key]))
        known = self._each(pairs, frame)
        left = PlacedDict({key: one for key, one in value.items() if key not in keys})
        left.rest = value.rest
        if known is not False:
            self._bind(pattern.rest, left)
        return known

    def _class(self, pattern: ast.MatchClass, value: Value, frame: Frame) -> bool | None:
        cls = self.machine.evaluate(pattern.cls, frame)
        known = is_instance(value, cls)
        if known is not True:
            if known is None:
                self._bind_all(pattern, frame)
            return known
        pairs: list[tuple[ast.pattern, Value]] = []
        positional = list(pattern.patterns)
        if positional and isinstance(cls, External) and cls.name in _SELF_MATCHING:
            pairs.append((positional.pop(0), value))
        names = self._positions(cls) if positional else []
        if names is None or len(positional) > len(names):
            self._bind_all(pattern, frame)
            return None
        named = [
            *zip(names, positional, strict=False),
            *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True),
        ]
        for name, inner in named:
            site = Site(pattern.cls, frame)
            try:
                pairs.append((inner, self.machine.attribute(value, name, site)))
            except Raised:
                return False
        return self._each(pairs, frame)

    def _positions(self, cls: Value) -> list[str] | None:
        """Names of the attributes that positional patterns mean."""
        if not isinstance(cls, ClassValue):
            return None
        given = cls.lookup("__match_args__")
        if given is not None:
            found = given[1]
            is_plain = isinstance(found, tuple) and all(isinstance(one, str) for one in found)
            return [str(one) for one in found] if is_plain else None  # type: ignore[attr-defined]
        if not cls.decorator("dataclass"):
            return None
        names = [name for one in reversed(cls.mro()) for name in one.annotations]
        return list(dict.fromkeys(names))

    def _bind_all(self, pattern: ast.pattern, frame: Frame) -> None:
        """What a pattern binds that may fit is not known."""
        for node in ast.walk(pattern):
            name: Any = getattr(node, "name", None) or getattr(node, "rest", None)
            if isinstance(node, ast.MatchAs | ast.MatchStar | ast.MatchMapping) and isinstance(name, str):
                unknown = Unknown(
                    f"`{name}` is only known when the crew runs", Site(_anchor(pattern), frame).place
                )
                self._bind(name, unknown)


def _anchor(pattern: ast.pattern) -> ast.expr:
    return ast.copy_location(ast.Name("_", ast.Load()), pattern)
