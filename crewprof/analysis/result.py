"""What an analysis is: the values every report is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from crewprof.analysis.sums import FlowTotal
    from crewprof.crew.definition import Crew
    from crewprof.errors import CrewprofError
    from crewprof.estimate.gaps import Gap
    from crewprof.estimate.profile import Profile
    from crewprof.findings import Finding
    from crewprof.plan.schedule_problem import BestSchedule
    from crewprof.quantity import Range
    from crewprof.semantics.version import CrewaiVersion
    from crewprof.source.text import SourceText


EVERY_CODE: Final = "CP"
"""What every code begins with: an ignore that names no code hides everything on its line."""

BudgetName: TypeAlias = Literal["max-cost", "max-ceiling", "max-seconds"]


@dataclass(frozen=True, slots=True)
class BrokenBudget:
    """A limit the user set that the crew's expected run exceeds.

    ``unit`` is ``USD`` or ``s``; ``actual`` is ``None`` when it is unknown or nothing bounds it. With
    ``gaps`` it is only a lower bound: because of what is not known, the limit cannot be shown to hold.
    """

    name: BudgetName
    limit: Decimal
    actual: Decimal | None
    unit: Literal["USD", "s"]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class UnusedIgnore:
    """An inline ``# crewprof: ignore[CODE]`` that suppressed nothing."""

    path: str
    line: int
    column: int
    codes: tuple[str, ...]

    @property
    def message(self) -> str:
        """What is said of it, in the words of its author: a bare one names no code."""
        return f"{self._written} suppresses nothing"

    @property
    def _written(self) -> str:
        is_bare = self.codes == (EVERY_CODE,)
        return "`# crewprof: ignore`" if is_bare else f"ignore[{', '.join(self.codes)}]"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one run would take with every fix crewprof can make: ``fixes`` of them, ``unsafe`` of which may
    change prompts, answers or models. ``cost_usd`` is ``None`` where what they save is not known."""

    cost_usd: Decimal | None
    seconds: float | None
    fixes: int
    unsafe: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """One crew, analysed. ``suppressed`` counts findings an inline ignore or the settings hid.

    ``refused``: CrewAI does not build the crew. ``best``: the fastest schedule CrewAI could run; ``outlook``:
    what all fixes together would bring, where there are any; ``None`` where they were not asked for.
    """

    crew: Crew
    crewai: CrewaiVersion
    profile: Profile
    findings: tuple[Finding, ...]
    monthly_cost_usd: Range[Decimal] | None = None
    runs_per_month: int | None = None
    suppressed: int = 0
    broken_budgets: tuple[BrokenBudget, ...] = ()
    unused_ignores: tuple[UnusedIgnore, ...] = ()
    refused: bool = False
    best: BestSchedule | None = None
    outlook: Outlook | None = None

    @property
    def fastest(self) -> BestSchedule:
        """:attr:`best`, for those who asked for it."""
        if self.best is None:
            raise ValueError("the fastest schedule was not asked for")
        return self.best


@dataclass(frozen=True, slots=True)
class OptimizedCrew:
    """A crew before and after its fixes, with the unified diff between them."""

    before: Analysis
    after: Analysis
    applied: tuple[Finding, ...]
    held_back: tuple[HeldBack, ...]
    diff: str
    changed_texts: Mapping[str, tuple[SourceText, SourceText]]
    """Path of each file that changes to its text before and after."""
    target_note: str | None = None
    """With a budget: how the target was reached, or how near the fixes come and what is left."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A finding whose fix was not applied, and why."""

    finding: Finding
    because: str


@dataclass(frozen=True, slots=True)
class AnalysisRun:
    """All crews and flows of one call of crewprof, and what could not be read."""

    analyses: tuple[Analysis, ...]
    errors: tuple[CrewprofError, ...] = ()
    flows: tuple[FlowTotal, ...] = ()
    runs_per_month: int | None = None


@dataclass(frozen=True, slots=True)
class OptimizedRun:
    """All crews of one call of ``crewprof optimize``, and what could not be read."""

    crews: tuple[OptimizedCrew, ...]
    errors: tuple[CrewprofError, ...] = ()
