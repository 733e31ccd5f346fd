"""Edits on the characters of a text."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from crewprof.errors import EditRefused
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.source.text import SourceText


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters from ``start`` to ``end`` (exclusive); equal offsets insert."""

    start: int
    end: int
    replacement: str


def first_conflict(edits: Iterable[Edit]) -> tuple[Edit, Edit] | None:
    """Two edits that overlap, or ``None``. Insertions at one offset do not: they keep their order."""
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for former, latter in itertools.pairwise(ordered):
        if latter.start < former.end:
            return former, latter
    return None


def apply_edits(text: SourceText, edits: Iterable[Edit]) -> SourceText:
    """The text with all edits made; raises :class:`EditRefused` when two of them overlap."""
    wanted = list(edits)
    conflict = first_conflict(wanted)
    if conflict is not None:
        line, column = text.position(conflict[1].start)
        raise EditRefused("two edits overlap", path=text.path, line=line, column=column)
    pieces: list[str] = []
    position = 0
    for edit in sorted(wanted, key=lambda edit: (edit.start, edit.end)):
        pieces += [text.text[position : edit.start], edit.replacement]
        position = edit.end
    return text.with_text("".join([*pieces, text.text[position:]]))
