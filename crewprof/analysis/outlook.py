"""What all fixes of a crew together would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.pricing import savings_between
from crewprof.analysis.result import Outlook
from crewprof.crew.loaders.registry import reload_crew
from crewprof.errors import CrewprofError
from crewprof.findings import Applicability
from crewprof.plan.choice import worth
from crewprof.rewrite.apply import rewrite_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.subject import ProfileBasis
    from crewprof.crew.definition import Crew
    from crewprof.estimate.profile import Profile
    from crewprof.findings import Finding


def outlook_of(
    crew: Crew, basis: ProfileBasis, profile: Profile, findings: Sequence[Finding]
) -> Outlook | None:
    """What a run of ``crew`` would take with the fixes of ``findings``, priced: all that can be made beside
    each other, but for those that cost money. Of two that exclude each other the one that saves more is
    taken, and one of the schedule last, as ``optimize`` does: no more is promised than it keeps. ``None``
    where there are none, or CrewAI would not take the result.
    """
    wanted = [one for one in sorted(findings, key=worth) if (one.saves.cost_usd or 0) >= 0]
    fixes = [one.fix for one in wanted if one.fix is not None and one.fix.changes]
    if not fixes:
        return None
    try:
        result = rewrite_documents(fixes, crew.texts, crew.documents)
        after = basis.look(reload_crew(crew, {**crew.texts, **result.texts}))
    except CrewprofError:
        return None
    if not result.applied or any(one.outcome.stops for one in after.objections):
        return None
    saved, total = savings_between(profile, after.profile), after.profile.total
    return Outlook(
        None if saved.cost_usd is None or total.cost_usd is None else total.cost_usd.expected,
        None if saved.seconds is None else total.seconds.expected,
        len(result.applied),
        sum(1 for fix in result.applied if fix.applicability is Applicability.UNSAFE),
    )
