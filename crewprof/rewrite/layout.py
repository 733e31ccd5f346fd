"""Which characters belong to which entry of a collection: what moves or goes when the entry does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.errors import EditRefused
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.source.node import MappingNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.document import DataDocument
    from crewprof.source.node import Node, SequenceNode
    from crewprof.source.text import SourceText

BLOCK_SCALARS: Final = ("literal", "folded")

_TRIVIA: Final = late_pattern(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_KEEP_HEADER: Final = late_pattern(r"[|>](?:[0-9]\+|\+)")


@dataclass(frozen=True, slots=True)
class Unit:
    """An entry of a block collection with the comments that belong to it, as a range of lines."""

    lead: int
    """Where it begins: the first comment right above it, else the line of its key or dash; the key or
    dash itself when that does not begin its line (``- first: …``)."""
    head: int
    """Offset of its key or dash."""
    tail: int
    """End of its last line, before the line break; comments that stand deeper than ``head`` included."""
    compact: bool
    """Whether something else stands before it on its line."""
    leaf: Node
    """The last scalar (or flow collection, or alias) in it."""


def last_leaf(node: Node) -> Node:
    """The node whose text comes last in ``node``."""
    while node.style == "block" and not node.is_alias:
        if isinstance(node, MappingNode):
            if not node.entries:
                return node
            node = node.entries[-1].value
        elif isinstance(node, ScalarNode) or not node.items:
            return node
        else:
            node = node.items[-1]
    return node


def content_end(node: Node) -> int:
    """Where the text of ``node`` ends; blank lines that a block scalar keeps (``|+``) belong to it."""
    leaf = last_leaf(node)
    if leaf.style in BLOCK_SCALARS and not leaf.is_alias:
        return _block_scalar_end(leaf)
    return leaf.end


def _block_scalar_end(leaf: Node) -> int:
    text = leaf.source.text
    # Only ``|+`` and ``>+`` have blank lines after the text in their value.
    if not _KEEP_HEADER.match(text, leaf.content_start):
        return leaf.end
    end = leaf.raw_end
    line_start = leaf.source.line_starts[leaf.source.position(end)[0] - 1]
    if not text[line_start:end].strip():
        end = line_start
    return max(leaf.end, end - _line_break_before(text, end))


def _line_break_before(text: str, end: int) -> int:
    if text[:end].endswith("\r\n"):
        return 2
    return 1 if text[end - 1 : end] in ("\n", "\r") else 0


def after_trivia(text: str, position: int) -> int:
    """The first offset from ``position`` on that is neither white space nor comment."""
    match = _TRIVIA.match(text, position)
    return match.end() if match else position


def column_of(text: SourceText, offset: int) -> int:
    """Columns (from 0) of the character at ``offset``."""
    return text.position(offset)[1] - 1


def units(document: DataDocument, node: MappingNode | SequenceNode) -> tuple[Unit, ...]:
    """The entries of a block collection, as written."""
    found: list[Unit] = []
    position = node.content_start
    comments = {comment.place.line: comment.place.column for comment in document.comments if comment.own_line}
    for key, value in _members(node):
        head = after_trivia(document.text.text, position) if found else node.content_start
        end = max(content_end(value), key.end if key is not None else 0)
        found.append(
            _unit(document.text, comments, head, end, last_leaf(value), found[-1].tail if found else 0)
        )
        position = end
    return tuple(found)


def _members(node: MappingNode | SequenceNode) -> list[tuple[Node | None, Node]]:
    if isinstance(node, MappingNode):
        return [(entry.key, entry.value) for entry in node.entries]
    return [(None, item) for item in node.items]


def _unit(text: SourceText, comments: Mapping[int, int], head: int, end: int, leaf: Node, floor: int) -> Unit:
    line, column = text.position(head)
    compact = bool(text.line_text(line)[: column - 1].strip())
    lead = head if compact else _lead(text, comments, line, column, floor)
    return Unit(lead, head, _tail(text, comments, end, column), compact, leaf)


def _lead(text: SourceText, comments: Mapping[int, int], line: int, column: int, floor: int) -> int:
    """The line where the comments right above begin. A comment at the top of the file is about the file."""
    above = line
    while above > 1 and comments.get(above - 1) == column and text.line_starts[above - 2] >= floor:
        above -= 1
    return text.line_starts[(line if above == 1 else above) - 1]


def _tail(text: SourceText, comments: Mapping[int, int], end: int, column: int) -> int:
    line = last = text.position(end)[0]
    while line < len(text.line_starts):
        line += 1
        # A comment as deep as the next entry, or less, is about what comes after it.
        if comments.get(line, 0) > column:
            last = line
        elif text.line_text(line).strip():
            break
    return text.line_end(last)


def is_blank(text: SourceText, line: int) -> bool:
    """Whether the line (from 1) is there and holds only white space."""
    return line < len(text.line_starts) and not text.line_text(line).strip()


def next_line_start(text: SourceText, offset: int) -> int:
    """Where the line after the one of ``offset`` begins; the end of the text when there is none."""
    line = text.position(offset)[0]
    return text.line_starts[line] if line < len(text.line_starts) else len(text.text)


def entry_index(node: MappingNode | SequenceNode, part: str | int) -> int:
    """Position among the entries as written of the one a route part names: of duplicates, the last.

    Raises :class:`EditRefused` when no entry written here is meant.
    """
    if isinstance(node, MappingNode):
        wanted = node.entry(part)
        for index in range(len(node.entries) - 1, -1, -1):
            if wanted is not None and node.entries[index].key is wanted.key:
                return index
    elif isinstance(part, int):
        return part
    raise EditRefused(f"the entry {part!r} is not written here")
