"""What a fix by itself changes in the files of its crew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.pricing import texts_after
from crewprof.errors import CrewprofError
from crewprof.rewrite.diff import unified_diff

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew
    from crewprof.findings import Fix


def fix_diff(fix: Fix, crew: Crew) -> str:
    """A unified diff; empty for a fix that is only shown, or cannot be made."""
    if not fix.changes:
        return ""
    try:
        after = texts_after(fix, crew)
    except CrewprofError:
        return ""
    if after is None:
        return ""
    changed = ((path, text) for path, text in after.items() if text.text != crew.texts[path].text)
    return "".join(unified_diff(path, crew.texts[path], text) for path, text in changed)
