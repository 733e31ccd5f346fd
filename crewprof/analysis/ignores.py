"""Inline ignores: ``# crewprof: ignore[CP301] reason``, behind ``//`` in JSON with comments.

A comment at the end of a line speaks of what begins on that line; one on a line of its own speaks of
the next line that is not a comment. Codes may be prefixes; several are separated by commas. Without codes it
hides everything.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from crewprof.analysis.result import EVERY_CODE, UnusedIgnore
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew
    from crewprof.findings import Finding
    from crewprof.source.document import Comment
    from crewprof.source.documents import Document

_MARK: Final = late_pattern(r"crewprof:\s*ignore\b(?:\[([^\]]*)\])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ignore:
    """One inline ignore: ``line`` is the line it speaks of, ``comment`` where it stands."""

    path: str
    line: int
    codes: tuple[str, ...]
    comment: Comment

    def covers(self, finding: Finding) -> bool:
        """Whether it hides ``finding``."""
        return (
            finding.place.path == self.path
            and finding.place.line == self.line
            and any(finding.code.startswith(code) for code in self.codes)
        )


def split_ignored(
    findings: Iterable[Finding], crew: Crew
) -> tuple[tuple[Finding, ...], int, tuple[UnusedIgnore, ...]]:
    """The findings no inline ignore hides, how many were hidden, and the ignores that hid nothing."""
    documents = [crew.documents.document(path) for path in crew.texts]
    ignores = [ignore for document in documents for ignore in ignores_in(document)]
    if not ignores:
        return tuple(findings), 0, ()
    kept: list[Finding] = []
    used: set[int] = set()
    hidden = 0
    for finding in findings:
        covering = [index for index, ignore in enumerate(ignores) if ignore.covers(finding)]
        used.update(covering)
        if covering:
            hidden += 1
        else:
            kept.append(finding)
    unused = tuple(
        UnusedIgnore(one.path, one.comment.place.line, one.comment.place.column, one.codes)
        for index, one in enumerate(ignores)
        if index not in used
    )
    return tuple(kept), hidden, unused


def unused_everywhere(analyses: Sequence[Analysis]) -> list[Analysis]:
    """``analyses`` with the ignores that hide nothing in any of them, each told once.

    Of crews in one file each sees the ignores that speak of the others.
    """
    readers = Counter(path for one in analyses for path in one.crew.texts)
    idle = Counter(ignore for one in analyses for ignore in one.unused_ignores)
    told: set[UnusedIgnore] = set()
    done: list[Analysis] = []
    for one in analyses:
        own = [each for each in one.unused_ignores if idle[each] == readers[each.path] and each not in told]
        told.update(own)
        done.append(replace(one, unused_ignores=tuple(own)) if one.unused_ignores else one)
    return done


def ignores_in(document: Document) -> tuple[Ignore, ...]:
    """The inline ignores of one file, in order."""
    if "crewprof:" not in document.text.text.lower():
        return ()
    found: list[Ignore] = []
    for comment in document.comments:
        for mark in _MARK.finditer(comment.text):
            listed = mark[1] if mark[1] is not None else EVERY_CODE
            codes = tuple(code.strip().upper() for code in listed.split(",") if code.strip())
            line = comment.place.line
            found.append(
                Ignore(
                    document.path, _next_line(document, line) if comment.own_line else line, codes, comment
                )
            )
    return tuple(found)


def _next_line(document: Document, line: int) -> int:
    """The next line that holds more than comments."""
    text = document.text
    # Several comments may stand above one line: each of them speaks of the line below them all.
    lone = {one.place.line for one in document.comments if one.own_line}
    for number in range(line + 1, len(text.line_starts) + 1):
        if text.line_text(number).strip() and number not in lone:
            return number
    return line
