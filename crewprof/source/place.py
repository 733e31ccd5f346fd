"""Where something stands: a span of a file, with the route that leads there in its data."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from crewprof.quick_dataclasses import dataclass

Route: TypeAlias = "tuple[str | int, ...]"
"""Keys and indices from the root of a YAML or JSON document to a node; ``()`` is the root."""


class Cell(NamedTuple):
    """A code cell of a notebook: its number, from 1, among all cells, and the line its code begins on when
    the code of all cells is put together."""

    number: int
    first_line: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of a file. Lines and columns start at 1; columns count characters; the end is exclusive.

    ``route`` is ``None`` where there is no data tree (Python source). ``cell`` is set in a notebook, whose
    lines are those of all its code put together; people count lines from the top of the cell.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    route: Route | None = None
    cell: Cell | None = None

    @property
    def shown_path(self) -> str:
        """The file for people, with the cell of a notebook."""
        return self.path if self.cell is None else f"{self.path}:cell {self.cell.number}"

    @property
    def cell_prefix(self) -> str:
        """``cell 2: `` in a notebook, for formats that have no room for a cell; else empty."""
        return "" if self.cell is None else f"cell {self.cell.number}: "

    @property
    def shown_line(self) -> int:
        """The line for people: from the top of the file, or of the cell."""
        return self.line if self.cell is None else self.line - self.cell.first_line + 1

    @property
    def shown_end_line(self) -> int:
        """The last line for people."""
        return self.end_line if self.cell is None else self.end_line - self.cell.first_line + 1

    @property
    def shown(self) -> str:
        """Path, line and column for people: ``crew.py:3:5``, ``n.ipynb:cell 2:3:5``."""
        return f"{self.shown_path}:{self.shown_line}:{self.column}"
