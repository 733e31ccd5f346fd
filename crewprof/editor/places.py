"""Places of crewprof as ranges of the protocol, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import Position, Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pygls.workspace import PositionCodec

    from crewprof.source.place import Place


def range_of(place: Place, lines: Sequence[str], codec: PositionCodec) -> Range:
    """``place`` in a text of ``lines``; what lies past its end is cut."""
    start = _position(place.line, place.column, lines, codec)
    end = _position(place.end_line, place.end_column, lines, codec)
    return Range(start, max(start, end, key=lambda one: (one.line, one.character)))


def line_range(line: int, lines: Sequence[str]) -> Range:
    """The start of line number ``line``, from 1."""
    at = Position(max(0, min(line - 1, len(lines))), 0)
    return Range(at, at)


def _position(line: int, column: int, lines: Sequence[str], codec: PositionCodec) -> Position:
    index = max(0, line - 1)
    if index >= len(lines):
        return Position(max(0, len(lines) - 1), codec.client_num_units(lines[-1]) if lines else 0)
    before = lines[index][: max(0, column - 1)]
    return Position(index, codec.client_num_units(before))


def overlap(one: Range, other: Range) -> bool:
    """Whether two ranges share a place; ends count."""
    first, second = sorted((one, other), key=lambda item: (item.start.line, item.start.character))
    return (second.start.line, second.start.character) <= (first.end.line, first.end.character)
