"""CEL, the language of expressions in a flow: whether one is well formed, and which names it starts from.

(crewai/flow/expressions.py, on the grammar of the package cel-python) Which symbol comes next depends on
whether a value or an operator is wanted there, so ``in`` may be a name and ``-1`` a number or a subtraction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_QUOTED: Final = "|".join(
    (
        r'"""(?:[^"\\]|\\["\'\\]|\\(?!["\'\\])|"(?!""))*"""',
        r"'''(?:[^'\\]|\\[\"'\\]|\\(?![\"'\\])|'(?!''))*'''",
        r'"(?:[^"\\\n]|\\["\'\\]|\\(?!["\'\\]))*"',
        r"'(?:[^'\\\n]|\\[\"'\\]|\\(?![\"'\\]))*'",
        # A text may end with a backslash where no other quote would end it.
        r'"[^\n]*\\"',
        r"'[^\n]*\\'",
    )
)
_TEXT: Final = late_pattern(rf"(?:[bB]?[rR]?)(?:{_QUOTED})")
_NUMBER: Final = late_pattern(
    r"-?\d+\.\d*(?:[eE][+-]?\d+)?|-?\d*\.\d+(?:[eE][+-]?\d+)?|-?\d+[eE][+-]?\d+"
    r"|-?(?:0x[0-9a-fA-F]+|\d+)[uU]?"
)
_NAME: Final = late_pattern(r"[_a-zA-Z][_a-zA-Z0-9]*")
_OPERATOR: Final = late_pattern(r"\|\||&&|<=|>=|==|!=|[<>+\-*/%]|in")
_BLANK: Final = late_pattern(r"(?:[\t\n\f\r ]+|//[^\n]*)*")
_MACROS: Final = frozenset({"all", "exists", "exists_one", "filter", "map"})
"""Functions whose first argument names what the others are about."""
_LITERALS: Final = frozenset({"true", "false", "null"})
_NO_NAMES: Final = frozenset({"true", "false"})
_DEEPEST: Final = 60


class NotCelError(ValueError):
    """A text is no expression; its message is a clause that says why."""


class TooDeepError(ValueError):
    """An expression is nested deeper than is followed."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The names a part starts from; ``alone``: the name it is, if it is nothing else."""

    roots: frozenset[str]
    alone: str | None = None


def roots_of(source: str) -> frozenset[str]:
    """The names an expression starts from; raises where it is none, or too deep to tell."""
    reader = _Reader(source)
    found = reader.expression(0)
    reader.end()
    return found.roots


def segments_of(text: str) -> Iterator[str]:
    """The source of each ``${…}`` in a text; raises where one is not closed."""
    at = 0
    while (start := text.find("${", at)) != -1:
        end = _closing(text, start + 2)
        yield text[start + 2 : end]
        at = end + 1


