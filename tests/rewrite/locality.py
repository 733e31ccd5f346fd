"""Checks that a rewrite touched only the lines it had to."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crewprof.findings import Change, DeleteText, InsertItem, MoveEntry, RemoveEntry, RenameKey, SetValue
from crewprof.rewrite.diff import unified_diff
from crewprof.source.node import MappingNode, SequenceNode
from crewprof.source.yaml_document import parse_yaml

if TYPE_CHECKING:
    from crewprof.source.document import DataDocument
    from crewprof.source.text import SourceText


def assert_local(old: SourceText, new: SourceText, change: Change) -> None:
    """Lines outside the place of the change are the same bytes; comments and line ends survive."""
    first, last = window(parse_yaml(old), change)
    before, after = lines_of(old.text), lines_of(new.text)
    assert after[: first - 1] == before[: first - 1]
    kept = len(before) - last
    assert kept <= 0 or after[-kept:] == before[-kept:]
    assert old.has_bom == new.has_bom
    if "\r\n" in old.text and not re.search(r"(?<!\r)\n", old.text):
        assert not re.search(r"(?<!\r)\n", new.text)
    if old.text.endswith("\n"):
        assert new.text.endswith("\n")
    assert_comments_survive(old, new, change)


def assert_comments_survive(old: SourceText, new: SourceText, change: Change) -> None:
    before = Counter(comment.text for comment in parse_yaml(old).comments)
    after = Counter(comment.text for comment in parse_yaml(new).comments)
    assert not after - before
    if isinstance(change, InsertItem | MoveEntry | RenameKey):
        assert not before - after


def assert_diff_reverses(old: SourceText, new: SourceText) -> None:
    diff = unified_diff("some/file.yaml", old, new)
    bom_old, bom_new = ("\ufeff" if text.has_bom else "" for text in (old, new))
    assert patched(bom_old + old.text, diff) == bom_new + new.text
    assert patched(bom_new + new.text, reversed_diff(diff)) == bom_old + old.text


def lines_of(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def window(document: DataDocument, change: Change) -> tuple[int, int]:
    """First and last line (from 1) that the change may touch."""
    route = change.route
    node = document.node_at(route)
    parent = document.node_at(route[:-1])
    if isinstance(change, InsertItem) or (isinstance(change, SetValue) and node is None):
        target = route if isinstance(change, InsertItem) else route[:-1]
        return widened(document, *lines_at(document, target))
    if isinstance(change, MoveEntry):
        return widened(document, *lines_at(document, route[:-1]))
    if isinstance(change, RemoveEntry):
        assert isinstance(parent, MappingNode | SequenceNode)
        members = parent.entries if isinstance(parent, MappingNode) else parent.items
        if len(members) == 1:
            return widened(document, *lines_at(document, route[:-1]))
        first, last = widened(document, *lines_at(document, route))
        # Beside it stands the end of the file or the comma of its neighbour, or the dash of its list.
        return max(first - 1, 1), last + 1
    if isinstance(change, SetValue) and isinstance(node, MappingNode | SequenceNode):
        return widened(document, *lines_at(document, route))
    assert isinstance(change, SetValue | DeleteText | RenameKey)
    return lines_at(document, route)


def lines_at(document: DataDocument, route: tuple[str | int, ...]) -> tuple[int, int]:
    if not route:
        return 1, len(document.text.line_starts)
    first = document.key_place(route).line
    parent = document.node_at(route[:-1])
    if isinstance(parent, SequenceNode) and parent.style == "block":
        # The dash may stand lines above its item.
        left = document.place_of(route).column - 1
        while first > 1 and not document.text.line_text(first)[:left].lstrip().startswith("-"):
            first -= 1
    return first, document.place_of(route).end_line


def widened(document: DataDocument, first: int, last: int) -> tuple[int, int]:
    """Comments and blank lines around belong to it too."""
    text = document.text
    while first > 1 and _is_trivia(text.line_text(first - 1)):
        first -= 1
    while last < len(text.line_starts) and _is_trivia(text.line_text(last + 1)):
        last += 1
    return first, last


def _is_trivia(line: str) -> bool:
    return not line.strip() or line.strip().startswith("#")


def patched(old: str, diff: str) -> str:
    """``old`` with a unified diff applied, as ``patch`` does without fuzz."""
    before = lines_of(old)
    result: list[str] = []
    position = 0
    for hunk in re.split(r"(?m)^(?=@@ )", diff)[1:]:
        header, *body = lines_of(hunk)
        match = re.match(r"@@ -(\d+)(?:,(\d+))? ", header)
        assert match is not None
        start = int(match[1]) - (0 if match[2] == "0" else 1)
        result += before[position:start]
        position = start
        for sign, line in hunk_lines(body):
            if sign in " -":
                assert before[position] == line
                position += 1
            if sign in " +":
                result.append(line)
    return "".join(result + before[position:])


def hunk_lines(body: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in body:
        if line.startswith("\\"):
            found[-1] = found[-1][0], found[-1][1].removesuffix("\n")
        else:
            found.append((line[0], line[1:]))
    return found


def reversed_diff(diff: str) -> str:
    header, *hunks = re.split(r"(?m)^(?=@@ )", diff)
    swapped = []
    for hunk in hunks:
        head, *body = lines_of(hunk)
        match = re.match(r"@@ -(\S+) \+(\S+) @@", head)
        assert match is not None
        signs = {"+": "-", "-": "+"}
        swapped.append(f"@@ -{match[2]} +{match[1]} @@\n")
        swapped += [signs.get(line[0], line[0]) + line[1:] for line in body]
    return header + "".join(swapped)
