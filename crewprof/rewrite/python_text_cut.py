"""Cuts a stretch out of a text that Python literals make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.errors import EditRefused
from crewprof.rewrite.intent import span_without_text
from crewprof.rewrite.python_pieces import pieces_of
from crewprof.source.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rewrite.python_pieces import Literal, Piece, Pieces
    from crewprof.source.document import DataDocument
    from crewprof.source.node import ScalarNode
    from crewprof.source.text import SourceText


def cut(document: DataDocument, node: ScalarNode, text: str) -> Iterator[list[Edit]]:
    """Ways to delete ``text`` from the text at ``node``, best first; none where literals do not make it."""
    try:
        found = pieces_of(node.text)
    except EditRefused:
        return
    value = str(node.value)
    if found.value != value:
        return
    start, end = span_without_text(value, text)
    yield from _ways(document.text, node.start, found, start, end)


def _ways(text: SourceText, offset: int, found: Pieces, start: int, end: int) -> Iterator[list[Edit]]:
    touched = _touched(found, start, end)
    stretches = _stretches(touched)
    emptied = [
        found.literals[number]
        for number, left, right in stretches
        if (left, right) == (found.literals[number].body, found.literals[number].body_end)
    ]
    rest = [
        Edit(offset + left, offset + right, "")
        for number, left, right in stretches
        if found.literals[number] not in emptied
    ]
    # A whole line of an indented text goes with its indentation, which does not count in its value.
    wider = [_with_indentation(text, edit) for edit in rest]
    gone = [_without_literal(text, offset, found, one) for one in emptied]
    kept = [Edit(offset + one.body, offset + one.body_end, "") for one in emptied]
    # One literal stays: without any there would be no expression.
    for instead in (gone, kept) if len(found.literals) > len(emptied) else (kept,):
        yield [*wider, *instead]
        yield [*rest, *instead]


def _touched(found: Pieces, start: int, end: int) -> list[Piece]:
    """The pieces of the span; those without a value only between others."""
    touched: list[Piece] = []
    position = 0
    for piece in found.pieces:
        stop = position + len(piece.value)
        if start <= position and stop <= end and (piece.value or start < position < end):
            touched.append(piece)
        position = stop
    return touched


def _stretches(touched: list[Piece]) -> list[tuple[int, int, int]]:
    """Literal, start and end of what goes, per literal."""
    spans: dict[int, tuple[int, int]] = {}
    for piece in touched:
        left, right = spans.get(piece.literal, (piece.start, piece.end))
        spans[piece.literal] = min(left, piece.start), max(right, piece.end)
    return [(number, *span) for number, span in spans.items()]


def _without_literal(text: SourceText, offset: int, found: Pieces, one: Literal) -> Edit:
    """Take a whole literal out, with the blanks and the line break in front of it or behind it."""
    index = found.literals.index(one)
    if index:
        before = offset + found.literals[index - 1].end
        between = text.text[before : offset + one.start]
        if not between.strip():
            return Edit(before, offset + one.end, "")
    if index + 1 < len(found.literals):
        after = offset + found.literals[index + 1].start
        if not text.text[offset + one.end : after].strip():
            return Edit(offset + one.start, after, "")
    return Edit(offset + one.body, offset + one.body_end, "")


def _with_indentation(text: SourceText, edit: Edit) -> Edit:
    line, column = text.position(edit.start)
    before = text.line_text(line)[: column - 1]
    ends_line = text.text[edit.start : edit.end].endswith(("\n", "\r"))
    return edit if before.strip() or not ends_line else Edit(edit.start - len(before), edit.end, "")
