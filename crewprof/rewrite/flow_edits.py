"""Inserts, removes and moves entries between brackets: YAML's flow style, all of JSON, calls in Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crewprof.errors import EditRefused
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.source.edit import Edit
from crewprof.source.jsonc_document import JsoncDocument
from crewprof.source.node import MappingNode
from crewprof.source.python_data import PYTHON_TRIVIA, PythonData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.source.document import DataDocument
    from crewprof.source.node import SequenceNode
    from crewprof.source.text import SourceText

_YAML_TRIVIA: Final = late_pattern(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_JSON_TRIVIA: Final = late_pattern(r"(?:[ \t\r\n]|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    comma: int | None
    """Offset of the comma behind it."""
    lone: bool
    """Whether its lines hold nothing else but that comma and a comment."""


def _items(document: DataDocument, node: MappingNode | SequenceNode) -> list[_Item]:
    text = document.text.text
    trivia = _trivia(document)
    if isinstance(document, PythonData):
        # Parentheses around a value belong to its item.
        values = [entry.value for entry in node.entries] if isinstance(node, MappingNode) else node.items
        ends = [value.raw_end for value in values]
    elif isinstance(node, MappingNode):
        # In YAML's flow style an entry may have no value: ``{a, b: 1}``.
        ends = [max(entry.key.end, entry.value.end) for entry in node.entries]
    else:
        ends = [item.end for item in node.items]
    found: list[_Item] = []
    position = node.content_start + 1
    for end in ends:
        start = _past(trivia, text, position)
        after = _past(trivia, text, end)
        comma = after if text[after] == "," else None
        found.append(_Item(start, end, comma, _is_lone(document.text, start, end, comma, node.end - 1)))
        position = end if comma is None else comma + 1
    return found


def _trivia(document: DataDocument) -> re.Pattern[str]:
    """What may stand between tokens."""
    if isinstance(document, PythonData):
        return PYTHON_TRIVIA
    return _JSON_TRIVIA if isinstance(document, JsoncDocument) else _YAML_TRIVIA


def _past(trivia: re.Pattern[str], text: str, position: int) -> int:
    match = trivia.match(text, position)
    return match.end() if match else position


def _is_lone(text: SourceText, start: int, end: int, comma: int | None, closing: int) -> bool:
    line, column = text.position(start)
    if text.line_text(line)[: column - 1].strip():
        return False
    behind = end if comma is None else comma + 1
    line_end = text.line_end(text.position(end)[0])
    if behind > line_end or line_end >= closing:
        return False
    rest = text.text[behind:line_end].strip()
    return not rest or rest.startswith(("#", "//")) or (rest.startswith("/*") and rest.endswith("*/"))


def insert(document: DataDocument, node: MappingNode | SequenceNode, index: int, written: str) -> list[Edit]:
    """Put ``written`` in front of item ``index``, or at the end."""
    text = document.text
    items = _items(document, node)
    closing = node.end - 1
    if not items:
        inside = text.text[node.content_start + 1 : closing]
        return [Edit(closing if inside.strip() else node.content_start + 1, closing, written)]
    if index < len(items):
        item = items[index]
        if item.lone:
            start = _lead(document, item)
            return [Edit(start, start, f"{_indent(text, item)}{written},{text.line_break}")]
        return [Edit(item.start, item.start, f"{written}, ")]
    last = items[-1]
    if last.lone:
        line_end = text.line_end(text.position(last.end)[0])
        comma = "," if last.comma is not None else ""
        line = f"{text.line_break}{_indent(text, last)}{written}{comma}"
        if last.comma is not None:
            return [Edit(line_end, line_end, line)]
        if line_end == last.end:
            return [Edit(last.end, last.end, "," + line)]
        return [Edit(last.end, last.end, ","), Edit(line_end, line_end, line)]
    apart = f"{text.line_break}{_indent(text, last)}" if _begin_their_lines(text, items) else " "
    if last.comma is not None:
        return [Edit(last.comma + 1, last.comma + 1, f"{apart}{written},")]
    return [Edit(last.end, last.end, f",{apart}{written}")]


def _begin_their_lines(text: SourceText, items: Sequence[_Item]) -> bool:
    """Whether each of several items has a line of its own, the first maybe behind the bracket."""
    starts = [text.position(item.start) for item in items]
    if len({line for line, _ in starts}) < max(len(items), 2):
        return False
    return not any(text.line_text(line)[: column - 1].strip() for line, column in starts[1:])


def remove(document: DataDocument, node: MappingNode | SequenceNode, index: int) -> list[list[Edit]]:
    """Ways to take item ``index`` out, best first."""
    text = document.text
    items = _items(document, node)
    item = items[index]
    is_last = index == len(items) - 1
    if len(items) == 1:
        return [[Edit(node.content_start + 1, node.end - 1, "")]]
    if item.lone:
        line = text.position(item.end)[0]
        edits = [Edit(_own_lead(document, item), text.line_starts[line], "")]
        comma = items[index - 1].comma
        if is_last and item.comma is None and comma is not None:
            edits.append(Edit(comma, comma + 1, ""))
        return [edits]
    if is_last:
        former = items[index - 1]
        if text.text[former.end : item.start].strip(" \t\r\n,"):
            return [[Edit(item.start, item.end, "")]]
        return [[Edit(former.end, item.end, "")]]
    following = items[index + 1]
    comma = items[index - 1].comma if index else None
    if comma is not None and item.comma is not None and _ends_line(text, comma, item, following):
        return [[Edit(comma + 1, item.comma + 1, "")]]
    return [[Edit(item.start, following.start, "")]]


def _ends_line(text: SourceText, comma: int, item: _Item, following: _Item) -> bool:
    """Whether the item is the last of several on its line, with no comment behind it."""
    line = text.position(item.start)[0]
    if text.position(comma)[0] != line or text.position(following.start)[0] == text.position(item.end)[0]:
        return False
    return not text.text[item.end : following.start].strip(" \t\r\n,")


def move(
    document: DataDocument, node: MappingNode | SequenceNode, index: int, target: int
) -> list[list[Edit]]:
    """Move item ``index`` to ``target``: items change places, commas and line breaks stay."""
    text = document.text
    items = _items(document, node)
    low, high = min(index, target), max(index, target)
    for former, latter in zip(items[low:high], items[low + 1 : high + 1], strict=True):
        if text.text[former.end : latter.start].strip(" \t\r\n,"):
            line, column = text.position(former.end)
            raise EditRefused(
                "a comment stands between the items to be moved", path=text.path, line=line, column=column
            )
    order = list(range(len(items)))
    order.insert(target, order.pop(index))
    edits = [
        Edit(items[position].start, items[position].end, text.text[new.start : new.end])
        for position in range(low, high + 1)
        for new in (items[order[position]],)
    ]
    return [edits]


def _indent(text: SourceText, item: _Item) -> str:
    line, column = text.position(item.start)
    return text.line_text(line)[: column - 1]


def _lead(document: DataDocument, item: _Item) -> int:
    """Start of the item's line, or of the comments right above it in the same column."""
    text = document.text
    line, column = text.position(item.start)
    columns = {each.place.line: each.place.column for each in document.comments if each.own_line}
    while columns.get(line - 1) == column:
        line -= 1
    return text.line_starts[line - 1]


_SWITCHED_OFF: Final = late_pattern(r"""(?:#|//)\s*(?:\w+\s*=(?!=)|"\w+"\s*:)""")
"""A comment that is an argument or entry somebody took out: it says nothing about the one below it."""


def _own_lead(document: DataDocument, item: _Item) -> int:
    """The same without comments that are entries themselves, which stay when this one goes."""
    text = document.text
    start = _lead(document, item)
    first, own = text.position(start)[0], text.position(item.start)[0]
    switched_off = [line for line in range(first, own) if _SWITCHED_OFF.match(text.line_text(line).strip())]
    return text.line_starts[switched_off[-1]] if switched_off else start
