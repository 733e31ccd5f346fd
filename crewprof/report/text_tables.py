"""Tables and headings of the terminal report: as wide as what is in them, never wider than the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crewprof.report.terminal import flowing, shortened, styled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

NARROWEST_NAME = 12
"""Columns a name is given even if the table then is wider than the terminal."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, on which side its cells stand, and what gives when there is no room: nothing,
    the ends of its texts (``cut``), or their being on one line (``fold``)."""

    title: str
    justify: Literal["left", "right"] = "left"
    gives: Literal["nothing", "cut", "fold"] = "nothing"


def right(title: str) -> Column:
    """A column of numbers."""
    return Column(title, "right")


def name(title: str) -> Column:
    """A column of names, which are cut where the terminal is too narrow."""
    return Column(title, gives="cut")


def fitted_table(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> Table:
    """A table without lines, indented by two. Columns that give share what the others leave."""
    natural = [
        max([Text(column.title).cell_len, *(row[index].cell_len for row in rows)])
        for index, column in enumerate(columns)
    ]
    taken = sum(size for column, size in zip(columns, natural, strict=True) if column.gives == "nothing")
    left = width - 2 - taken - (len(columns) - 1)
    room = _shared(
        left, [size for column, size in zip(columns, natural, strict=True) if column.gives != "nothing"]
    )
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim", show_edge=False)
    table.add_column("", width=1)
    limits: list[int | None] = []
    for column in columns:
        limits.append(None if column.gives == "nothing" else room.pop(0))
        folds = column.gives == "fold"
        table.add_column(
            column.title,
            justify=column.justify,
            no_wrap=not folds,
            overflow="fold",
            max_width=limits[-1] if folds else None,
        )
    for row in rows:
        table.add_row("", *map(_cut, row, columns, limits))
    return table


def _cut(cell: Text, column: Column, limit: int | None) -> Text:
    if column.gives != "cut" or limit is None or cell.cell_len <= limit:
        return cell
    short = shortened(cell.plain, limit)
    short.style = cell.style
    return short


def _shared(room: int, wanted: list[int]) -> list[int]:
    """``room`` columns among names that want so many: the small ones first get what they want."""
    given = [0] * len(wanted)
    for done, index in enumerate(sorted(range(len(wanted)), key=lambda one: wanted[one])):
        fair = (room - sum(given)) // (len(wanted) - done)
        given[index] = max(min(wanted[index], fair), NARROWEST_NAME)
    return given


def heading(title: str, *remarks: str, width: int = 80) -> Text:
    """The title of a section with remarks beside it, or below where there is no room."""
    shown = flowing([styled(remark, "dim") for remark in remarks if remark], " · ", width - len(title) - 2)
    return Text.assemble((title, "bold"), "  " if shown else "", shown)


def hanging(text: str, indent: int = 2) -> Table:
    """``text``, wrapped with a hanging indent."""
    table = Table.grid(padding=0)
    table.add_column(width=indent)
    table.add_column(overflow="fold", style="dim")
    table.add_row("", styled(text))
    return table
