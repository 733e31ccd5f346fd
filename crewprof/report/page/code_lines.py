"""Code on the page: the lines a finding is about, and the lines a fix changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.source.place import Place
    from crewprof.source.text import SourceText

AROUND = 2
"""Lines shown before and after those that are meant."""
MOST_LINES = 12
LONGEST_LINE = 400
MOST_DIFF_LINES = 120


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line with what stands at its left (its number, or a sign), and its kind for the style."""

    margin: str
    text: str
    kind: str


def code_at(place: Place, text: SourceText | None) -> tuple[CodeLine, ...]:
    """The lines around ``place``, those that are meant marked; nothing where the file is not at hand."""
    lines = [] if text is None else text.text.splitlines()
    if not 0 < place.line <= len(lines):
        return ()
    last = min(place.end_line, place.line + MOST_LINES - 1, len(lines))
    if last > place.line and place.end_column == 1:
        last -= 1
    first = max(1, place.line - AROUND)
    shift = place.shown_line - place.line
    return tuple(
        CodeLine(str(number + shift), lines[number - 1][:LONGEST_LINE], _kind(number, place.line, last))
        for number in range(first, min(last + AROUND, len(lines)) + 1)
        if number + shift > 0
    )


def _kind(number: int, first: int, last: int) -> str:
    return "meant" if first <= number <= last else ""


def diff_lines(diff: str) -> tuple[CodeLine, ...]:
    """A unified diff, a line a line, without the marks for missing line ends."""
    return tuple(_diff_lines(diff))


def _diff_lines(diff: str) -> Iterator[CodeLine]:
    lines = diff.splitlines()
    for line in lines[:MOST_DIFF_LINES]:
        if line.startswith(("--- ", "+++ ")):
            yield CodeLine("", line.rstrip("\t"), "file")
        elif line.startswith("@@"):
            yield CodeLine("", line, "hunk")
        elif line.startswith("\\"):
            continue
        else:
            kind = {"+": "added", "-": "removed"}.get(line[:1], "")
            yield CodeLine(line[:1].strip(), line[1 : LONGEST_LINE + 1], kind)
    if len(lines) > MOST_DIFF_LINES:
        yield CodeLine("", f"{len(lines) - MOST_DIFF_LINES:,} more lines", "hunk")
