"""What is not known of a crew, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report.numbers import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.gaps import Gap


NAMED = 3
"""Things not known for the same reason that are named; the others are counted."""


def sentences(gaps: Iterable[Gap], named: int | None = NAMED) -> list[str]:
    """``the agent of task 'a' (crew.py:20): `f()` is only known when the crew runs``: one for all with the
    same reason, naming ``named`` of them (``None``: all)."""
    by_reason: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.why or gap.what, []).append(gap)
    return [_sentence(found, len(found) if named is None else named) for found in by_reason.values()]


def _sentence(gaps: Sequence[Gap], named: int) -> str:
    shown, more = gaps[:named], len(gaps) - named
    what = ", ".join(gap.what for gap in shown) + (f" and {more} more" if more > 0 else "")
    where = places([(gap.place.path, gap.place.line) for gap in gaps], named)
    why = f": {gaps[0].why}" if gaps[0].why else ""
    return f"{what} ({where}){why}"


def remaining_notes(analysis: Analysis) -> list[str]:
    """What is only assumed; what is said of a gap is not said again."""
    told = tuple(f"{gap.place.path}:{gap.place.line}: " for gap in analysis.profile.gaps)
    return [note for note in analysis.profile.notes if not note.startswith(told)]


def unused_ignores(analysis: Analysis) -> list[str]:
    """Inline ignores that suppress nothing."""
    return [f"{one.path}:{one.line}:{one.column}: {one.message}" for one in analysis.unused_ignores]
