"""Inline ignores: ``# crewprof: ignore[CP301] reason`` in YAML and Python.

A comment at the end of a line speaks of what begins on that line; one on a line of its own speaks of
the next line that is not a comment. Codes may be prefixes; several are separated by commas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crewprof.analysis.result import UnusedIgnore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.findings import Finding
    from crewprof.source.document import Comment
    from crewprof.source.text import SourceText

_MARK = re.compile(r"crewprof:\s*ignore\[([^\]]*)\]", re.IGNORECASE)


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
    findings: Iterable[Finding], texts: Mapping[str, SourceText]
) -> tuple[tuple[Finding, ...], int, tuple[UnusedIgnore, ...]]:
    """The findings no inline ignore hides, how many were hidden, and the ignores that hid nothing."""
    ignores = [ignore for text in texts.values() for ignore in ignores_in(text)]
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


def ignores_in(text: SourceText) -> tuple[Ignore, ...]:
    """The inline ignores of one file, in order."""
    if "crewprof:" not in text.text.lower():
        return ()
    found: list[Ignore] = []
    for comment in _comments(text):
        for mark in _MARK.finditer(comment.text):
            codes = tuple(code.strip().upper() for code in mark[1].split(",") if code.strip())
            line = _next_line(text, comment.place.line) if comment.own_line else comment.place.line
            found.append(Ignore(text.path, line, codes, comment))
    return tuple(found)


def _comments(text: SourceText) -> tuple[Comment, ...]:
    if text.path.endswith((".py", ".ipynb")):
        from crewprof.source.python_document import parse_python

        return parse_python(text).comments
    from crewprof.source.yaml_document import parse_yaml

    return parse_yaml(text).comments


def _next_line(text: SourceText, line: int) -> int:
    last = len(text.line_starts)
    for number in range(line + 1, last + 1):
        content = text.line_text(number).strip()
        if content and not content.startswith("#"):
            return number
    return line
