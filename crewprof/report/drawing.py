"""Texts and tables of the reports for people, in columns of a terminal.

It wraps, cuts and pads as Rich does (``tests/report/test_drawing.py`` compares the two), but for paths that
are too long for a line, which are broken after a slash, and times, which keep their units. Of Rich a report
needs a twentieth; it takes a tenth of a run to load and a third of the time of many crews to draw.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Justify: TypeAlias = Literal["left", "right"]

_WORD = late_pattern(r"\s*(?:\S*\d (?:s|m \d\d s|h \d\d m)(?!\w)\S*|\S+)\s*")
"""What is not broken: a word, or a time with its units."""
_SINGLE = late_pattern(
    r"[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u0391-\u03a1\u0400-\u0482‐-†•…←-↓∀-⋿─-▟]*"
)
"""Characters that are one column wide, as nearly all of a report are."""
_ATTRIBUTES = {"bold": "1", "dim": "2", "italic": "3", "underline": "4"}
_COLOURS = {
    "black": "30",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "white": "37",
    "bright_black": "90",
}


def cell_len(text: str) -> int:
    """The columns that ``text`` takes."""
    if _SINGLE.fullmatch(text):
        return len(text)
    from rich import cells

    return cells.cell_len(text)


class Text:
    """Text in one style, of which parts may have others. A ``verbatim`` one is never wrapped or cut."""

    __slots__ = ("_spans", "plain", "style", "verbatim")

    def __init__(self, plain: str = "", style: str = "", *, verbatim: bool = False) -> None:
        self.plain = plain
        self.style = style
        self.verbatim = verbatim
        self._spans: list[tuple[int, int, str]] = []

    @classmethod
    def assemble(cls, *parts: str | tuple[str, str] | Text) -> Text:
        """``parts`` one after the other, each as it is or with a style."""
        made = cls()
        for part in parts:
            made.append(*part) if isinstance(part, tuple) else made.append(part)
        return made

    def __bool__(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.plain)

    @property
    def cell_len(self) -> int:
        """The columns it takes."""
        return cell_len(self.plain)

    def append(self, text: str | Text, style: str = "") -> Text:
        """Add ``text`` at the end; this text."""
        start = len(self.plain)
        added, inner = (text.plain, text.style) if isinstance(text, Text) else (text, style)
        self.plain += added
        if inner and added:
            self._spans.append((start, len(self.plain), inner))
        if isinstance(text, Text):
            self._spans += [(start + first, start + last, name) for first, last, name in text._spans]
        return self

    def cut(self, columns: int) -> Text:
        """What of it fits in so many columns."""
        made = Text(self.plain[: _fitting(self.plain, 0, len(self.plain), columns)], self.style)
        made._spans = self._spans
        return made

    def piece(self, start: int, end: int, *, colour: bool, beneath: str = "") -> str:
        """A part of it, in its colours; ``beneath`` is the style that its own styles stand on."""
        if not colour or not (beneath or self.style or self._spans):
            return self.plain[start:end]
        edges = {
            start,
            end,
            *(at for first, last, _ in self._spans for at in (first, last) if start < at < end),
        }
        ordered = sorted(edges)
        return "".join(
            _painted(self.plain[first:last], (beneath, self.style, *self._styles_at(first)))
            for first, last in pairwise(ordered)
        )

    def _styles_at(self, place: int) -> Iterator[str]:
        return (style for first, last, style in self._spans if first <= place < last)


def _painted(text: str, styles: tuple[str, ...]) -> str:
    codes = _codes(styles)
    return f"\x1b[{codes}m{text}\x1b[0m" if codes else text


@lru_cache(maxsize=256)
def _codes(styles: tuple[str, ...]) -> str:
    """The ANSI codes (SGR) of styles that stand on each other: of colours the last one counts."""
    words = [word for style in styles for word in style.split()]
    colours = [_COLOURS[word] for word in words if word in _COLOURS]
    return ";".join([*(code for word, code in _ATTRIBUTES.items() if word in words), *colours[-1:]])


class Line(NamedTuple):
    """A line that a text is broken into: from where to where, and what comes after it."""

    start: int
    end: int
    rest: str = ""


def lines_of(text: str, width: int, *, wraps: bool = True) -> Iterator[Line]:
    """``text`` in lines of at most ``width`` columns: broken between words (and in words too long for a
    line), or, where it does not wrap, with a sign of what was cut."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if cell_len(line) <= width:
            yield Line(start, end)
        elif wraps:
            breaks = [start, *(start + at for at in _breaks(line, width)), end]
            for first, last in pairwise(breaks):
                kept = _without_blanks(text, first, last, width)
                yield Line(first, _fitting(text, first, kept, width))
        else:
            yield Line(start, _fitting(text, start, end, width - 1), "…")
        start = end + 1


