"""Composing prompts from pieces, as CrewAI composes them from strings."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from crewprof.semantics.call import Recorded, Segment, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.semantics.call import Part
    from crewprof.semantics.texts import Template

Segments: TypeAlias = "tuple[Segment, ...]"
"""A text: its pieces in order, joined without anything between them."""


def text(content: str, part: Part) -> Segments:
    """A text of one part; nothing if it is empty."""
    return (Segment(part, content),) if content else ()


def slot(part: Part, value: Slot) -> Segments:
    """Text that only a run produces."""
    return (Segment(part, value),)


def framework(template: Template, part: Part = "framework") -> Segments:
    """CrewAI's own words, its placeholders still in them."""
    return tuple(Segment(part, piece) for piece in template)


def fill(segments: Segments, values: Mapping[str, Segments]) -> Segments:
    """Put ``values`` in place of their placeholders (``{name}``), all at once: like ``str.format``.

    What is put in is not looked at again. Called with one placeholder it is ``str.replace``.
    """
    pattern = re.compile("|".join(re.escape("{" + name + "}") for name in values))
    return merged(piece for segment in segments for piece in _filled(segment, pattern, values))


def names(segments: Segments, placeholder: str) -> bool:
    """Whether ``{placeholder}`` stands anywhere in a text."""
    wanted = "{" + placeholder + "}"
    return any(isinstance(one.content, str) and wanted in one.content for one in segments)


def _filled(segment: Segment, pattern: re.Pattern[str], values: Mapping[str, Segments]) -> Iterable[Segment]:
    content = segment.content
    if not isinstance(content, str) or not pattern.search(content):
        yield segment
        return
    start = 0
    for match in pattern.finditer(content):
        yield Segment(segment.part, content[start : match.start()])
        yield from values[match[0][1:-1]]
        start = match.end()
    yield Segment(segment.part, content[start:])


def merged(segments: Iterable[Segment]) -> Segments:
    """Neighbouring strings of one part made one; empty ones left out."""
    result: list[Segment] = []
    for segment in segments:
        content = segment.content
        if content == "":
            continue
        last = result[-1] if result else None
        if (
            last is not None
            and last.part == segment.part
            and isinstance(last.content, str)
            and isinstance(content, str)
        ):
            result[-1] = Segment(last.part, last.content + content)
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
        if isinstance(last.content, Recorded):
            tail = last.content.tail.rstrip()
            kept[-1] = Segment(last.part, replace(last.content, tail=tail))
            break
        content = last.content.rstrip()
        if content:
            kept[-1] = Segment(last.part, content)
            break
        kept.pop()
    return tuple(kept)
