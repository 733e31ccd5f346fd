"""Applying fixes, looking at the crew anew after each step.

A step takes the fixes of one family together, for they do not touch each other; fixes of the schedule come
one at a time and last, when the tasks have the durations they are going to have. A step is kept only if
the text could be edited, the crew still loads, and CrewAI would not object to anything it took before, in
this crew or in another that reads the same files; else its fixes are tried in smaller steps, and the one
that fails is held back with the reason.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.analysis.examination import Examination
from crewprof.analysis.ignores import split_ignored
from crewprof.analysis.neighbours import harm_to
from crewprof.analysis.parts import Part
from crewprof.analysis.pipeline import analysis_of, examine, is_wanted
from crewprof.analysis.pricing import profile_after, savings_between
from crewprof.analysis.result import HeldBack, OptimizedCrew
from crewprof.analysis.target import Target
from crewprof.crew.loaders.registry import Reloading, reload_crew
from crewprof.errors import InputError
from crewprof.findings import Applicability, Severity
from crewprof.plan.choice import SPEED, family, risk
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rewrite.diff import unified_diff
from crewprof.rules.registry import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew
    from crewprof.findings import Finding, Fix, Savings
    from crewprof.source.place import Place, Route
    from crewprof.source.text import SourceText

    Key: TypeAlias = "tuple[str, str, Route | None, str]"

NOT_NEEDED = "the target is reached without it"
NOT_NEARER = "it does not help to reach the target"

MOST_STEPS = 300
"""Steps on one crew before giving up: far more than any crew has findings."""

DEARER = Decimal("0.002")
"""Share of a run's cost that a fix may add unasked; the estimate of caches moves that much."""

MENDING = "CP0"
"""Fixes of what CrewAI refuses, ignores or drops: worth more money."""

OVERFLOW = "CP307"
"""A call needs more than the model's window: no fix may lead to that."""

_PARTS = (Part.SAVINGS, Part.SCHEDULE)
"""What is told of a crew before and after; what all fixes together bring is to be seen there."""
_WITHOUT_SPEED = tuple(code for code in CODES if not code.startswith(SPEED))


def optimise_crew(
    crew: Crew,
    options: AnalysisOptions,
    applicable: frozenset[Applicability],
    beside: Sequence[Crew] = (),
) -> OptimizedCrew:
    """``crew`` with every applicable fix, or, when ``options`` has a target, with the least risky ones
    that reach it.

    ``beside``: other crews that read some of the same files, as they stand. Raises
    :class:`InputError` for what makes a profile impossible.
    """
    first = examine(crew, options)
    before = analysis_of(first, options, _PARTS)
    work = _Work(first, options, applicable, tuple(beside), _known(before))
    work.apply_all()
    # Fixes are taken the least risky first, so the last one may reach the target alone: then the others were
    # for nothing.
    work = _with_the_fewest(work, first, tuple(beside))
    after = analysis_of(_at_the_end(work.look), options, _PARTS) if work.applied else before
    changed = {
        path: (crew.texts[path], text)
        for path, text in work.crew.texts.items()
        if path in crew.texts and text.text != crew.texts[path].text
    }
    return OptimizedCrew(
        before=before,
        after=after,
        applied=_where_found(work.applied, before),
        held_back=(*work.refused.values(), *_not_tried(after, applicable, work)),
        diff="".join(unified_diff(path, old, new) for path, (old, new) in sorted(changed.items())),
        changed_texts=changed,
        target_note=work.target.note(after.profile, after.findings),
    )


def _at_the_end(look: Examination) -> Examination:
    """``look``, with what was recorded matched with the crew as it is now."""
    basis = look.basis.of(look.read)
    return look if basis is look.basis else Examination(look.read, basis, basis.look(look.read))


def _with_the_fewest(work: _Work, first: Examination, beside: tuple[Crew, ...]) -> _Work:
    """``work``, or where it overshoots its target, the same without the fixes that were not needed."""
    needless = work.target.needless(work.look.profile, work.applied)
    if not needless:
        return work
    refused = {_key(one): HeldBack(one, NOT_NEEDED) for one in needless}
    again = replace(work, look=first, beside=beside, refused=refused)
    again.apply_all()
    riskiest = max(map(family, work.applied))
    is_reached = again.target.reached(again.look.profile)
    is_better = is_reached and all(family(one) <= riskiest for one in again.applied)
    return again if is_better and len(again.applied) < len(work.applied) else work


