"""Which characters of a YAML scalar's text make which characters of its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from crewprof.errors import EditRefused
from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.source.node import ScalarNode

_ORDINARY: Final = late_pattern(r"[^\s\\'\"]+")
_FOLD: Final = late_pattern(r"[ \t]*(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))*[ \t]*")
_BREAK: Final = late_pattern(r"\r\n|\n|\r")
_ESCAPED_BREAK: Final = late_pattern(r"\\(?:\r\n|\n|\r)[ \t]*")
_ESCAPE: Final = late_pattern(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_HEADER: Final = late_pattern(r"[|>][-+0-9]*[^\r\n]*(?:\r\n|\n|\r)?")


class Piece(NamedTuple):
    """A stretch of the text and the value it makes.

    ``char``: one character. ``fold``: line breaks that make a space, or one line break less.
    ``raw``: line breaks that make as many. ``chomp``: those at the end that the header decides on.
    """

    value: str
    start: int
    end: int
    kind: Literal["char", "fold", "raw", "chomp"]


def pieces_of(node: ScalarNode) -> tuple[Piece, ...]:
    """The pieces of a scalar, whose values together are its value.

    Raises :class:`EditRefused` for a scalar that is not text or that reads otherwise than understood.
    """
    if not isinstance(node.value, str):
        raise EditRefused("this is not text")
    for reading in _readings(node):
        if "".join(piece.value for piece in reading) == node.value:
            return reading
    raise EditRefused("the text is written in a way that cannot be cut")


def _readings(node: ScalarNode) -> Iterator[tuple[Piece, ...]]:
    if node.style not in ("literal", "folded"):
        yield tuple(_flow_pieces(node))
        return
    text = node.source.text
    header = _HEADER.match(text, node.content_start)
    if header is None or header.end() >= node.end:
        return
    body = text[header.end() : node.end]
    first = next((line for line in _BREAK.split(body) if line.strip()), "")
    # The header may say how deep the indentation is, relative to a parent: try from deep to shallow.
    for indent in range(len(first) - len(first.lstrip(" ")), 0, -1):
        yield tuple(_block_pieces(node, header.end(), indent))


def _flow_pieces(node: ScalarNode) -> Iterator[Piece]:
    text = node.source.text
    quoted = node.style in ("single", "double")
    position, end = node.content_start + quoted, node.end - quoted
    while position < end:
        ordinary = _ORDINARY.match(text, position, end)
        if ordinary is not None:
            for place in range(position, ordinary.end()):
                yield Piece(text[place], place, place + 1, "char")
            position = ordinary.end()
            continue
        fold = _FOLD.match(text, position, end)
        if fold is not None:
            breaks = len(_BREAK.findall(fold.group()))
            yield Piece("\n" * (breaks - 1) or " ", position, fold.end(), "fold")
            position = fold.end()
            continue
        start = position
        if node.style == "double":
            while (escaped := _ESCAPED_BREAK.match(text, position, end)) is not None:
                position = escaped.end()
        value, position = _character(node, position)
        yield Piece(value, start, position, "char")


def _character(node: ScalarNode, position: int) -> tuple[str, int]:
    text = node.source.text
    if node.style == "single" and text[position] == "'":
        return "'", position + 2
    if node.style == "double" and text[position] == "\\":
        escape = _ESCAPE.match(text, position)
        if escape is not None:
            return _unescaped(escape.group()), escape.end()
    return text[position], position + 1


def _unescaped(escape: str) -> str:
    from yaml.scanner import Scanner

    if len(escape) > 2:
        digits = escape[2:]
        return chr(int(digits, 16))
    return str(Scanner.ESCAPE_REPLACEMENTS.get(escape[1], escape[1]))


def _block_pieces(node: ScalarNode, start: int, indent: int) -> Iterator[Piece]:
    text = node.source.text
    value = str(node.value)
    pending: Piece | None = None
    former = ""
    for line_start, line_end in _lines(text, start, node.end):
        line = text[line_start:line_end]
        if not line[indent:]:
            blanks = Piece("", line_start, line_end, "raw") if pending is None else pending
            pending = Piece(blanks.value + "\n", blanks.start, line_end, "raw")
            continue
        content = line_start + indent
        if pending is not None:
            yield _joined(node, pending, former, line[indent:], content)
        yield from (Piece(text[at], at, at + 1, "char") for at in range(content, line_end))
        former = line[indent:]
        pending = Piece("\n", line_end, line_end, "raw")
    trailing = len(value) - len(value.rstrip("\n"))
    if trailing:
        yield Piece("\n" * trailing, node.end, node.end, "chomp")


def _joined(node: ScalarNode, breaks: Piece, former: str, latter: str, content: int) -> Piece:
    count = len(breaks.value)
    # YAML folds no line break before or after a line that is indented further (YAML 1.2, 8.1.3).
    if node.style == "folded" and former and former[0] not in " \t" and latter[0] not in " \t":
        return Piece("\n" * (count - 1) or " ", breaks.start, content, "fold")
    return Piece("\n" * count, breaks.start, content, "raw")


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for match in _BREAK.finditer(text, start, end):
        yield position, match.start()
        position = match.end()
    if position < end:
        yield position, end
