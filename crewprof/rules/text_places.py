"""Where a piece of a text stands in its file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Field
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
    pattern = r"\s+".join(re.escape(word) for word in piece.split())
    found = re.compile(pattern).search(text.text, start, end) if pattern else None
    if found is None:
        return place
    return replace(text.place(found.start(), found.end()), route=place.route)
