"""Applying fixes one after another, looking at the crew anew after each.

A fix is kept only if the text could be edited, the crew still loads, and CrewAI would not refuse or
break anything it accepted before; else it is undone and held back with the reason.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crewprof.analysis.ignores import split_ignored
from crewprof.analysis.pipeline import (
    Examination,
    analyse_crew,
    broken_budgets,
    examine,
    is_wanted,
    savings_between,
)
from crewprof.analysis.result import HeldBack, OptimizedCrew
from crewprof.crew.reload import reload_crew
from crewprof.errors import InputError
from crewprof.findings import Applicability, Severity
from crewprof.plan.choice import risk
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rewrite.diff import unified_diff

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew
    from crewprof.findings import Finding
    from crewprof.source.place import Route

MOST_STEPS = 500
"""Fixes tried on one crew before giving up: far more than any crew has findings."""


def optimise_crew(
    crew: Crew, options: AnalysisOptions, applicable: frozenset[Applicability]
) -> OptimizedCrew:
    """``crew`` with every applicable fix, or, when ``options`` has budgets, with the least risky ones
    that reach them.

    Raises :class:`InputError` for what makes a profile impossible.
    """
    before = analyse_crew(crew, options)
    state = _Work(crew, options, applicable, examine(crew, options))
    state.apply_all()
    after = analyse_crew(state.crew, options) if state.applied else before
    changed = {
        path: (crew.texts[path], text)
        for path, text in state.crew.texts.items()
        if text.text != crew.texts[path].text
    }
    return OptimizedCrew(
        before=before,
        after=after,
        applied=tuple(state.applied),
        held_back=(*state.held_back, *_out_of_reach(after.findings, applicable, state)),
        diff="".join(unified_diff(path, old, new) for path, (old, new) in sorted(changed.items())),
        changed_texts=changed,
        target_note=state.target_note(),
    )


Key = tuple[str, str, "Route | None", str]


def _key(finding: Finding) -> Key:
    return finding.code, finding.place.path, finding.place.route, finding.fix.title if finding.fix else ""


@dataclass
class _Work:
    """The crew as it stands, and what has become of each fix."""

    crew: Crew
    options: AnalysisOptions
    applicable: frozenset[Applicability]
    examination: Examination
    applied: list[Finding] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    done: set[Key] = field(default_factory=set)

    def apply_all(self) -> None:
        """Apply one fix after another until none is left or the budgets are kept."""
        for _ in range(MOST_STEPS):
            if self._has_target and not self._broken(self.examination):
                return
            candidate = next(iter(self._candidates()), None)
            if candidate is None:
                return
            self.done.add(_key(candidate))
            because = self._apply(candidate)
            if because is not None:
                self.held_back.append(HeldBack(candidate, because))

    @property
    def _has_target(self) -> bool:
        budgets = self.options.budgets
        return any(
            limit is not None for limit in (budgets.max_cost, budgets.max_ceiling, budgets.max_seconds)
        )

    def _broken(self, examination: Examination) -> bool:
        return bool(broken_budgets(examination.profile, self.options.budgets))

    def _candidates(self) -> list[Finding]:
        wanted = (one for one in self.examination.findings if is_wanted(one, self.options))
        kept, _, _ = split_ignored(wanted, self.crew.texts)
        fixable = [one for one in kept if self._is_applicable(one) and _key(one) not in self.done]
        return sorted(fixable, key=risk)

    def _is_applicable(self, finding: Finding) -> bool:
        fix = finding.fix
        return fix is not None and bool(fix.changes) and fix.applicability in self.applicable

    def _apply(self, finding: Finding) -> str | None:
        """Apply one fix; the reason if it is not kept."""
        assert finding.fix is not None
        result = rewrite_documents([finding.fix], self.crew.texts)
        if result.refused:
            return result.refused[0][1]
        try:
            crew = reload_crew(self.crew, {**self.crew.texts, **result.texts})
            examination = examine(crew, self.options)
        except InputError as error:
            return f"the rewritten crew could not be read: {error.message}"
        broken = _new_errors(self.examination.findings, examination.findings)
        if broken:
            return f"CrewAI would then object: {broken[0].message}"
        saved = savings_between(self.examination.profile, examination.profile)
        self.applied.append(replace(finding, saves=saved))
        self.crew, self.examination = crew, examination
        return None

    def target_note(self) -> str | None:
        """How the budgets stand after the last fix."""
        if not self._has_target:
            return None
        broken = broken_budgets(self.examination.profile, self.options.budgets)
        if not broken:
            return "every budget is kept"
        left = ", ".join(
            f"{one.name} {_amount(one.limit, one.unit)} (now {_amount(one.actual, one.unit)})"
            for one in broken
        )
        return f"still over: {left}"


def _amount(amount: Decimal | None, unit: str) -> str:
    if amount is None:
        return "unknown or unbounded"
    return f"${amount:.4f}" if unit == "USD" else f"{amount:.1f} s"


def _new_errors(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    known = Counter((one.code, one.message) for one in before if one.severity is Severity.ERROR)
    fresh = []
    for one in after:
        if one.severity is Severity.ERROR:
            known[one.code, one.message] -= 1
            if known[one.code, one.message] < 0:
                fresh.append(one)
    return fresh


def _out_of_reach(
    findings: Iterable[Finding], applicable: frozenset[Applicability], state: _Work
) -> list[HeldBack]:
    """Findings whose fix was not tried, with what would free it."""
    held = []
    for one in findings:
        if one.fix is None or _key(one) in state.done:
            continue
        if one.fix.applicability is Applicability.DISPLAY or not one.fix.changes:
            held.append(HeldBack(one, "a person has to make this change"))
        elif one.fix.applicability not in applicable:
            held.append(HeldBack(one, "it may change prompts or answers; --unsafe-fixes applies it"))
        else:
            held.append(HeldBack(one, "the target is reached without it"))
    return held
