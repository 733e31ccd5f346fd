"""Findings of one rule told as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Fix, Savings, Severity
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.report import numbers
from crewprof.report.text_tables import short_list

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from crewprof.findings import Finding


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one rule and severity, what saves most first. Errors are never told together."""

    findings: tuple[Finding, ...]

    @property
    def code(self) -> str:
        """The code of the rule."""
        return self.findings[0].code

    @property
    def severity(self) -> Severity:
        """How bad each of them is."""
        return self.findings[0].severity

    @property
    def message(self) -> str:
        """What was found: of several once, with the first names."""
        first, more = self.findings[0], len(self.findings) - 1
        if not more:
            return first.message
        agents = dict.fromkeys(name for one in self.findings for name in one.agents)
        tasks = dict.fromkeys(name for one in self.findings for name in one.tasks)
        # The first names told are of what the sentence counts.
        about = tasks if "{tasks}" in first.several or not agents else agents
        if not first.several or len(about) == 1:
            return f"{first.message} (and {more} more like this)"
        told = first.several.format(
            agents=numbers.count_of(len(agents), "agent"),
            tasks=numbers.count_of(len(tasks), "task"),
            findings=numbers.count_of(len(self.findings), "sentence"),
        )
        return f"{told}{';' if ':' in told else ':'} {short_list(about)}"

    @property
    def places(self) -> str:
        """``crew.yaml:3:10``, or of several ``crew.yaml:3, 9 and 4 more``."""
        if len(self.findings) == 1:
            return self.findings[0].place.shown
        return numbers.places([(one.place.shown_path, one.place.shown_line) for one in self.findings])

    @property
    def saves(self) -> Savings:
        """What all fixes save, one by one and added up; unknown where nothing is known of any."""
        every = [one.saves for one in self.findings]
        tokens = [one.tokens for one in every if one.tokens is not None]
        cost: list[Decimal] = [one.cost_usd for one in every if one.cost_usd is not None]
        seconds = [one.seconds for one in every if one.seconds is not None]
        return Savings(
            sum(tokens) if tokens else None,
            sum(cost[1:], cost[0]) if cost else None,
            sum(seconds) if seconds else None,
        )

    @property
    def fix(self) -> Fix | None:
        """The first fix there is."""
        return next((one.fix for one in self.findings if one.fix is not None), None)

    @property
    def finding(self) -> Finding:
        """All of them as one, at the place of the first."""
        first, fix = self.findings[0], self.fix
        if len(self.findings) == 1:
            return first
        return replace(
            first,
            message=self.message,
            tasks=tuple(dict.fromkeys(name for one in self.findings for name in one.tasks)),
            agents=tuple(dict.fromkeys(name for one in self.findings for name in one.agents)),
            saves=self.saves,
            fix=fix if fix is None or self.same_fix else replace(fix, title=_with_more(fix, self.fixes)),
        )

    @property
    def fixes(self) -> int:
        """How many of them have a fix of the same kind as the first."""
        first = self.fix
        return sum(
            1
            for one in self.findings
            if first is not None and one.fix is not None and one.fix.applicability is first.applicability
        )

    @property
    def same_fix(self) -> bool:
        """Whether every fix has the same title."""
        return len({one.fix.title for one in self.findings if one.fix is not None}) == 1


def _with_more(fix: Fix, fixes: int) -> str:
    return f"{fix.title} and {fixes - 1} more" if fixes > 1 else fix.title


def once_each(findings: Iterable[Finding]) -> list[Finding]:
    """``findings`` in their order, those of one rule that have words for several as one; errors alone."""
    groups: dict[object, list[Finding]] = {}
    for number, one in enumerate(findings):
        alone = one.severity is Severity.ERROR or not one.several
        groups.setdefault(number if alone else (one.code, one.severity), []).append(one)
    return [FindingGroup(tuple(found)).finding for found in groups.values()]


def grouped(findings: Iterable[Finding], *, apart: bool = False) -> list[FindingGroup]:
    """``findings`` by rule, the most severe first, among equals what saves most. ``apart``: each alone."""
    from crewprof.report.finding_order import by_worth

    groups: dict[object, list[Finding]] = {}
    for number, one in enumerate(by_worth(findings)):
        # Each error stops the crew by itself, and is told at its own place.
        alone = apart or one.severity is Severity.ERROR
        groups.setdefault(number if alone else (one.code, one.severity), []).append(one)
    made = [FindingGroup(tuple(found)) for found in groups.values()]
    return sorted(made, key=_worth)


def _worth(group: FindingGroup) -> tuple[float, ...]:
    saves = group.saves
    return (group.severity.rank, -float(saves.cost_usd or 0), -(saves.seconds or 0.0), -(saves.tokens or 0.0))
