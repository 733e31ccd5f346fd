"""Cuts a stretch of text out of a scalar, touching as few lines as can be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from crewprof.errors import EditRefused
from crewprof.late_patterns import late_pattern
from crewprof.latest_answers import kept_for_latest
from crewprof.rewrite.intent import span_without_text
from crewprof.rewrite.scalar_pieces import Piece, pieces_of
from crewprof.source.edit import Edit

if TYPE_CHECKING:
    from crewprof.source.document import DataDocument
    from crewprof.source.node import ScalarNode
    from crewprof.source.text import SourceText

_INDENT: Final = late_pattern(r"[ \t]*\Z")


def cut(document: DataDocument, node: ScalarNode, text: str) -> list[list[Edit]]:
    """Ways to delete ``text`` from a scalar, the one that joins no lines first; maybe none.

    The value that is left is that of :func:`~crewprof.rewrite.intent.without_text`.
    """
    value = str(node.value)
    try:
        known = _located(node)
    except EditRefused:
        return []
    edits = [
        edit
        for start, end in _equal_spans(value, *span_without_text(value, text))
        if (edit := _cut_pieces(document.text, known, start, end)) is not None
    ]
    return [[edit] for edit in sorted(edits, key=lambda edit: _joins_lines(document.text, edit))]


def _equal_spans(value: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans that leave the same text: a neighbour that equals the far end may go in its place."""
    spans = [(start, end)]
    if start and value[start - 1] == value[end - 1]:
        spans.append((start - 1, end - 1))
    if end < len(value) and value[end] == value[start]:
        spans.append((start + 1, end + 1))
    return spans


class _Located(NamedTuple):
    """The pieces of a scalar, and where in its value each of them begins and ends."""

    pieces: tuple[Piece, ...]
    starts: list[int]
    stops: list[int]


# Several sentences go from one text, one after the other.
@kept_for_latest(1)
def _located(node: ScalarNode) -> _Located:
    """The pieces of ``node``; raises :class:`EditRefused` like :func:`pieces_of`."""
    pieces = pieces_of(node)
    stops = list(accumulate(len(piece.value) for piece in pieces))
    return _Located(pieces, [0, *stops[:-1]], stops)


def _cut_pieces(text: SourceText, known: _Located, start: int, end: int) -> Edit | None:
    pieces = known.pieces
    first = bisect_right(known.stops, start)
    behind = bisect_left(known.starts, end, first)
    touched = list(pieces[first:behind])
    if not touched or any(piece.kind == "chomp" for piece in touched):
        return None
    left = "".join(
        piece.value[: max(start - position, 0)]
        for piece, position in zip(touched, known.starts[first:behind], strict=True)
    )
    right = "".join(
        piece.value[max(end - position, 0) :]
        for piece, position in zip(touched, known.starts[first:behind], strict=True)
        if position + len(piece.value) > end
    )
    before = list(pieces[first - 1 : first]) if first else []
    return _edit(text, touched, before, list(pieces[behind : behind + 1]), left + right)


def _edit(
    text: SourceText, touched: list[Piece], before: list[Piece], after: list[Piece], rest: str
) -> Edit | None:
    """The edit, with the line breaks around the cut written anew when they run together."""
    first, last = touched[0].start, touched[-1].end
    breaks = [piece for piece in (*before, *after) if piece.kind in ("fold", "raw")]
    # With a line break on one side only, none run together.
    if not rest and len(breaks) < 2:
        return Edit(first, last, "")
    shape = next((piece for piece in (*touched, *before) if piece.kind in ("fold", "raw")), None)
    if shape is None:
        return None
    if before and before[0] in breaks:
        first, rest = before[0].start, before[0].value + rest
    if after and after[0] in breaks:
        last, rest = after[0].end, rest + after[0].value
    if rest.strip("\n"):
        return None
    indent = _INDENT.search(text.text[shape.start : shape.end])
    # Of the line breaks of a fold one goes: n + 1 of them make n.
    count = len(rest) + (1 if shape.kind == "fold" else 0)
    return Edit(first, last, text.line_break * count + (indent.group() if indent else ""))


def _joins_lines(text: SourceText, edit: Edit) -> bool:
    """Whether text before and after the edit, on different lines, ends up on one line."""
    line, column = text.position(edit.start)
    last_line, last_column = text.position(edit.end)
    if line == last_line:
        return False
    before = text.line_text(line)[: column - 1].strip()
    after = text.line_text(last_line)[last_column - 1 :].strip()
    return bool(before and after) and "\n" not in edit.replacement