def _known(before: Analysis) -> dict[Key, Savings]:
    return {_key(one): one.saves for one in before.findings}


def _where_found(applied: Iterable[Finding], before: Analysis) -> tuple[Finding, ...]:
    """``applied`` at the places they have in the files as they were: each was found when others had been
    applied, so that lines had moved."""
    known = {(one.code, one.place.path, one.place.route): one.place for one in before.findings}

    def place_of(one: Finding) -> Place:
        route, document = one.place.route, before.crew.data_at(one.place)
        found = known.get((one.code, one.place.path, route))
        return found or (one.place if document is None or route is None else document.place_of(route))

    return tuple(replace(one, place=place_of(one)) for one in applied)


def _key(finding: Finding) -> Key:
    return finding.code, finding.place.path, finding.place.route, finding.fix.title if finding.fix else ""


@dataclass
class _Work:
    """The crew as it stands, and what has become of each fix.

    ``look``: what is known of it. ``known``: what each fix saves that was there at the start. ``refused``:
    fixes not to be tried.
    """

    look: Examination
    options: AnalysisOptions
    applicable: frozenset[Applicability]
    beside: tuple[Crew, ...]
    known: dict[Key, Savings]
    refused: dict[Key, HeldBack] = field(default_factory=dict)
    applied: list[Finding] = field(default_factory=list, init=False)
    seen: set[tuple[str, ...]] = field(default_factory=set, init=False)
    steps: int = field(default=0, init=False)
    target: Target = field(init=False)

    def __post_init__(self) -> None:
        self.target = Target(self.options.targets)
        self.seen.add(_state(self.crew))

    @property
    def crew(self) -> Crew:
        """The crew as it would be read."""
        return self.look.read

    def apply_all(self) -> None:
        """Take one step after another until no fix is left or the target is reached."""
        # The schedule last, when tasks have the durations they are going to have.
        for codes in self._stages():
            while self.steps < MOST_STEPS and not self.target.reached(self.look.profile):
                candidates = self._candidates(codes)
                if not candidates:
                    break
                self.steps += 1
                self._take(self._step(candidates), codes)

    def _stages(self) -> tuple[tuple[str, ...], ...]:
        if not self.target:
            return _WITHOUT_SPEED, CODES
        return (CODES if self.target.needs_seconds else _WITHOUT_SPEED,)

    def _candidates(self, codes: tuple[str, ...]) -> list[Finding]:
        wanted = (one for one in self.look.findings(codes) if is_wanted(one, self.options))
        kept, _, _ = split_ignored(wanted, self.crew)
        fixable = (one for one in kept if self._is_applicable(one) and _key(one) not in self.refused)
        return sorted((self._priced(one) for one in fixable), key=risk)

    def _is_applicable(self, finding: Finding) -> bool:
        fix = finding.fix
        return fix is not None and bool(fix.changes) and fix.applicability in self.applicable

    def _priced(self, finding: Finding) -> Finding:
        saves = self.known.get(_key(finding))
        return finding if saves is None else replace(finding, saves=saves)

    def _step(self, candidates: list[Finding]) -> list[Finding]:
        """The fixes to try next: those of the least risky family, one by one where they could meet."""
        first = candidates[0]
        one_by_one = bool(self.target) or first.code.startswith(SPEED)
        step = [first] if one_by_one else [one for one in candidates if family(one) == family(first)]
        return [one for one in step if self._is_worth_trying(one)]

    def _is_worth_trying(self, finding: Finding) -> bool:
        """Whether a fix is for the better; one that is not is held back."""
        assert finding.fix is not None
        because = None
        if self.target:
            after = profile_after(finding.fix, self.look.crew, self.look.basis)
            if after is not None and not self.target.nearer(self.look.profile, after):
                because = NOT_NEARER
        elif self._is_dearer(finding):
            because = f"it would make a run more expensive; --select {finding.code} applies it"
        if because is not None:
            self.refused[_key(finding)] = HeldBack(finding, because)
        return because is None

    def _is_dearer(self, finding: Finding) -> bool:
        mends = finding.severity is Severity.ERROR or finding.code.startswith(MENDING)
        if mends or finding.code in self.options.select:
            return False
        saves, cost = self._savings(finding).cost_usd, self.look.profile.total.cost_usd
        return saves is not None and cost is not None and -saves > cost.expected * DEARER

    def _savings(self, finding: Finding) -> Savings:
        key = _key(finding)
        if key not in self.known and finding.fix is not None:
            self.known[key] = self.look.pricing.savings(finding.fix) or finding.saves
        return self.known.get(key, finding.saves)

    def _take(self, step: list[Finding], codes: tuple[str, ...]) -> None:
        """Apply the fixes of a step. Where a step fails, half of it is tried."""
        if not step:
            return
        fixes = [one.fix for one in step if one.fix is not None]
        result = rewrite_documents(fixes, self.crew.texts, self.crew.documents)
        if not result.applied:
            self._refuse(step[0], result.refused[0][1])
            return
        made = [one for one in step if any(one.fix is fix for fix in result.applied)]
        found = self._tried(made, result.texts, codes)
        if isinstance(found, Examination):
            self.applied.extend(self._credited(made, found))
            self.look = found
            self.seen.add(_state(self.crew))
            self.beside = tuple(map(Reloading(result.texts).crew, self.beside))
        elif len(made) == 1:
            self._refuse(made[0], found)
        else:
            # Half of it, until the one is found that must not be made: the others come again in the next
            # step.
            self._take(made[: len(made) // 2], codes)

    def _tried(
        self, made: list[Finding], texts: Mapping[str, SourceText], codes: tuple[str, ...]
    ) -> Examination | str:
        """The crew with the fixes made, or why it is not to be kept."""
        try:
            crew = reload_crew(self.crew, texts)
            found = Examination(crew, self.look.basis, self.look.basis.look(crew))
        except InputError as error:
            return f"the rewritten crew could not be read: {error.message}"
        # Two rules that want opposite things would take turns for ever.
        if _state(crew) in self.seen:
            return "it would undo what another fix did"
        broken = new_errors(self.look.findings(codes), found.findings(codes))
        if broken:
            return f"it would cause {broken[0].code}: {broken[0].message}"
        is_safe = all(one.fix is not None and one.fix.applicability is Applicability.SAFE for one in made)
        return harm_to(self.beside, texts, self.options, is_safe=is_safe) or found

    def _credited(self, made: list[Finding], found: Examination) -> list[Finding]:
        """The fixes applied, each with what it saves: alone in a step, what the step saved."""
        if len(made) == 1:
            return [replace(made[0], saves=savings_between(self.look.profile, found.profile))]
        return [replace(one, saves=self._savings(one)) for one in made]

    def _refuse(self, finding: Finding, because: str) -> None:
        self.refused[_key(finding)] = HeldBack(finding, because)


def _state(crew: Crew) -> tuple[str, ...]:
    return tuple(text.text for _, text in sorted(crew.texts.items()))


def new_errors(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Errors in ``after`` that are not in ``before``, wherever they stand, and prompts that no longer fit."""
    known = Counter(_trouble(one) for one in before if _breaks(one))
    fresh = []
    for one in after:
        if _breaks(one):
            known[_trouble(one)] -= 1
            if known[_trouble(one)] < 0:
                fresh.append(one)
    return fresh


def _trouble(finding: Finding) -> tuple[str, object]:
    """What a finding is known by: how far a prompt is too long may change."""
    return finding.code, finding.tasks if finding.code == OVERFLOW else finding.message


def _breaks(finding: Finding) -> bool:
    """Whether CrewAI does not do what the crew says: it stops, or leaves out of a prompt what is too long."""
    return finding.severity is Severity.ERROR or finding.code == OVERFLOW


def _not_tried(after: Analysis, applicable: frozenset[Applicability], work: _Work) -> list[HeldBack]:
    """Findings whose fix was not tried, with what would free it."""
    return [
        HeldBack(one, _reason(one.fix, applicable, work))
        for one in after.findings
        if one.fix is not None and _key(one) not in work.refused
    ]


def _reason(fix: Fix, applicable: frozenset[Applicability], work: _Work) -> str:
    if fix.applicability is Applicability.DISPLAY or not fix.changes:
        return "manual"
    if fix.applicability not in applicable:
        return "it may change prompts or answers (--unsafe-fixes)"
    return NOT_NEEDED if work.target.reached(work.look.profile) else NOT_NEARER