def _without_blanks(text: str, start: int, end: int, width: int) -> int:
    """Where a line ends without the blanks at its end that stand beyond ``width``."""
    # A blank at the end of a line that is still within the width is kept, as Rich keeps it: a background
    # would show it.
    excess = end - start - width
    kept = start + len(text[start:end].rstrip())
    return max(kept, end - excess) if excess > 0 else end


def _fitting(text: str, start: int, end: int, width: int) -> int:
    """How far ``text`` fits from ``start``."""
    if _SINGLE.fullmatch(text[start:end]):
        return min(end, start + max(width, 0))
    taken = 0
    for place in range(start, end):
        taken += cell_len(text[place])
        if taken > width:
            return place
    return end


def _breaks(line: str, width: int) -> Iterator[int]:
    """Where ``line`` is broken."""
    column = 0
    for found in _WORD.finditer(line):
        start, end = found.span()
        needed = cell_len(found[0].rstrip())
        if width - column >= needed:
            column += cell_len(found[0])
            continue
        if start and (column or needed > width):
            yield start
        while needed > width and (past := max(_fitting(line, start, end, width), start + 1)) < end:
            # Not in the first third: a slash there would leave a line nearly empty.
            start = line.rfind("/", start + width // 3, past) + 1 or past
            yield start
        column = cell_len(line[start:end])


@dataclass(slots=True)
class _Column:
    header: Text
    width: int | None
    most: int | None
    justify: Justify
    wraps: bool
    style: str
    cells: list[Text] = field(default_factory=list)

    def natural(self, *, has_header: bool) -> int:
        """The columns it takes where there is room."""
        if self.width is not None:
            return self.width
        cells = [self.header, *self.cells] if has_header else self.cells
        wanted = max((cell_len(line) for cell in cells for line in cell.plain.split("\n")), default=0)
        return wanted if self.most is None else min(wanted, self.most)

    def drawn(self, cell: Text, width: int, style: str, *, colour: bool) -> list[str]:
        """The lines of ``cell``, each as wide as the column."""
        lines: list[str] = []
        for start, end, rest in lines_of(cell.plain, width, wraps=self.wraps):
            last = start + len(cell.plain[start:end].rstrip()) if self.justify == "right" else end
            blanks = " " * (width - cell_len(cell.plain[start:last] + rest))
            shown = cell.piece(start, last, colour=colour, beneath=style) + rest
            lines.append(blanks + shown if self.justify == "right" else shown + blanks)
        return lines


class Table:
    """Rows of texts in columns, with ``gap`` blanks between two of them."""

    def __init__(self, *, gap: int, has_header: bool = False) -> None:
        self._gap = gap
        self._has_header = has_header
        self._columns: list[_Column] = []

    def add_column(
        self,
        header: Text | None = None,
        *,
        width: int | None = None,
        most: int | None = None,
        justify: Justify = "left",
        wraps: bool = True,
        style: str = "",
    ) -> None:
        """A column more, ``width`` wide, or as wide as what is in it, at most ``most``.

        Where there is no room its cells are broken into lines, or cut if it does not wrap.
        """
        self._columns.append(_Column(header or Text(), width, most, justify, wraps, style))

    def add_row(self, *cells: str | Text) -> None:
        """A row more, with a cell for each column."""
        for column, cell in zip(self._columns, cells, strict=True):
            column.cells.append(Text(cell) if isinstance(cell, str) else cell)

    def drawn(self, width: int, *, colour: bool) -> Iterator[str]:
        """Its lines."""
        widths = self._widths(width)
        rows = zip(*(column.cells for column in self._columns), strict=True)
        if self._has_header:
            header = [column.header for column in self._columns]
            yield from self._row(header, widths, ["dim"] * len(widths), colour=colour)
        styles = [column.style for column in self._columns]
        for row in rows:
            yield from self._row(row, widths, styles, colour=colour)

    def _row(
        self, row: Sequence[Text], widths: Sequence[int], styles: Sequence[str], *, colour: bool
    ) -> Iterator[str]:
        cells = [
            column.drawn(cell, width, style, colour=colour)
            for column, cell, width, style in zip(self._columns, row, widths, styles, strict=True)
        ]
        for at in range(max(map(len, cells))):
            yield (" " * self._gap).join(
                lines[at] if at < len(lines) else " " * width
                for lines, width in zip(cells, widths, strict=True)
            )

    def _widths(self, width: int) -> list[int]:
        """The width of each column."""
        gaps = [*([self._gap] * (len(self._columns) - 1)), 0]
        natural = [
            column.natural(has_header=self._has_header) + gap
            for column, gap in zip(self._columns, gaps, strict=True)
        ]
        widths = [min(one or 1, width) for one in natural]
        if sum(widths) > width:
            widths = list(map(min, natural, self._narrowed(widths, width)))
        return [max(one - gap, 0) for one, gap in zip(widths, gaps, strict=True)]

    def _narrowed(self, widths: list[int], width: int) -> list[int]:
        """``widths`` that fit: columns that wrap give way first, the widest of them most."""
        wrapping = [column.width is None and column.wraps for column in self._columns]
        while any(wrapping) and (excess := sum(widths) - width) > 0:
            largest = max(one for one, wraps in zip(widths, wrapping, strict=True) if wraps)
            is_largest = [one == largest and wraps for one, wraps in zip(widths, wrapping, strict=True)]
            others = [one for one, wraps in zip(widths, wrapping, strict=True) if wraps and one != largest]
            # The widest give way until the next one is as wide, then both do: a narrow column is not cut for
            # the sake of a wide one.
            step = largest - max(others, default=0)
            if not step:
                break
            widths = _less(widths, excess, [min(excess, step) if one else 0 for one in is_largest])
        if sum(widths) > width:
            widths = _less(widths, sum(widths) - width, widths)
        return widths


def _less(widths: list[int], excess: int, most: Sequence[int]) -> list[int]:
    """``widths`` with ``excess`` taken from them in equal parts, from each at most so many."""
    giving = sum(1 for one in most if one)
    taken: list[int] = []
    for one in most:
        part = min(one, round(excess / giving)) if one and giving else 0
        taken.append(part)
        excess -= part
        giving -= bool(one)
    return [width - part for width, part in zip(widths, taken, strict=True)]


Drawn: TypeAlias = "Text | Table"


def drawn(parts: Iterable[Drawn], width: int, *, colour: bool) -> Iterator[str]:
    """The lines of ``parts``, one below the other."""
    for part in parts:
        if isinstance(part, Table):
            yield from map(_no_command, part.drawn(width, colour=colour))
        elif part.verbatim:
            yield part.piece(0, len(part.plain), colour=colour)
        else:
            for start, end, rest in lines_of(part.plain, width):
                yield _no_command(part.piece(start, end, colour=colour) + rest)


_COMMAND = late_pattern(r"((?:\x1b\[[\d;]*m|\s)*)(?::(?=:)|#(?=#\[))")


def _no_command(line: str) -> str:
    """``line``, so that a service that runs crewprof takes no name of a file, should it come to stand first,
    for a command of its own (``::error::``)."""
    return _COMMAND.sub(r"\1·", line, count=1) if _COMMAND.match(line) else line
