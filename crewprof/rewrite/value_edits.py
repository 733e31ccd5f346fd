"""Gives an existing entry of a YAML document another value."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.rewrite.block_edits import lines_of
from crewprof.rewrite.layout import BLOCK_SCALARS, after_trivia, column_of
from crewprof.rewrite.yaml_scalars import block_lines, inline_texts
from crewprof.rewrite.yaml_values import (
    Habits,
    flow_text,
    indented,
    nested_lines,
    prefers_flow,
    value_lines,
)
from crewprof.source.edit import Edit
from crewprof.source.node import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.findings import PlainData
    from crewprof.source.document import DataDocument
    from crewprof.source.node import Entry, Node

_PROPERTIES: Final = late_pattern(r"[&!]\S*(?:[ \t]+[&!]\S*)*")


def set_in_flow(
    document: DataDocument, entry: Entry | None, node: Node, value: PlainData, habits: Habits
) -> Iterator[list[Edit]]:
    """Ways to replace a value between brackets; ``entry`` is its entry when it is in a mapping."""
    for text in _flow_texts(node, value, habits):
        if node.end > node.content_start:
            yield [Edit(node.content_start, node.end, text)]
        elif entry is None or node.end > node.start:
            yield [Edit(node.end, node.end, f" {text}")]
        else:
            colon = after_trivia(document.text.text, entry.key.end)
            if document.text.text[colon] == ":":
                yield [Edit(colon + 1, colon + 1, f" {text}")]
            else:
                yield [Edit(entry.key.end, entry.key.end, f": {text}")]


def _flow_texts(node: Node, value: PlainData, habits: Habits) -> Iterator[str]:
    if isinstance(value, list | dict):
        return iter([flow_text(value, habits)])
    style = node.style if isinstance(node, ScalarNode) else None
    return inline_texts(value, style, habits.quote, in_flow=True)


def set_in_block(
    document: DataDocument, owner: int, slot: int, node: Node, value: PlainData, habits: Habits
) -> Iterator[list[Edit]]:
    """Ways to replace a value in block style, best first.

    ``owner`` is the column (from 0) of its key or dash, ``slot`` the offset behind the colon or dash.
    """
    inline = (_with_inline(document, slot, node, text) for text in _inline_texts(node, value, owner, habits))
    if not isinstance(value, list | dict) or not value:
        return inline
    block = iter([_with_block(document, owner, slot, node, value, habits)])
    route_end = node.route[-1] if node.route else ""
    # A flow collection stays one, a block collection stays one; else the habit of the file decides.
    if isinstance(node, ScalarNode):
        flow_first = prefers_flow(value, route_end, habits)
    else:
        flow_first = node.style == "flow"
    return chain(inline, block) if flow_first else chain(block, inline)


def _inline_texts(node: Node, value: PlainData, owner: int, habits: Habits) -> Iterator[str]:
    """Texts that begin on the line of the key; block scalars go on below it."""
    if isinstance(value, list | dict):
        yield flow_text(value, habits)
        return
    style = node.style if isinstance(node, ScalarNode) else None
    new_line = node.source.line_break
    if isinstance(value, str) and style in BLOCK_SCALARS:
        indent = _block_indent(node, owner + habits.step)
        for block_style in dict.fromkeys((style, "literal")):
            lines = block_lines(value, str(block_style))
            if lines is not None:
                yield new_line.join([lines[0], *indented(lines[1:], indent)])
    elif isinstance(value, str) and "\n" in value and style in (None, "plain"):
        first, *rest = value_lines(value, habits)
        yield new_line.join([first, *indented(rest, owner + habits.step)])
    yield from inline_texts(value, style, habits.quote, in_flow=False)


def _block_indent(node: Node, default: int) -> int:
    for line in node.text.splitlines()[1:]:
        if line.strip():
            return len(line) - len(line.lstrip(" "))
    return default


def _with_inline(document: DataDocument, slot: int, node: Node, text: str) -> list[Edit]:
    if node.style == "block":
        behind = _behind_properties(node, slot)
        first, last = lines_of(document, node)
        if _on_line_of(document, behind, node.content_start):
            return [Edit(node.content_start, last, text)]
        line_end = document.text.line_end(document.text.position(behind)[0])
        return [Edit(behind, behind, f" {text}"), Edit(line_end, max(last, first), "")]
    if node.end > node.content_start:
        return [Edit(node.content_start, node.end, text)]
    place = node.end if node.end > node.start else slot
    return [Edit(place, place, f" {text}")]


def _with_block(
    document: DataDocument, owner: int, slot: int, node: Node, value: PlainData, habits: Habits
) -> list[Edit]:
    text = document.text
    behind = _behind_properties(node, slot)
    in_sequence = text.text[slot - 1] == "-"
    lines = nested_lines(value, habits)
    if node.style == "block":
        if _on_line_of(document, behind, node.content_start):
            indent = " " * column_of(text, node.content_start)
            joined = text.line_break.join([lines[0], *(indent + line if line else "" for line in lines[1:])])
            return [Edit(node.content_start, lines_of(document, node)[1], joined)]
        column = column_of(text, node.content_start)
        # A list may stand right below its key, a mapping must be indented.
        if isinstance(value, dict) and column <= owner:
            column = owner + habits.step
        first, last = lines_of(document, node)
        return [Edit(first, last, text.line_break.join(indented(lines, column)))]
    if in_sequence and behind == slot:
        joined = text.line_break.join([lines[0], *indented(lines[1:], owner + 2)])
        return [Edit(slot, max(node.end, slot), f" {joined}")]
    step = habits.dash_step if isinstance(value, list) else habits.step
    placed = indented(lines, owner + (step if not in_sequence else 2))
    line_end = text.line_end(text.position(max(node.end, behind))[0])
    addition = "".join(text.line_break + line for line in placed)
    return [Edit(behind, max(node.end, behind), ""), Edit(line_end, line_end, addition)]


def _behind_properties(node: Node, slot: int) -> int:
    """Behind an anchor or tag, which stays; else behind the colon or dash."""
    if node.content_start == node.start and not (node.anchor or node.tag):
        return slot
    match = _PROPERTIES.match(node.source.text, node.start, max(node.content_start, node.end))
    return match.end() if match else slot


def _on_line_of(document: DataDocument, left: int, right: int) -> bool:
    return document.text.position(left)[0] == document.text.position(right)[0]


def slot_of_entry(document: DataDocument, entry: Entry) -> int | None:
    """Offset behind the colon of a block mapping's entry; ``None`` when it has none (``? key``)."""
    colon = after_trivia(document.text.text, entry.key.end)
    return colon + 1 if document.text.text[colon : colon + 1] == ":" else None
