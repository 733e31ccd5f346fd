"""Where a piece of a text stands in its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew
    from crewprof.source.field import Field
    from crewprof.source.place import Place


def place_in(crew: Crew, given: Field, piece: str) -> Place:
    """The place of ``piece`` inside the value of ``given``; all of the value where it is not found.

    Lines of YAML that are folded into one are met; a piece written with escapes is not.
    """
    place = given.place
    text = crew.texts.get(place.path)
    if text is None:
        return place
    start = text.offset(place.line, place.column)
    end = text.offset(place.end_line, place.end_column)
    found = _span(text.text[start:end], piece.split())
    if found is None:
        return place
    return replace(text.place(start + found[0], start + found[1]), route=place.route)


def _span(text: str, wanted: list[str]) -> tuple[int, int] | None:
    """Where the words ``wanted`` follow each other in ``text``; quotes may stand beside the outer ones."""
    if not wanted:
        return None
    found = re.search(r"\s+".join(map(re.escape, wanted)), text)
    return None if found is None else found.span()
