"""What is not known, in the terminal report: by cause, where it stands, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import numbers
from crewprof.report.drawing import Text
from crewprof.report.not_known import NAMED, remaining_notes, sentences
from crewprof.report.remedies import REMEDIES
from crewprof.report.text_tables import hanging, heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.gaps import Cause, Gap
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

SHOWN = 3
"""Lines of one cause that are shown unless the report is verbose."""


def not_known_section(analysis: Analysis, look: Look) -> Iterator[Drawn]:
    """What makes numbers lower bounds, and what else is only assumed."""
    notes = remaining_notes(analysis)
    yield from gaps_section(analysis, look)
    if notes and not analysis.profile.gaps:
        yield heading("Not known")
    yield from _shown(notes, look)


def gaps_section(analysis: Analysis, look: Look) -> Iterator[Drawn]:
    """What makes numbers lower bounds, and how to tell it."""
    if analysis.profile.gaps:
        yield heading("Not known", f"{numbers.AT_LEAST} means at least: a part is not known")
    by_cause: dict[Cause, list[Gap]] = {}
    for gap in analysis.profile.gaps:
        by_cause.setdefault(gap.cause, []).append(gap)
    for cause, found in by_cause.items():
        yield from _shown(sentences(found, None if look.verbose else NAMED), look)
        yield hanging(REMEDIES[cause], indent=4, style="cyan")


def _shown(sentences: Sequence[str], look: Look) -> Iterator[Drawn]:
    shown = sentences if look.verbose else sentences[:SHOWN]
    for one in shown:
        yield hanging(one)
    more = len(sentences) - len(shown)
    if more:
        yield Text(f"  and {more:,} more: --verbose", style="dim")
