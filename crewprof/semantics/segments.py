"""Composing prompts from pieces, as CrewAI composes them from strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from crewprof.semantics.call import Segment, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.semantics.call import Part
    from crewprof.source.place import Place

Segments: TypeAlias = "tuple[Segment, ...]"
"""A text: its pieces in order, joined without anything between them."""


def text(content: str, part: Part, place: Place | None = None) -> Segments:
    """A text of one part, written at ``place``; nothing if it is empty."""
    return (Segment(part, content, place),) if content else ()


def slot(part: Part, value: Slot, place: Place | None = None) -> Segments:
    """Text that only a run produces; ``place``: what has it put there."""
    return (Segment(part, value, place),)


def framework(words: str, part: Part = "framework") -> Segments:
    """CrewAI's own words, its placeholders still in them."""
    return text(words, part)


def fill(segments: Segments, values: Mapping[str, Segments]) -> Segments:
    """Put ``values`` in place of their placeholders (``{name}``), all at once: like ``str.format``.

    What is put in is not looked at again. Called with one placeholder it is ``str.replace``.
    """
    marks = ["{" + name + "}" for name in values]
    pattern: re.Pattern[str] | None = None
    pieces: list[Segment] = []
    for segment in segments:
        content = segment.content
        if isinstance(content, str) and any(mark in content for mark in marks):
            pattern = pattern or re.compile("|".join(map(re.escape, marks)))
            pieces.extend(_filled(segment, content, pattern, values))
        else:
            pieces.append(segment)
    return merged(pieces)


def names(segments: Segments, placeholder: str) -> bool:
    """Whether ``{placeholder}`` stands anywhere in a text."""
    wanted = "{" + placeholder + "}"
    return any(isinstance(one.content, str) and wanted in one.content for one in segments)


def _filled(
    segment: Segment, content: str, pattern: re.Pattern[str], values: Mapping[str, Segments]
) -> Iterable[Segment]:
    start = 0
    for match in pattern.finditer(content):
        yield Segment(segment.part, content[start : match.start()], segment.place)
        yield from values[match[0][1:-1]]
        start = match.end()
    yield Segment(segment.part, content[start:], segment.place)


def merged(segments: Iterable[Segment]) -> Segments:
    """Neighbouring strings of one part and place made one; empty ones left out."""
    result: list[Segment] = []
    for segment in segments:
        content = segment.content
        if content == "":
            continue
        last = result[-1] if result else None
        if (
            last is not None
            and last.part == segment.part
            and last.place == segment.place
            and isinstance(last.content, str)
            and isinstance(content, str)
        ):
            result[-1] = Segment(last.part, last.content + content, last.place)
        else:
            result.append(segment)
    return tuple(result)


def joined(texts: Iterable[Segments], separator: Segments) -> Segments:
    """``texts`` with ``separator`` between them."""
    result: list[Segment] = []
    for index, one in enumerate(texts):
        if index:
            result.extend(separator)
        result.extend(one)
    return merged(result)


def stripped(segments: Segments) -> Segments:
    """Without blanks at the end, as CrewAI sends every message."""
    kept = list(merged(segments))
    while kept:
        last = kept[-1]
        if isinstance(last.content, Slot):
            break
        content = last.content.rstrip()
        if content:
            kept[-1] = Segment(last.part, content, last.place)
            break
        kept.pop()
    return tuple(kept)
