"""Tables and headings of the terminal report: as wide as what is in them, never wider than the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.name_lists import listed, named
from crewprof.quick_dataclasses import dataclass
from crewprof.report.drawing import Table, Text
from crewprof.report.terminal import flowing, styled, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal

NARROWEST_NAME = 12
"""Columns a name is given before a column of the table is left out for it."""
ALWAYS = 100
"""Rank of columns that are never left out."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, on which side its cells stand, and what gives when there is no room: nothing,
    the ends of its texts (``cut``), or their being on one line (``fold``).

    ``rank``: where the table is too wide, columns of the lowest rank are left out first.
    """

    title: str
    justify: Literal["left", "right"] = "left"
    gives: Literal["nothing", "cut", "fold"] = "nothing"
    rank: int = ALWAYS


def right(title: str, rank: int = ALWAYS) -> Column:
    """A column of numbers."""
    return Column(title, "right", rank=rank)


def name(title: str, rank: int = ALWAYS) -> Column:
    """A column of names, which are cut where the terminal is too narrow."""
    return Column(title, gives="cut", rank=rank)


def airy_table(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> Table:
    """As :func:`fitted_table`, but with two blanks between columns where there is room."""
    taken = sum(_natural(columns, rows)) + 2 * len(columns) + 1
    return fitted_table(columns, rows, width, gap=2 if taken <= width else 1)


def fitted_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int, *, gap: int = 1
) -> Table:
    """A table without lines, indented by two. Columns that give share what the others leave; what does not
    fit even so is left out, whole columns at a time: no number is ever cut."""
    natural = _natural(columns, rows)
    kept = _kept(columns, natural, width)
    shown = [columns[index] for index in kept]
    limits = _limits(shown, [natural[index] for index in kept], width)
    table = Table(gap=gap, has_header=True)
    table.add_column(width=2 - gap)
    for column, limit in zip(shown, limits, strict=True):
        folds = column.gives == "fold"
        table.add_column(
            _all_cut([Text(column.title)], column, limit)[0],
            justify=column.justify,
            wraps=folds,
            most=limit if folds else None,
        )
    cells = [[row[index] for row in rows] for index in kept]
    for row in zip(*map(_all_cut, cells, shown, limits), strict=True):
        table.add_row("", *row)
    return table


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> list[int]:
    """How wide the columns are where there is room."""
    return [
        max([Text(column.title).cell_len, *(row[index].cell_len for row in rows)])
        for index, column in enumerate(columns)
    ]


def _kept(columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int]:
    """The columns that fit, by their index."""
    kept = list(range(len(columns)))
    while 1 + sum(_needed(columns[index], natural[index]) + 1 for index in kept) > width:
        last = min(kept, key=lambda index: columns[index].rank)
        if columns[last].rank == ALWAYS:
            break
        kept.remove(last)
    return kept


def _needed(column: Column, natural: int) -> int:
    """The least a column takes."""
    return natural if column.gives == "nothing" else min(natural, NARROWEST_NAME)


def fits(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> bool:
    """Whether there is room for the columns that are never left out."""
    sizes = zip(columns, _natural(columns, rows), strict=True)
    taken = sum(_needed(column, size) + 1 for column, size in sizes if column.rank == ALWAYS)
    return 1 + taken <= width


def _limits(columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int | None]:
    """Most columns of the cells of each column; ``None`` where nothing gives."""
    taken = sum(size for column, size in zip(columns, natural, strict=True) if column.gives == "nothing")
    left = width - 2 - taken - (len(columns) - 1)
    room = _shared(
        left, [size for column, size in zip(columns, natural, strict=True) if column.gives != "nothing"]
    )
    return [None if column.gives == "nothing" else room.pop(0) for column in columns]


def _all_cut(cells: Sequence[Text], column: Column, limit: int | None) -> Sequence[Text]:
    """The cells of a column, those that are too long cut."""
    if column.gives != "cut" or limit is None or all(cell.cell_len <= limit for cell in cells):
        return cells
    short = told_apart([cell.plain for cell in cells], limit)
    return [
        cell if cell.cell_len <= limit else Text(told, cell.style)
        for cell, told in zip(cells, short, strict=True)
    ]


def _shared(room: int, wanted: list[int]) -> list[int]:
    """``room`` columns among names that want so many: the small ones first get what they want."""
    given = [0] * len(wanted)
    for done, index in enumerate(sorted(range(len(wanted)), key=lambda one: wanted[one])):
        fair = (room - sum(given)) // (len(wanted) - done)
        given[index] = max(min(wanted[index], fair), 1)
    return given


def heading(title: str, *remarks: str, width: int = 80) -> Text:
    """The title of a section with remarks beside it, or below where there is no room."""
    shown = flowing([styled(remark, "dim") for remark in remarks if remark], " · ", width - len(title) - 2)
    return Text.assemble((title, "bold"), "  " if shown else "", shown)


def hanging(text: str, indent: int = 2, style: str = "dim") -> Table:
    """``text``, wrapped with a hanging indent."""
    table = Table(gap=0)
    table.add_column(width=indent)
    table.add_column()
    table.add_row("", styled(text, style))
    return table


def short_list(names: Iterable[str], *, verbose: bool = False) -> str:
    """``a, b, c and 11 more``; all of them when ``verbose``."""
    return listed(names) if verbose else named(names)