def _closing(text: str, at: int) -> int:
    """The brace that ends an expression: braces pair up, those in texts and comments do not count."""
    depth = 1
    while at < len(text):
        skipped = _TEXT.match(text, at) or _NAME.match(text, at) or _BLANK.match(text, at)
        if skipped is not None and skipped.end() > at:
            at = skipped.end()
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1
    raise NotCelError("its ${ is not closed")


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def expression(self, depth: int) -> _Part:
        """``a ? b : c``, or what stands in one of the places."""
        if depth > _DEEPEST:
            raise TooDeepError
        parts = [self._operands(depth)]
        while self._takes("?"):
            parts.append(self._operands(depth))
            self._expects(":")
            parts.append(self._operands(depth))
        return parts[0] if len(parts) == 1 else _Part(_union(parts))

    def end(self) -> None:
        """Nothing more may follow."""
        self._skip()
        if self.at < len(self.source):
            raise NotCelError(f"{self._shown()} cannot stand there")

    def _operands(self, depth: int) -> _Part:
        parts = [self._operand(depth)]
        while self._matched(_OPERATOR) is not None:
            parts.append(self._operand(depth))
        return parts[0] if len(parts) == 1 else _Part(_union(parts))

    def _operand(self, depth: int) -> _Part:
        is_signed = False
        while self._number() is None and (self._takes("!") or self._takes("-")):
            is_signed = True
        found = self._suffixes(self._primary(depth), depth)
        return _Part(found.roots) if is_signed else found

    def _number(self) -> str | None:
        """A number that stands here, which is not passed over."""
        self._skip()
        found = _NUMBER.match(self.source, self.at)
        return None if found is None else found.group()

    def _primary(self, depth: int) -> _Part:
        number = self._number()
        if self._matched(_TEXT) is not None:
            return _Part(frozenset())
        if number is not None:
            self.at += len(number)
            return _Part(frozenset())
        if self._takes("."):
            self._name()
            return _Part(_union(self._arguments(depth))) if self._takes("(") else _Part(frozenset())
        if self._takes("("):
            inner = self.expression(depth + 1)
            self._expects(")")
            return inner
        if self._takes("["):
            items = self._several(depth, "]")
            return items[0] if len(items) == 1 else _Part(_union(items))
        if self._takes("{"):
            return self._entries(depth)
        return self._called_or_named(depth)

    def _called_or_named(self, depth: int) -> _Part:
        name = self._matched(_NAME)
        if name is None:
            raise NotCelError(f"{self._shown()} is no value")
        if name in _LITERALS:
            return _Part(frozenset())
        if self._takes("("):
            return _Part(_union(self._arguments(depth)))
        return _Part(frozenset({name}), name)

    def _suffixes(self, found: _Part, depth: int) -> _Part:
        """``.name``, ``.name(…)``, ``[…]`` and ``{…}`` after a value."""
        parts = [found]
        while True:
            if self._takes("."):
                name = self._name()
                parts.append(self._method(name, depth) if self._takes("(") else _Part(frozenset()))
            elif self._takes("["):
                parts.append(self.expression(depth + 1))
                self._expects("]")
            elif self._takes("{"):
                parts.append(self._fields(depth))
            else:
                return found if len(parts) == 1 else _Part(_union(parts))

    def _method(self, name: str, depth: int) -> _Part:
        arguments = self._arguments(depth)
        local = arguments[0].alone if arguments and name in _MACROS else None
        return _Part(_union(arguments) - {local})

    def _arguments(self, depth: int) -> list[_Part]:
        return self._several(depth, ")")

    def _several(self, depth: int, end: str) -> list[_Part]:
        """Expressions with commas between, up to ``end``."""
        if self._takes(end):
            return []
        found = [self.expression(depth + 1)]
        while self._takes(","):
            found.append(self.expression(depth + 1))
        self._expects(end)
        return found

    def _entries(self, depth: int) -> _Part:
        """The keys and values of a mapping."""
        if self._takes("}"):
            return _Part(frozenset())
        parts: list[_Part] = []
        while True:
            parts.append(self.expression(depth + 1))
            self._expects(":")
            parts.append(self.expression(depth + 1))
            if not self._takes(","):
                self._expects("}")
                return _Part(_union(parts))

    def _fields(self, depth: int) -> _Part:
        """The fields of an object of a named type."""
        if self._takes("}"):
            return _Part(frozenset())
        parts: list[_Part] = []
        while True:
            self._name()
            self._expects(":")
            parts.append(self.expression(depth + 1))
            if not self._takes(","):
                self._expects("}")
                return _Part(_union(parts))

    def _name(self) -> str:
        name = self._matched(_NAME)
        if name is None or name in _NO_NAMES:
            raise NotCelError(f"{self._shown() if name is None else name} is no name")
        return name

    def _skip(self) -> None:
        blank = _BLANK.match(self.source, self.at)
        self.at = self.at if blank is None else blank.end()

    def _takes(self, mark: str) -> bool:
        self._skip()
        if not self.source.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def _expects(self, mark: str) -> None:
        if not self._takes(mark):
            raise NotCelError(f"{self._shown()} stands where {mark} is wanted")

    def _matched(self, pattern: re.Pattern[str]) -> str | None:
        self._skip()
        found = pattern.match(self.source, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group()

    def _shown(self) -> str:
        """What stands where the reading stopped."""
        self._skip()
        rest = self.source[self.at :].split(maxsplit=1)
        return rest[0][:20] if rest else "the end"


def _union(parts: list[_Part]) -> frozenset[str]:
    return frozenset().union(*(one.roots for one in parts))
