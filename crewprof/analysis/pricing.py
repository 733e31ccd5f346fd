"""What a fix really saves: the crew as the fix leaves it, profiled, against the crew as it is.

A fix that only changes keys of single agents or tasks is priced by those and the tasks they touch. For any
other the crew is rewritten, in memory, read and profiled again. Both say the same.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final

from crewprof.analysis.changed_members import Members
from crewprof.analysis.meant import crew_as_meant
from crewprof.crew.loaders.registry import reload_crew
from crewprof.errors import EditRefused, InputError
from crewprof.estimate.crew_calls import SemanticCalls
from crewprof.estimate.gaps import amounts_of
from crewprof.estimate.repricing import Repricing, is_separable
from crewprof.findings import Savings
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.semantics.prompt_setting import PromptSetting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.analysis.subject import ProfileBasis
    from crewprof.crew.definition import Crew
    from crewprof.estimate.gaps import Gap
    from crewprof.estimate.profile import Profile, TaskProfile
    from crewprof.estimate.repricing import Repriced
    from crewprof.findings import Finding, Fix
    from crewprof.source.text import SourceText


MOST_TASKS: Final = 5_000
"""Tasks profiled again for fixes that may touch all of a crew. Once they are used up, what the rules reckon
holds: each of hundreds of such fixes in a crew of hundreds of tasks would take seconds."""
_NOTHING: Final = 1e-6
"""Tokens, USD or seconds that are none: what is left of two sums of the same."""


def _is_nothing(saves: Savings) -> bool:
    return all(abs(float(one or 0)) < _NOTHING for one in (saves.tokens, saves.cost_usd, saves.seconds))


@dataclass(frozen=True)
class Pricing:
    """Prices fixes of ``crew``, which is complete and has ``profile``."""

    crew: Crew
    basis: ProfileBasis
    profile: Profile
    _profiled: list[int] = field(default_factory=list, init=False, repr=False, compare=False)
    """How many tasks were profiled again, each time."""

    def priced(self, finding: Finding) -> Finding:
        """``finding`` with what its fix really saves.

        A fix without changes, one that cannot be made, one of which no estimate depends (the tool cache), and
        one that would take too long to price keep the rule's own reckoning.
        """
        if finding.fix is None or not (finding.fix.changes or finding.fix.meant):
            return finding
        saves = self.savings(finding.fix)
        is_unseen = saves is not None and _is_nothing(saves) and finding.saves != Savings()
        return finding if saves is None or is_unseen else replace(finding, saves=saves)

    def savings(self, fix: Fix) -> Savings | None:
        """What ``fix`` saves in one expected run; ``None`` where it cannot be made, or beyond
        :data:`MOST_TASKS`."""
        saved = self._of_members(fix) if fix.changes else None
        if saved is not None:
            return saved
        if sum(self._profiled) >= MOST_TASKS:
            return None
        self._profiled.append(len(self.crew.tasks))
        if not fix.changes:
            meant = crew_as_meant(self.crew, fix.meant)
            return None if meant is None else savings_between(self.profile, self.basis.profile(meant))
        after = profile_after(fix, self.crew, self.basis)
        return None if after is None else savings_between(self.profile, after)

    def _of_members(self, fix: Fix) -> Savings | None:
        """What ``fix`` saves if it changes only single agents and tasks; ``None`` if more has to be done to
        know."""
        if self._repricing is None:
            return None
        members = self._members.changed(fix.changes)
        if members is None:
            return None
        repriced = self._repricing.changed(*members)
        if any(line.cost_usd is None for _, after in repriced.tasks for line in after.lines):
            return None
        return _saved(repriced, self._repricing)

    @cached_property
    def _repricing(self) -> Repricing | None:
        crew, basis = self.crew, self.basis
        names = {task.name for task in crew.tasks}
        is_plain_text = crew.written.is_definition and len(names) == len(crew.tasks)
        # What was recorded of one task sets right what is counted of the others.
        if not is_plain_text or basis.facts.recorded is not None or not is_separable(crew, self.profile):
            return None
        semantics = PromptSetting(
            basis.texts, basis.behavior, basis.options.today, basis.facts.calls_functions
        )
        return Repricing(crew, SemanticCalls(crew, semantics), basis.facts, self.profile)

    @cached_property
    def _members(self) -> Members:
        return Members(self.crew, self.basis)


def _saved(repriced: Repriced, repricing: Repricing) -> Savings:
    cost, tokens = Decimal(0), 0.0
    for before, after in repriced.tasks:
        cost += _cost(before) - _cost(after)
        tokens += before.input_tokens.expected + before.output_tokens.expected
        tokens -= after.input_tokens.expected + after.output_tokens.expected
    return Savings(tokens, cost, repricing.seconds_saved(repriced))


def _cost(task: TaskProfile) -> Decimal:
    return task.cost_usd.expected if task.cost_usd is not None else Decimal(0)


def profile_after(fix: Fix, crew: Crew, basis: ProfileBasis) -> Profile | None:
    """The profile of ``crew`` with ``fix`` applied; ``None`` where the fix cannot be applied."""
    texts = texts_after(fix, crew)
    if texts is None:
        return None
    try:
        return basis.profile(basis.complete(reload_crew(crew, texts)))
    except InputError:
        return None


def texts_after(fix: Fix, crew: Crew) -> Mapping[str, SourceText] | None:
    """The new text of each file that ``fix`` changes in ``crew``, by path; ``None`` where it is refused."""
    # What edits text, which few fixes need here.
    from crewprof.rewrite.apply import rewrite_documents

    try:
        result = rewrite_documents([fix], crew.texts, crew.documents)
    except EditRefused:
        return None
    return None if result.refused else result.texts


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
