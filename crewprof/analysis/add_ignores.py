"""Writes ``# crewprof: ignore[CODE]`` beside findings, so that they are told no more.

Every comment is tried: the text is parsed again, and it must say what it said before and hide the finding. At
the end of the line is tried first, then a line of its own above it.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from crewprof.analysis.ignores import ignores_in
from crewprof.errors import CrewprofError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.source.documents import JSON_SUFFIXES, NOTEBOOK_SUFFIX, Documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crewprof.findings import Finding
    from crewprof.source.documents import Document
    from crewprof.source.text import SourceText

_LISTED = late_pattern(r"(crewprof:\s*ignore\[)([^\]]*)(\])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AddedIgnores:
    """``texts``: the files with comments in them, by path. ``added``: the findings they hide; ``impossible``:
    those beside which no comment can stand, as within a text of several lines or in a notebook."""

    texts: Mapping[str, SourceText]
    added: tuple[Finding, ...]
    impossible: tuple[Finding, ...]


def add_ignores(findings: Iterable[Finding], sources: Mapping[str, SourceText]) -> AddedIgnores:
    """``sources`` with a comment beside each of ``findings``, as far as there can be one."""
    by_line: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        by_line.setdefault((finding.place.path, finding.place.line), []).append(finding)
    texts: dict[str, SourceText] = {}
    added: list[Finding] = []
    impossible: list[Finding] = []
    # From the last line up, so that a line that is put in moves none that is still to come.
    for (path, line), own in sorted(by_line.items(), key=lambda one: one[0], reverse=True):
        text = texts.get(path) or sources.get(path)
        codes = sorted({finding.code for finding in own})
        new = None if text is None else _with_ignore(text, line, codes)
        if new is None:
            impossible += own
        else:
            texts[path] = new
            added += own
    return AddedIgnores(texts, tuple(reversed(added)), tuple(reversed(impossible)))


def _with_ignore(text: SourceText, line: int, codes: Sequence[str]) -> SourceText | None:
    if text.path.endswith(NOTEBOOK_SUFFIX):
        return None
    before = _parsed(text)
    for candidate, at in _candidates(text, line, codes):
        after = _parsed(candidate)
        if before is None or after is None or _meaning(before) != _meaning(after):
            continue
        hidden = {code for one in ignores_in(after) if one.line == at for code in one.codes}
        if hidden.issuperset(codes):
            return candidate
    return None


def _candidates(text: SourceText, line: int, codes: Sequence[str]) -> Iterator[tuple[SourceText, int]]:
    """Texts with a comment for ``line``, and the line that it then is."""
    start, end = text.offset(line, 1), text.line_end(line)
    written, whole = text.text[start:end], text.text
    listed = _LISTED.search(written)
    if listed is not None:
        both = ", ".join(
            dict.fromkeys([*(one.strip() for one in listed[2].split(",") if one.strip()), *codes])
        )
        longer = written[: listed.start(2)] + both + written[listed.end(2) :]
        yield text.with_text(whole[:start] + longer + whole[end:]), line
    mark = "//" if any(text.path.endswith(suffix) for suffix in JSON_SUFFIXES) else "#"
    comment = f"{mark} crewprof: ignore[{', '.join(codes)}]"
    yield text.with_text(f"{whole[:start]}{written.rstrip()}  {comment}{whole[end:]}"), line
    indent = written[: len(written) - len(written.lstrip())]
    yield text.with_text(f"{whole[:start]}{indent}{comment}{text.line_break}{whole[start:]}"), line + 1


def _parsed(text: SourceText) -> Document | None:
    documents = Documents(texts={text.path: text})
    try:
        return documents.document(text.path)
    except CrewprofError:
        return None


def _meaning(document: Document) -> object:
    """What a document says, comments left out."""
    tree = getattr(document, "tree", None)
    return ast.dump(tree) if isinstance(tree, ast.AST) else getattr(document, "data", None)
