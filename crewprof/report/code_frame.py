"""The line of a file that a finding is about, with carets below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report.plain_text import painted, plain

if TYPE_CHECKING:
    from crewprof.report.look import Look
    from crewprof.source.place import Place
    from crewprof.source.text import SourceText

GUTTER = 9
"""Columns before the text of the file."""


def frame(place: Place, text: SourceText | None, look: Look) -> list[str]:
    """The line and the carets; nothing where the file is not at hand or what is meant lies too far right."""
    from crewprof.report.drawing import cell_len

    # A notebook tells lines of its cells, not of its file.
    lines = text.text.splitlines() if text is not None and str(place.shown_line) == str(place.line) else []
    if not 0 < place.line <= len(lines):
        return []
    line = lines[place.line - 1].replace("\t", " ")
    room = look.width - GUTTER
    before, whole = line[: place.column - 1], len(line)
    end = place.end_column - 1 if place.end_line == place.line else whole
    meant = line[place.column - 1 : max(end, place.column)]
    if plain(line) != line or cell_len(before) + 1 > room:
        return []
    while cell_len(line) > room:
        line = line[:-1]
    carets = "^" * max(min(cell_len(meant), room - cell_len(before)), 1)
    carets = painted(carets, "red") if look.colour else carets
    return [f"{place.line:6} | {line}", f"{'':6} | {' ' * cell_len(before)}{carets}"]
