"""What all fixes of a crew together would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.pricing import savings_between
from crewprof.analysis.result import Outlook
from crewprof.crew.loaders.registry import read_again, reload_crew
from crewprof.errors import CrewprofError
from crewprof.findings import Applicability
from crewprof.plan.choice import worth
from crewprof.quick_dataclasses import dataclass
from crewprof.rewrite.apart import can_be_together
from crewprof.rewrite.conflicts import sieved
from crewprof.rewrite.intent import changed_data
from crewprof.source.data_tree import document_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.subject import ProfileBasis
    from crewprof.crew.definition import Crew
    from crewprof.estimate.profile import Profile
    from crewprof.findings import Change, Finding, Fix


def outlook_of(
    crew: Crew, basis: ProfileBasis, profile: Profile, findings: Sequence[Finding]
) -> Outlook | None:
    """What a run of ``crew`` would take with the fixes of ``findings``, priced: all that can be made beside
    each other, but for those that cost money. Of two that exclude each other the one that saves more is
    taken, and one of the schedule last, as ``optimize`` does: no more is promised than it keeps. ``None``
    where there are none, or CrewAI would not take the result.
    """
    # Without a price (``None``) it may be free: what saves only time or tokens counts.
    wanted = [one for one in sorted(findings, key=worth) if (one.saves.cost_usd or 0) >= 0]
    fixes = [one.fix for one in wanted if one.fix is not None and one.fix.changes]
    if not fixes:
        return None
    try:
        fixed = _of_data(crew, fixes) or _of_text(crew, fixes)
        after = basis.look(fixed.crew)
    except CrewprofError:
        return None
    if not fixed.fixes or any(one.outcome.stops for one in after.objections):
        return None
    saved, total = savings_between(profile, after.profile), after.profile.total
    return Outlook(
        None if saved.cost_usd is None or total.cost_usd is None else total.cost_usd.expected,
        None if saved.seconds is None else total.seconds.expected,
        len(fixed.fixes),
        sum(1 for fix in fixed.fixes if fix.applicability is Applicability.UNSAFE),
    )


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A crew with the fixes that could be made."""

    crew: Crew
    fixes: Sequence[Fix]


def _of_text(crew: Crew, fixes: Sequence[Fix]) -> _Fixed:
    """``crew`` rewritten and read again."""
    # What edits text, which few crews need here.
    from crewprof.rewrite.apply import rewrite_documents

    result = rewrite_documents(fixes, crew.texts, crew.documents)
    return _Fixed(reload_crew(crew, result.texts), result.applied)


def _of_data(crew: Crew, fixes: Sequence[Fix]) -> _Fixed | None:
    """The same without writing any text: ``crew`` read from data that says what the text would.

    ``None`` where the text decides what can be made, or more than the data is known.
    """
    # What is not known of a crew is told by where it stands.
    if not crew.written.is_definition or crew.unknowns:
        return None
    kept, _ = sieved(fixes)
    changes: dict[str, list[Change]] = {}
    for fix in kept:
        for change in fix.changes:
            changes.setdefault(change.path, []).append(change)
    changed = {}
    for path, own in changes.items():
        document = crew.documents.data(path)
        if document.duplicates or not can_be_together(document, own):
            return None
        data = document.data
        for change in own:
            data = changed_data(data, change)
        changed[path] = document_with(document, data)
    return _Fixed(read_again(crew, crew.documents.with_data(changed)), kept)
