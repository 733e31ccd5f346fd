"""A change of a text as replacements of stretches of it: what editors and services apply."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    before, after = _lines(old.text), _lines(new.text)
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            line, column = _place(before, first)
            end_line, end_column = _place(before, last)
            yield Replacement(line, column, end_line, end_column, "".join(after[start:end]))


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
