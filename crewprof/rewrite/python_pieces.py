"""Which characters of Python literals make which characters of the text they stand for."""

from __future__ import annotations

import ast
import re
import textwrap
from typing import TYPE_CHECKING, Final

from crewprof.errors import EditRefused
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.source.python_data import is_dedent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_OPENING: Final = late_pattern(r"([A-Za-z]*)(\"\"\"|'''|\"|')")
_ESCAPE: Final = late_pattern(
    r"\\(?:\r\n|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]*\}|.)", re.DOTALL
)
_BREAK: Final = late_pattern(r"\r\n|\r|\n")
_TRIVIA: Final = late_pattern(r"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the source that makes ``value``: one character, or none (an escaped line break).

    ``literal`` counts the literals: an edit may not reach over the quotes between two of them.
    """

    value: str
    start: int
    end: int
    literal: int


@dataclass(frozen=True, slots=True)
class Literal:
    """One pair of quotes in the source, prefix included."""

    start: int
    body: int
    body_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text and what it is made of."""

    pieces: tuple[Piece, ...]
    literals: tuple[Literal, ...]

    @property
    def value(self) -> str:
        """The text."""
        return "".join(piece.value for piece in self.pieces)


def pieces_of(source: str) -> Pieces:
    """The pieces of an expression of text literals; offsets count in ``source``.

    Raises :class:`EditRefused` where a part of it is no such literal (an f-string, a call that is not known).
    """
    tree = ast.parse(f"(\n{source}\n)", mode="eval")
    reader = _Reader(source)
    pieces = reader.read(tree.body)
    return Pieces(tuple(pieces), tuple(reader.literals))


class _Reader:
    """Reads the literals of an expression one after the other: they stand in the order of the tree."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = source.encode("utf-8").splitlines(keepends=True)
        self.literals: list[Literal] = []

    def read(self, node: ast.expr) -> list[Piece]:
        match node:
            case ast.Constant(value=str() as value):
                return self._constant(node, value)
            case ast.Call(args=[inner], keywords=[]) if is_dedent(node.func):
                return _dedented(self.read(inner))
            case ast.Call(func=ast.Attribute(value=inner, attr=name), args=[], keywords=[]):
                return _stripped(self.read(inner), getattr(str, name))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return [*self.read(left), *self.read(right)]
            case _:
                raise EditRefused("the text is not written in one place")

    def _constant(self, node: ast.Constant, value: str) -> list[Piece]:
        position = self._offset(node.lineno, node.col_offset)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        end = self._offset(node.end_lineno, node.end_col_offset)
        pieces: list[Piece] = []
        while position < end:
            literal, is_raw = self._literal(position)
            pieces.extend(self._body(literal, is_raw=is_raw))
            self.literals.append(literal)
            trivia = _TRIVIA.match(self._source, literal.end)
            position = trivia.end() if trivia else literal.end
        if "".join(piece.value for piece in pieces) != value:
            raise EditRefused("the text is written in a way that cannot be cut")
        return pieces

    def _offset(self, line: int, byte_column: int) -> int:
        """Offset in the source; it begins on line 2 of what was parsed."""
        # ``ast`` counts columns in bytes of UTF-8.
        before = b"".join(self._lines[: line - 2])
        rest = self._lines[line - 2] if line - 2 < len(self._lines) else b""
        return len((before + rest[:byte_column]).decode("utf-8", "ignore"))

    def _literal(self, position: int) -> tuple[Literal, bool]:
        opening = _OPENING.match(self._source, position)
        if opening is None or "f" in opening[1].lower():
            raise EditRefused("the text is written in a way that cannot be cut")
        quotes, is_raw = opening[2], "r" in opening[1].lower()
        at = opening.end()
        # In raw literals, too, a backslash keeps the quote after it from ending them.
        while not self._source.startswith(quotes, at):
            at += 2 if self._source[at] == "\\" else 1
        return Literal(position, opening.end(), at, at + len(quotes)), is_raw

    def _body(self, literal: Literal, *, is_raw: bool) -> Iterator[Piece]:
        at = literal.body
        number = len(self.literals)
        while at < literal.body_end:
            escape = None if is_raw else _ESCAPE.match(self._source, at, literal.body_end)
            line_break = _BREAK.match(self._source, at, literal.body_end)
            if escape is not None:
                value = _unescaped(escape.group())
                stop = escape.end()
            else:
                value = "\n" if line_break else self._source[at]
                stop = line_break.end() if line_break else at + 1
            for character in value[:1] or [""]:
                yield Piece(character, at, stop, number)
            for character in value[1:]:
                # An escape that Python does not know stands for itself, both its characters.
                yield Piece(character, stop, stop, number)
            at = stop


def _unescaped(escape: str) -> str:
    if escape[1] in "\r\n":
        return ""
    return str(ast.literal_eval(f'"{escape}"' if escape != '\\"' else "'\\\"'"))


def _dedented(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that :func:`textwrap.dedent` leaves."""
    text = "".join(piece.value for piece in pieces)
    wanted = textwrap.dedent(text)
    kept: list[Piece] = []
    lines = _lines_of(pieces)
    for line, left in zip(lines, wanted.split("\n"), strict=True):
        surplus = sum(piece.value not in ("", "\n") for piece in line) - len(left)
        for piece in line:
            if surplus and piece.value not in ("", "\n"):
                surplus -= 1
            else:
                kept.append(piece)
    if "".join(piece.value for piece in kept) != wanted:
        raise EditRefused("the text is indented in a way that cannot be cut")
    return kept


def _lines_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        lines[-1].append(piece)
        if piece.value == "\n":
            lines.append([])
    return lines


def _stripped(pieces: Sequence[Piece], strip: Callable[[str], str]) -> list[Piece]:
    text = "".join(piece.value for piece in pieces)
    wanted = strip(text)
    first = 0 if strip is str.rstrip else len(text) - len(text.lstrip())
    if not wanted:
        return []
    kept: list[Piece] = []
    position = 0
    for piece in pieces:
        if first <= position < first + len(wanted):
            kept.append(piece)
        position += len(piece.value)
    return kept
