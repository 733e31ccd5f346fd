"""Finds the comments of a YAML document: what stands between the scalars and begins with ``#``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.source.document import Comment
from crewprof.source.node import BaseNode, MappingNode, Node, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.source.text import SourceText

_COMMENT: Final = late_pattern(r"(?:(?<=[\s,\[\]{}:])|^)#[^\r\n]*", re.MULTILINE)
_HEADER_COMMENT: Final = late_pattern(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")


def find_comments(text: SourceText, root: Node) -> tuple[Comment, ...]:
    """All comments, in order."""
    found: list[Comment] = []
    position = 0
    for start, end, node in _spans(root):
        found += _between(text, position, start)
        if node.style in ("literal", "folded"):
            header = _HEADER_COMMENT.match(text.text, node.content_start)
            if header is not None:
                found.append(_comment(text, header.start(1), header.end(1)))
        position = max(position, end)
    found += _between(text, position, len(text.text))
    return tuple(found)


def _spans(node: Node) -> Iterator[tuple[int, int, BaseNode]]:
    """Spans of the leaves in order of the text: no comment begins inside them, save in a block's header."""
    if node.is_alias:
        yield node.start, node.end, node
    elif isinstance(node, MappingNode):
        if node.content_start > node.start:
            yield node.start, _properties_end(node), node
        for entry in node.entries:
            yield from _spans(entry.key)
            yield from _spans(entry.value)
    elif isinstance(node, SequenceNode):
        if node.content_start > node.start:
            yield node.start, _properties_end(node), node
        for item in node.items:
            yield from _spans(item)
    else:
        block = node.style in ("literal", "folded")
        yield node.start, node.raw_end if block else node.end, node


def _properties_end(node: BaseNode) -> int:
    """End of the first word, so that a ``#`` in a tag is not taken for a comment."""
    text = node.source.text
    position = node.start
    while position < node.content_start and not text[position].isspace():
        position += 1
    return position


def _between(text: SourceText, start: int, end: int) -> list[Comment]:
    return [_comment(text, match.start(), match.end()) for match in _COMMENT.finditer(text.text, start, end)]


def _comment(text: SourceText, start: int, end: int) -> Comment:
    line, column = text.position(start)
    before = text.line_text(line)[: column - 1]
    return Comment(text.text[start:end], start, end, text.place(start, end), own_line=not before.strip())
