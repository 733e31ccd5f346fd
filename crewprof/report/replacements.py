"""A change of a text as replacements of stretches of it: what editors and services apply."""

from __future__ import annotations

from bisect import bisect_left
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.source.text import SourceText


@dataclass(frozen=True, slots=True)
class Replacement:
    """The stretch from ``line:column`` up to ``end_line:end_column`` becomes ``text``.

    Lines and columns begin at 1, columns count characters, the end is exclusive; an empty stretch is an
    insertion.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


def replacements(old: SourceText, new: SourceText) -> Iterator[Replacement]:
    """What leads from ``old`` to ``new``, in order, by whole lines."""
    start = _same_at_start(old.text, new.text)
    above, was, now = old.text.count("\n", 0, start), old.text[start:], new.text[start:]
    end = _same_at_end(was, now)
    before, after = _lines(was[: len(was) - end]), _lines(now[: len(now) - end])
    for first, last, start, end in _differing(before, after):
        line, column = _place(before, first)
        end_line, end_column = _place(before, last)
        yield Replacement(above + line, column, above + end_line, end_column, "".join(after[start:end]))


def _same_at_start(old: str, new: str) -> int:
    """Length of the lines that both begin with."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if old[low:middle] == new[low:middle] else (low, middle - 1)
    return old.rfind("\n", 0, low) + 1


def _same_at_end(old: str, new: str) -> int:
    """Length of the lines that both end with."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        is_same = old[len(old) - middle :] == new[len(new) - middle :]
        low, high = (middle, high) if is_same else (low, middle - 1)
    first = old.find("\n", len(old) - low)
    return 0 if first < 0 else len(old) - first - 1


PAIRS: Final = 1_000_000
"""Pairs of lines that are compared as they are. In a thousand tasks a thousand lines say ``context: []``, and
each would meet all others for every change."""


def _differing(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches of both that differ, as first line and line after the last."""
    edges = [(0, 0)]
    if len(before) * len(after) > PAIRS:
        edges += _anchors(before, after)
    edges.append((len(before), len(after)))
    for (top, left), (bottom, right) in pairwise(edges):
        if before[top:bottom] == after[left:right]:
            continue
        if (bottom - top) * (right - left) > PAIRS:
            yield _whole(before, after, (top, bottom), (left, right))
            continue
        matcher = SequenceMatcher(None, before[top:bottom], after[left:right], autojunk=False)
        for tag, first, last, start, end in matcher.get_opcodes():
            if tag != "equal":
                yield top + first, top + last, left + start, left + end


def _whole(
    before: Sequence[str], after: Sequence[str], one: tuple[int, int], other: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Two stretches as one that differs, without the lines that both begin and end with."""
    (top, bottom), (left, right) = one, other
    while top < bottom and left < right and before[top] == after[left]:
        top, left = top + 1, left + 1
    while top < bottom and left < right and before[bottom - 1] == after[right - 1]:
        bottom, right = bottom - 1, right - 1
    return top, bottom, left, right


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Where lines stand that both have once: as many of them as come in the same order."""
    places, others = _once(before), _once(after)
    pairs = [(at, others[line]) for line, at in places.items() if line in others]
    # The longest rising sequence: each pair after the longest that it can follow.
    ends: list[int] = []
    last: list[int] = []
    followed: list[int | None] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        followed.append(last[length - 1] if length else None)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    found: list[tuple[int, int]] = []
    at = last[-1] if last else None
    while at is not None:
        found.append(pairs[at])
        at = followed[at]
    return found[::-1]


def _once(lines: Sequence[str]) -> dict[str, int]:
    """The lines that occur once, in order, with where they stand."""
    seen: dict[str, int | None] = {}
    for at, line in enumerate(lines):
        seen[line] = None if line in seen else at
    return {line: at for line, at in seen.items() if at is not None}


def _lines(text: str) -> list[str]:
    """Lines with their ends; only ``\\n`` ends one, as for SARIF and editors."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _place(lines: list[str], index: int) -> tuple[int, int]:
    """Where line ``index`` begins; after the last one without a line break: its end."""
    if 0 < index == len(lines) and not lines[-1].endswith("\n"):
        return len(lines), len(lines[-1]) + 1
    return index + 1, 1
