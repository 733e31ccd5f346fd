"""Inserts, removes and moves entries of block collections by whole lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.rewrite.layout import BLOCK_SCALARS, Unit, column_of, is_blank, next_line_start, units
from crewprof.source.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.source.document import DataDocument
    from crewprof.source.node import MappingNode, Node, SequenceNode
    from crewprof.source.text import SourceText


def insert(
    document: DataDocument, node: MappingNode | SequenceNode, index: int, lines: Sequence[str]
) -> list[Edit]:
    """Put an entry, given as lines without indentation, in front of entry ``index`` or at the end."""
    text = document.text
    entries = units(document, node)
    indent = " " * column_of(text, entries[0].head)
    new_line = text.line_break
    gap = new_line if _separated_by_blank_lines(text, entries) else ""
    placed = [indent + line if line else "" for line in lines]
    if index >= len(entries):
        last = entries[-1]
        addition = "".join(new_line + line for line in placed)
        end = _past_comments(document, last)
        return [*_strip_at_end(text, last), Edit(end, end, gap + addition)]
    unit = entries[index]
    if unit.compact:
        first = new_line.join([lines[0], *placed[1:]])
        return [Edit(unit.head, unit.head, first + new_line + gap + indent)]
    return [Edit(unit.lead, unit.lead, "".join(line + new_line for line in placed) + gap)]


def _past_comments(document: DataDocument, last: Unit) -> int:
    """End of the comments right below the last entry, unless they are about what comes after them."""
    text = document.text
    column = column_of(text, last.head) + 1
    comments = {
        each.place.line for each in document.comments if each.own_line and each.place.column == column
    }
    line = first = text.position(last.tail)[0]
    while line + 1 in comments:
        line += 1
    below = text.line_text(line + 1)
    if line == first or (below.strip() and len(below) - len(below.lstrip(" ")) >= column - 1):
        return last.tail
    return text.line_end(line)


def _separated_by_blank_lines(text: SourceText, entries: Sequence[Unit]) -> bool:
    if len(entries) < 2:
        return False
    return all(is_blank(text, text.position(unit.tail)[0] + 1) for unit in entries[:-1])


def _strip_at_end(text: SourceText, unit: Unit) -> list[Edit]:
    """A block scalar that ends the file without a line break has none in its value: once a line
    follows, its header has to say so."""
    if unit.tail < len(text.text) or unit.leaf.style not in BLOCK_SCALARS:
        return []
    position = unit.leaf.content_start + 1
    header = text.line_text(text.position(position)[0])
    start = text.position(position)[1] - 1
    width = len(header[start:]) - len(header[start:].lstrip("0123456789+-"))
    indicators = header[start : start + width]
    if "-" in indicators:
        return []
    return [Edit(position, position + width, indicators.replace("+", "") + "-")]


def remove(document: DataDocument, node: MappingNode | SequenceNode, index: int) -> list[list[Edit]]:
    """Ways to take entry ``index`` out, best first. The collection has others."""
    text = document.text
    entries = units(document, node)
    unit = entries[index]
    if unit.compact and index + 1 < len(entries):
        return [[_removal_beside_dash(text, unit, entries[index + 1])]]
    if unit.compact:
        # Where other characters than line breaks of ours end lines, all stands in one.
        return [[Edit(entries[index - 1].tail, unit.tail, "")]] if index else []
    start, end = unit.lead, next_line_start(text, unit.tail)
    previous = entries[index - 1] if index else None
    # A block scalar that keeps the blank lines after it (``|+``) may get no more of them.
    past_blanks = _past_blank_lines(text, end)
    start, end = _with_blank_lines(text, start, end, previous)
    if unit.tail < len(text.text) or previous is None:
        return [[Edit(start, end, "")], [Edit(unit.lead, past_blanks, "")]]
    # The file ends without a line break, and so shall it, unless a block scalar needs one.
    without_break = [Edit(_before_line_break(text.text, start), end, "")]
    return [without_break, [Edit(start, end, "")]]


def _removal_beside_dash(text: SourceText, unit: Unit, following: Unit) -> Edit:
    between = text.text[unit.tail : following.head]
    if not between.strip():
        return Edit(unit.head, following.head, "")
    start = unit.head
    while text.text[start - 1] == " ":
        start -= 1
    return Edit(start, unit.tail, "")


def _with_blank_lines(text: SourceText, start: int, end: int, previous: Unit | None) -> tuple[int, int]:
    """Of blank lines before and after what is removed, only those after stay."""
    after = text.position(end)[0]
    if end < len(text.text) and not is_blank(text, after):
        return start, end
    line = text.position(start)[0]
    floor = text.position(previous.tail)[0] if previous is not None else 0
    first = line
    while first - 1 > floor and is_blank(text, first - 1):
        first -= 1
    if first < line:
        return text.line_starts[first - 1], end
    if previous is None:
        return start, _past_blank_lines(text, end)
    return start, end


def _past_blank_lines(text: SourceText, start: int) -> int:
    line = text.position(start)[0]
    if text.line_starts[line - 1] != start:
        return start
    while is_blank(text, line):
        line += 1
    return text.line_starts[line - 1]


def _before_line_break(text: str, start: int) -> int:
    if text[:start].endswith("\r\n"):
        return start - 2
    return start - 1 if text[:start].endswith(("\n", "\r")) else start


def move(
    document: DataDocument, node: MappingNode | SequenceNode, index: int, target: int
) -> list[list[Edit]]:
    """Ways to move entry ``index`` to ``target``; best: entries change places, what separates them stays."""
    text = document.text
    entries = units(document, node)
    order = list(range(len(entries)))
    order.insert(target, order.pop(index))
    low, high = min(index, target), max(index, target)
    edits = [
        _put(text, entries[position], entries[order[position]], is_last=position == high)
        for position in range(low, high + 1)
    ]
    # Block scalars that keep the blank lines after them (``|+``) need their own separators.
    separators = [
        Edit(entries[at].tail, _line_of(text, entries[at + 1]), _separator(text, entries, order[at]))
        for at in range(low, high)
    ]
    ways = [edits, [*edits, *separators]]
    if entries[high].tail == len(text.text):
        final_break = Edit(len(text.text), len(text.text), text.line_break)
        ways += [[*way, final_break] for way in ways]
    return ways


def _put(text: SourceText, old: Unit, new: Unit, *, is_last: bool) -> Edit:
    """Write ``new`` where ``old`` stands."""
    indent = " " * column_of(text, new.head if new.compact else old.head)
    chunk = text.text[new.lead : new.tail]
    if new.tail == len(text.text) and not is_last:
        for edit in _strip_at_end(text, new):
            chunk = chunk[: edit.start - new.lead] + edit.replacement + chunk[edit.end - new.lead :]
    if new.compact:
        chunk = indent + chunk
    if not old.compact:
        return Edit(old.lead, old.tail, chunk)
    if new.lead < _line_start(text, new.head):
        # Comments cannot stand beside the dash, so the entry begins on the next line.
        return Edit(len(text.text[: old.head].rstrip(" ")), old.tail, text.line_break + chunk)
    return Edit(old.head, old.tail, chunk[len(indent) :])


def _separator(text: SourceText, entries: Sequence[Unit], index: int) -> str:
    if index + 1 == len(entries):
        return text.line_break
    return text.text[entries[index].tail : _line_of(text, entries[index + 1])]


def _line_of(text: SourceText, unit: Unit) -> int:
    return _line_start(text, unit.head) if unit.compact else unit.lead


def _line_start(text: SourceText, offset: int) -> int:
    return text.line_starts[text.position(offset)[0] - 1]


def lines_of(document: DataDocument, node: Node) -> tuple[int, int]:
    """First line start and last line end of a block collection that begins on a line of its own."""
    assert node.style == "block"
    entries = units(document, node)  # type: ignore[arg-type]
    return entries[0].lead, entries[-1].tail
