"""Python source with places: the syntax tree, and where its nodes and comments stand."""

from __future__ import annotations

import ast
import io
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.document import Comment

if TYPE_CHECKING:
    from crewprof.source.place import Place
    from crewprof.source.text import SourceText

Positioned: TypeAlias = ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler

_Position: TypeAlias = "tuple[int, int, int | None, int | None]"


@dataclass(frozen=True)
class PythonDocument:
    """A parsed module. Nothing of it is ever run."""

    text: SourceText
    tree: ast.Module
    _places: dict[_Position, Place] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Places that were asked for, which code that is followed often does often."""

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """In order of the text; found when first asked for, which takes longer than parsing."""
        return tuple(_comments(self.text))

    @property
    def path(self) -> str:
        """Name of the file."""
        return self.text.path

    @property
    def parts(self) -> list[list[ast.stmt]]:
        """The statements of the module, in stretches that are each run although the one before failed."""
        return [self.tree.body]

    def place_of(self, node: Positioned) -> Place:
        """Where a node stands."""
        position = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        found = self._places.get(position)
        if found is None:
            found = self._places[position] = self.text.place(*self.span_of(node))
        return found

    def span_of(self, node: Positioned) -> tuple[int, int]:
        """Offsets of a node's first character and of the end."""
        start = self._offset(node.lineno, node.col_offset)
        if node.end_lineno is None or node.end_col_offset is None:
            return start, start
        return start, self._offset(node.end_lineno, node.end_col_offset)

    def source_of(self, node: Positioned) -> str:
        """The text of a node, as written."""
        start, end = self.span_of(node)
        return self.text.text[start:end]

    def _offset(self, line: int, byte_column: int) -> int:
        """``ast`` counts columns in bytes of UTF-8; a line break there is the same as ours."""
        line_text = self.text.line_text(line)
        if line_text.isascii():
            return self.text.offset(line, byte_column + 1)
        encoded = line_text.encode("utf-8")
        return self.text.offset(line, len(encoded[:byte_column].decode("utf-8", "ignore")) + 1)


def parse_python(text: SourceText) -> PythonDocument:
    """Parse a module.

    Raises :class:`InputError` with line and column when it is not Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text.text, filename=text.path)
    except SyntaxError as error:
        raise InputError(
            f"this is not valid Python: {error.msg}",
            path=text.path,
            line=error.lineno or 1,
            column=max(error.offset or 1, 1),
            hint="crewprof reads Python only to find crews in it; mend the syntax first",
        ) from error
    except (RecursionError, MemoryError) as error:
        raise InputError(
            "the Python code is nested too deeply to be read",
            path=text.path,
            line=1,
            column=1,
            hint="crewprof reads Python only to find crews in it; leave the file out",
        ) from error
    return PythonDocument(text, tree)


def _comments(text: SourceText) -> list[Comment]:
    import tokenize

    found: list[Comment] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.text, newline="").readline):
            if token.type == tokenize.COMMENT:
                start = text.offset(token.start[0], token.start[1] + 1)
                found.append(_comment(text, start, start + len(token.string.rstrip("\r"))))
    except (tokenize.TokenError, SyntaxError):
        # The parser has accepted the text, so this is an oddity of the last line only.
        return found
    return found


def _comment(text: SourceText, start: int, end: int) -> Comment:
    line, column = text.position(start)
    before = text.line_text(line)[: column - 1]
    return Comment(text.text[start:end], start, end, text.place(start, end), own_line=not before.strip())
