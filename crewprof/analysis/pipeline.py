"""From a crew to its analysis: version, models, profile, best schedule, findings, savings, budgets."""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from crewprof.analysis.examination import Examination
from crewprof.analysis.ignores import split_ignored
from crewprof.analysis.parts import EVERY_PART, NO_PART, Part
from crewprof.analysis.result import Analysis, BrokenBudget
from crewprof.analysis.subject import profile_basis
from crewprof.plan.crew_schedule import schedule_problem
from crewprof.plan.schedule_search import best_schedule
from crewprof.quick_dataclasses import replace
from crewprof.source.existence import real_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crewprof.analysis.options import AnalysisOptions, Budgets
    from crewprof.analysis.result import BudgetName, UnusedIgnore
    from crewprof.crew.definition import Crew
    from crewprof.estimate.gaps import Spending
    from crewprof.estimate.profile import Profile
    from crewprof.findings import Finding
    from crewprof.plan.schedule_problem import BestSchedule
    from crewprof.rules.subject import Subject


def analyse_crew(crew: Crew, options: AnalysisOptions, parts: Collection[Part] = EVERY_PART) -> Analysis:
    """What is known about ``crew``: profile and findings, and of the rest the ``parts`` that are asked for.

    Raises :class:`InputError` for what makes a profile impossible.
    """
    return analysis_of(examine(crew, options), options, parts)


def analysis_of(
    examination: Examination, options: AnalysisOptions, parts: Collection[Part] = EVERY_PART
) -> Analysis:
    """The same for a crew that was examined."""
    chosen = tuple(finding for finding in examination.findings() if is_wanted(finding, options))
    kept, hidden, unused = split_ignored(chosen, examination.read)
    if Part.SAVINGS in parts or Part.OUTLOOK in parts:
        kept = tuple(examination.pricing.priced(finding) for finding in kept)
    done = _analysis(examination, options, kept, hidden, unused)
    if Part.SCHEDULE in parts:
        done = replace(done, best=_best_schedule(examination.subject))
    if Part.OUTLOOK not in parts or done.refused:
        return done
    from crewprof.analysis.outlook import outlook_of

    outlook = outlook_of(examination.crew, examination.basis, examination.profile, kept)
    return replace(done, outlook=outlook)


def check_crew(crew: Crew, options: AnalysisOptions) -> Analysis:
    """The same for those who only ask for profile and findings."""
    return analyse_crew(crew, options, NO_PART)


def examine(crew: Crew, options: AnalysisOptions) -> Examination:
    """``crew``, profiled."""
    basis = profile_basis(crew, options)
    return Examination(crew, basis, basis.look(crew))


def _best_schedule(subject: Subject) -> BestSchedule:
    return best_schedule(schedule_problem(subject.crew, subject.profile, subject.contexts))


def is_wanted(finding: Finding, options: AnalysisOptions) -> bool:
    """Whether the settings let a finding through: selected, and not ignored, here."""
    if options.select and not finding.code.startswith(options.select):
        return False
    if finding.code.startswith(options.ignore):
        return False
    path = _below(finding.place.path, options.root)
    return not any(
        _matches(path, glob) and finding.code.startswith(codes) for glob, codes in options.ignored_in.items()
    )


def _matches(path: str, glob: str) -> bool:
    """Whether a glob of the settings means ``path``: all of it, or the name of its file."""
    return fnmatch(path, glob) or fnmatch(path.rpartition("/")[2], glob)


def _below(path: str, root: Path | None) -> str:
    resolved = real_path(path)
    if root is not None and resolved.is_relative_to(root):
        return resolved.relative_to(root).as_posix()
    return Path(path).as_posix()


def _analysis(
    examination: Examination,
    options: AnalysisOptions,
    findings: tuple[Finding, ...],
    hidden: int,
    unused: tuple[UnusedIgnore, ...],
) -> Analysis:
    """The finished analysis: findings ranked by what they save, the month, the budgets."""
    cost = examination.profile.total.cost_usd
    runs = options.runs_per_month
    return Analysis(
        crew=examination.crew,
        crewai=examination.basis.crewai,
        profile=examination.profile,
        findings=tuple(sorted(findings, key=_rank)),
        monthly_cost_usd=cost.scaled(Decimal(runs)) if cost is not None and runs is not None else None,
        runs_per_month=runs,
        suppressed=hidden,
        broken_budgets=broken_budgets(examination.profile, options.budgets),
        unused_ignores=unused,
        refused=examination.subject.refused,
    )


def _rank(finding: Finding) -> tuple[int, Decimal, float, str, int, int, str]:
    """Most severe first, then what saves most money, then time, then by place."""
    saves, place = finding.saves, finding.place
    return (
        finding.severity.rank,
        -(saves.cost_usd or Decimal(0)),
        -(saves.seconds or 0.0),
        place.path,
        place.line,
        place.column,
        finding.code,
    )


def broken_budgets(profile: Profile, budgets: Budgets) -> tuple[BrokenBudget, ...]:
    """The limits a run of ``profile`` exceeds, or cannot be shown to keep for what is not known of it."""
    total = profile.total
    cost = total.cost_usd.expected if total.cost_usd is not None else None
    seconds = Decimal(str(total.seconds.expected))
    checks = (
        _broken(profile, "max-cost", budgets.max_cost, cost),
        _broken(profile, "max-ceiling", budgets.max_ceiling, total.ceiling.cost_usd),
        _broken(profile, "max-seconds", budgets.max_seconds, seconds),
    )
    return tuple(check for check in checks if check is not None)


_MEASURED: Final[Mapping[BudgetName, tuple[Spending, Literal["USD", "s"]]]] = {
    "max-cost": ("cost", "USD"),
    "max-ceiling": ("ceiling", "USD"),
    "max-seconds": ("seconds", "s"),
}
"""What each budget limits, and its unit."""


def _broken(
    profile: Profile, name: BudgetName, limit: Decimal | None, actual: Decimal | None
) -> BrokenBudget | None:
    if limit is None:
        return None
    amount, unit = _MEASURED[name]
    gaps = tuple(gap for gap in profile.gaps if amount in gap.of)
    if actual is not None and actual <= limit and not gaps:
        return None
    return BrokenBudget(name, limit, actual, unit, gaps)
