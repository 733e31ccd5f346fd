"""From a crew to its analysis: version, models, profile, best schedule, findings, savings, budgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from crewprof.analysis.ignores import split_ignored
from crewprof.analysis.result import Analysis, BrokenBudget
from crewprof.analysis.subject import setting_of
from crewprof.crew.loaders.registry import reload_crew
from crewprof.errors import EditRefused, InputError
from crewprof.estimate.gaps import amounts_of
from crewprof.findings import Savings
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rules.registry import findings_of
from crewprof.semantics.refusals import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.analysis.options import AnalysisOptions, Budgets
    from crewprof.analysis.result import BudgetName, UnusedIgnore
    from crewprof.analysis.subject import Setting
    from crewprof.crew.definition import Crew
    from crewprof.estimate.gaps import Amount, Gap
    from crewprof.estimate.profile import Profile
    from crewprof.findings import Finding, Fix
    from crewprof.plan.schedule_problem import BestSchedule
    from crewprof.source.text import SourceText


@dataclass(frozen=True, slots=True)
class Examination:
    """A crew profiled and looked at by every rule, before anything is filtered or compared."""

    crew: Crew
    setting: Setting
    profile: Profile
    best: BestSchedule
    findings: tuple[Finding, ...]
    refused: bool


def analyse_crew(crew: Crew, options: AnalysisOptions) -> Analysis:
    """Everything known about ``crew``; each finding with what its fix would save.

    Raises :class:`InputError` for what makes a profile impossible.
    """
    examination = examine(crew, options)
    chosen = tuple(finding for finding in examination.findings if is_wanted(finding, options))
    kept, hidden, unused = split_ignored(chosen, crew)
    priced = tuple(with_savings(finding, examination) for finding in kept)
    return analysis_of(examination, options, priced, hidden, unused)


def examine(crew: Crew, options: AnalysisOptions) -> Examination:
    """Profile ``crew`` and run every rule over it."""
    setting = setting_of(crew, options)
    subject, best = setting.subject(crew)
    refused = any(one.outcome is Outcome.REFUSED for one in subject.objections)
    return Examination(subject.crew, setting, subject.profile, best, findings_of(subject), refused)


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
    resolved = Path(path).resolve()
    if root is not None and resolved.is_relative_to(root):
        return resolved.relative_to(root).as_posix()
    return Path(path).as_posix()


def with_savings(finding: Finding, before: Examination) -> Finding:
    """``finding`` with what its fix really saves: the crew is rewritten, in memory, and profiled again.

    A fix without changes keeps the rule's own reckoning.
    """
    if finding.fix is None or not finding.fix.changes:
        return finding
    after = profile_after(finding.fix, before.crew, before.setting)
    return finding if after is None else replace(finding, saves=savings_between(before.profile, after))


def profile_after(fix: Fix, crew: Crew, setting: Setting) -> Profile | None:
    """The profile of ``crew`` with ``fix`` applied; ``None`` where the fix cannot be applied."""
    texts = texts_after(fix, crew)
    if texts is None:
        return None
    try:
        return setting.profile(setting.complete(reload_crew(crew, texts)))
    except InputError:
        return None


def texts_after(fix: Fix, crew: Crew) -> Mapping[str, SourceText] | None:
    """All texts of ``crew`` with ``fix`` applied; ``None`` where it is refused."""
    try:
        result = rewrite_documents([fix], crew.texts)
    except EditRefused:
        return None
    return None if result.refused else {**crew.texts, **result.texts}


def savings_between(before: Profile, after: Profile) -> Savings:
    """What ``after`` spends less than ``before`` in one expected run.

    Unknown (``None``) where a part is not known in one of them and not the same in the other.
    """
    old, new = before.total, after.total
    unknown = amounts_of(_differing(before, after))
    cost = None
    if old.cost_usd is not None and new.cost_usd is not None:
        cost = old.cost_usd.expected - new.cost_usd.expected
    tokens = old.input_tokens.expected + old.output_tokens.expected
    return Savings(
        tokens=None
        if "calls" in unknown
        else tokens - new.input_tokens.expected - new.output_tokens.expected,
        cost_usd=None if "cost" in unknown or _unpriced(before) != _unpriced(after) else cost,
        seconds=None if "seconds" in unknown else old.seconds.expected - new.seconds.expected,
    )


def _differing(before: Profile, after: Profile) -> list[Gap]:
    """What is not known in just one of them."""
    if not before.gaps and not after.gaps:
        return []
    old, new = ({(gap.cause, gap.what): gap for gap in one.gaps} for one in (before, after))
    return [gap for key, gap in (old | new).items() if (key in old) != (key in new)]


def _unpriced(profile: Profile) -> dict[str | None, tuple[float, float]]:
    """Tokens in and out, by model, that have no price."""
    found: dict[str | None, tuple[float, float]] = {}
    if not profile.total.unpriced_calls:
        return found
    lines = (*profile.overhead, *(line for task in profile.tasks for line in task.lines))
    for line in lines:
        if line.cost_usd is None:
            given, made = found.get(line.model, (0.0, 0.0))
            given, made = given + line.input_tokens.expected, made + line.output_tokens.expected
            found[line.model] = (given, made)
    return found


def analysis_of(
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
        crewai=examination.setting.crewai,
        profile=examination.profile,
        best=examination.best,
        findings=tuple(sorted(findings, key=_rank)),
        monthly_cost_usd=cost.scaled(Decimal(runs)) if cost is not None and runs is not None else None,
        runs_per_month=runs,
        suppressed=hidden,
        broken_budgets=broken_budgets(examination.profile, options.budgets),
        unused_ignores=unused,
        refused=examination.refused,
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


_MEASURED: Final[Mapping[BudgetName, tuple[Amount, Literal["USD", "s"]]]] = {
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
