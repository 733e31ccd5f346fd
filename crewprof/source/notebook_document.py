"""Notebooks: their code cells as one Python module whose places name the cell."""

from __future__ import annotations

import ast
import json
import re
import warnings
from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.place import Cell
from crewprof.source.python_document import PythonDocument, parse_python
from crewprof.source.text import SourceText
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.source.place import Place, Route

_MAGIC: Final = late_pattern(r"[ \t]*([%!?].*|[\w.]+\?{1,2}[ \t]*)$", re.DOTALL)
_ENV_MAGIC: Final = late_pattern(
    r"([ \t]*)%(?:set_)?env[ \t]+(\w+)(?:[ \t]*=[ \t]*|[ \t]+)(\S.*)$", re.DOTALL
)
"""A magic that sets a variable of the environment, which decides the model of agents that name none."""
_ASSIGNED_MAGIC: Final = late_pattern(r"([ \t]*[\w.,\[\]\"' ]+=[ \t]*)([%!].*)$", re.DOTALL)
_PYTHON_CELLS: Final = frozenset({"%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3"})
"""Magics of a whole cell under which the cell is Python all the same."""
_HINT: Final = "save the notebook again in Jupyter"
_MAGIC_LIMIT: Final = 300
"""Lines of one cell that are taken for magics."""


@dataclass(frozen=True)
class NotebookText(SourceText):
    """The code of a notebook: its code cells, one after the other."""

    cells: tuple[Cell, ...] = ()

    def place(self, start: int, end: int, route: Route | None = None) -> Place:
        """See :class:`SourceText`; the place names its cell."""
        found = super().place(start, end, route)
        index = bisect_right([cell.first_line for cell in self.cells], found.line)
        return replace(found, cell=self.cells[index - 1]) if index else found


@dataclass(frozen=True)
class NotebookDocument(PythonDocument):
    """A notebook read as a module. ``problems`` are the code cells left out because they are not Python."""

    problems: tuple[Unknown, ...] = ()

    @property
    def parts(self) -> list[list[ast.stmt]]:
        """See :class:`PythonDocument`: people run the next cell where one has failed."""
        cells = groupby(self.tree.body, lambda one: self.place_of(one).cell)
        return [list(statements) for _, statements in cells]


def parse_notebook(text: SourceText) -> NotebookDocument:
    """Read a notebook.

    Magics (``%…``, ``!…``) are taken out, ``%env`` is put into Python, without moving what stands around
    them. Raises :class:`InputError` when it is not JSON, no notebook, or written in another language.
    """
    cells: list[Cell] = []
    lines: list[str] = []
    broken: list[tuple[Cell, str]] = []
    for number, source in _code_cells(text):
        cell = Cell(number, len(lines) + 1)
        cells.append(cell)
        code, problem = _as_python(source)
        if problem is not None:
            broken.append((cell, problem))
        lines.extend(code)
    code_text = NotebookText(text.path, "\n".join(lines) + "\n", cells=tuple(cells))
    document = parse_python(code_text)
    problems = tuple(
        Unknown(f"cell {cell.number} is left out: {problem}", code_text.place(start, start))
        for cell, problem in broken
        for start in [code_text.offset(cell.first_line, 1)]
    )
    return NotebookDocument(code_text, document.tree, problems)


def _code_cells(text: SourceText) -> list[tuple[int, str]]:
    """The number, from 1, among all cells, and the source of each code cell."""
    try:
        data = json.loads(text.text)
    except json.JSONDecodeError as error:
        message = f"this is no notebook: it is not JSON: {error.msg}"
        raise InputError(
            message, path=text.path, line=error.lineno, column=error.colno, hint=_HINT
        ) from error
    except RecursionError as error:
        raise InputError(
            "this is no notebook: it is nested too deeply", path=text.path, hint=_HINT
        ) from error
    except ValueError as error:
        message = "this is no notebook: a number has thousands of digits"
        raise InputError(message, path=text.path, line=1, column=1, hint=_HINT) from error
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        raise InputError(
            "this is no notebook: there is no list of cells", path=text.path, line=1, column=1, hint=_HINT
        )
    return [
        (number, _source(cell))
        for number, cell in enumerate(cells, start=1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]


def _source(cell: dict[str, object]) -> str:
    source = cell.get("source")
    if isinstance(source, list):
        return "".join(one for one in source if isinstance(one, str))
    return source if isinstance(source, str) else ""


def _as_python(source: str) -> tuple[list[str], str | None]:
    """The lines of a cell with magics taken out, and why it is not Python, if it is not."""
    lines = re.split(r"\r\n|\n|\r", source)
    if lines[0].startswith("%%") and lines[0].split(maxsplit=1)[0] not in _PYTHON_CELLS:
        # Lines stay, empty: places in the cells after it must not move.
        return [""] * len(lines), None
    # Python itself says where it stops being Python: what looks like a magic inside a text or an expression
    # is left alone.
    for _ in range(_MAGIC_LIMIT):
        error = _syntax_error(lines)
        if error is None:
            return lines, None
        if not _without_magic(lines, (error.lineno or 1) - 1):
            return [""] * len(lines), f"it is not valid Python: {error.msg}"
    return [""] * len(lines), "it holds too many magics"


def _syntax_error(lines: list[str]) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            ast.parse("\n".join(lines))
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return SyntaxError("it is too deep or holds characters that Python has not")
    return None


def _without_magic(lines: list[str], at: int) -> bool:
    """Take out the magic on a line, with the lines it goes on on; whether there was one."""
    if not 0 <= at < len(lines):
        return False
    assigned, variable = _ASSIGNED_MAGIC.match(lines[at]), _ENV_MAGIC.match(lines[at])
    if variable is not None:
        # IPython fills in what stands in braces or after a dollar sign.
        value = "input()" if re.search(r"[{$]", variable[3]) else repr(variable[3].strip())
        replaced = f"{variable[1]}import os; os.environ[{variable[2]!r}] = {value}"
    elif assigned is not None:
        replaced = f"{assigned[1]}input()"
    elif _MAGIC.match(lines[at]):
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        replaced = f"{indent}pass"
    else:
        return False
    while lines[at].endswith("\\") and at + 1 < len(lines):
        lines[at], at, replaced = replaced, at + 1, ""
    lines[at] = replaced
    return True
