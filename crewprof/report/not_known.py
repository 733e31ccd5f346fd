"""What is not known of a crew, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis
    from crewprof.estimate.gaps import Gap


def sentence(gap: Gap) -> str:
    """``the agent of task 'a' (crew.py:20): `f()` is only known when the crew runs``."""
    why = f": {gap.why}" if gap.why else ""
    return f"{gap.what} ({gap.place.path}:{gap.place.line}){why}"


def remaining_notes(analysis: Analysis) -> list[str]:
    """What is only assumed; what is said of a gap is not said again."""
    told = tuple(f"{gap.place.path}:{gap.place.line}: " for gap in analysis.profile.gaps)
    return [note for note in analysis.profile.notes if not note.startswith(told)]


def unused_ignores(analysis: Analysis) -> list[str]:
    """Inline ignores that suppress nothing."""
    return [
        f"{one.path}:{one.line}:{one.column}: ignore[{', '.join(one.codes)}] suppresses nothing"
        for one in analysis.unused_ignores
    ]
