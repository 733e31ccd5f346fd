"""Where the findings that stand after fixes stood before them, for who has not written the fixes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from crewprof.analysis.result import OptimizedCrew
    from crewprof.findings import Finding

_Mark: TypeAlias = tuple[str, str, tuple[str, ...], tuple[str, ...], str]


def at_first_places(crew: OptimizedCrew) -> OptimizedCrew:
    """``crew`` with each finding that was not applied where the unchanged files have it.

    One that is not there, or twice, stays where the fixes leave it.
    """
    if not crew.changed_texts:
        return crew
    counts = Counter(_mark(one) for one in crew.before.findings)
    places = {_mark(one): one.place for one in crew.before.findings if counts[_mark(one)] == 1}

    def moved(finding: Finding) -> Finding:
        place = places.get(_mark(finding))
        return finding if place is None else replace(finding, place=place)

    held_back = tuple(replace(one, finding=moved(one.finding)) for one in crew.held_back)
    return replace(crew, held_back=held_back)


def _mark(finding: Finding) -> _Mark:
    """What tells a finding from others of its crew, wherever it stands."""
    title = finding.fix.title if finding.fix is not None else finding.message
    return finding.code, finding.place.path, finding.tasks, finding.agents, title
