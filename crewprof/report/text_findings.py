"""Findings and footnotes of the terminal report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crewprof.findings import Severity
from crewprof.report import numbers
from crewprof.report.finding_order import APPLICABILITY_WORDS, by_severity, by_worth, fixable, savings
from crewprof.report.not_known import unused_ignores
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, styled
from crewprof.report.text_tables import hanging, heading
from crewprof.report.text_unknown import not_known_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import UsedAssumption
    from crewprof.findings import Finding
    from crewprof.report.look import Look

SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
INFO_SHOWN = 5
"""Findings of severity info that are shown unless the report is verbose; the rest is counted."""
NAMES_SHOWN = 6
"""Assumptions that are named unless the report is verbose."""


def findings_section(analysis: Analysis, look: Look) -> Iterator[RenderableType]:
    """What could be better, what is worth most first."""
    suppressed = f"{analysis.suppressed} suppressed" if analysis.suppressed else ""
    if not analysis.findings:
        yield heading("Findings", "none", suppressed)
        return
    remarks = (by_severity(analysis.findings), fixable(analysis.findings), suppressed)
    yield heading("Findings", *remarks, width=look.width)
    ordered = by_worth(analysis.findings)
    info = [finding for finding in ordered if finding.severity is Severity.INFO]
    hidden = info[INFO_SHOWN:] if not look.verbose else []
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in ordered[: len(ordered) - len(hidden)]:
        table.add_row(_code(finding), styled(finding.message))
        table.add_row("", _details(finding))
    yield table
    if hidden:
        yield Text(f"  and {len(hidden)} info more: --verbose shows them", style="dim")


def _code(finding: Finding) -> Text:
    word = finding.severity.value.ljust(len("warning"))
    return Text.assemble("  ", (word, SEVERITY_STYLES[finding.severity]), " ", (plain(finding.code), "bold"))


def _details(finding: Finding) -> Text:
    place = finding.place.shown
    text = styled(place, "dim")
    saved = savings(finding.saves)
    if saved:
        text.append(" · ", style="dim")
        text.append(saved, style="green" if saved.startswith("saves") else "dim")
    if finding.fix is not None:
        word = APPLICABILITY_WORDS[finding.fix.applicability]
        text.append(plain(f" · {word}: {finding.fix.title}"), style="dim")
        if finding.fix.suggestion:
            text.append(f"\n{finding.fix.suggestion.rstrip()}", style="dim cyan")
    return text


def footnotes(analysis: Analysis, look: Look) -> Iterator[RenderableType]:
    """What the numbers rest on, what is unknown, and how much was covered."""
    profile = analysis.profile
    if profile.assumptions:
        yield heading("Assumptions", "* rests on these" if look.verbose else "")
        yield (
            _every_assumption(profile.assumptions)
            if look.verbose
            else _assumptions_in_short(profile.assumptions)
        )
    unknown = [*not_known_section(analysis, look), *_unused(analysis)]
    yield from unknown
    if profile.assumptions or unknown:
        yield Text()
    yield _coverage(analysis, look.width)


def _assumptions_in_short(assumptions: tuple[UsedAssumption, ...]) -> Table:
    names = [one.name for one in assumptions[:NAMES_SHOWN]]
    further = len(assumptions) - len(names)
    listed = ", ".join(names) + (f" and {further} more" if further else "")
    return hanging(f"* rests on {listed}; --verbose shows their values and sources")


def _every_assumption(assumptions: tuple[UsedAssumption, ...]) -> Table:
    table = Table.grid(padding=0)
    table.add_column(width=2)
    table.add_column(overflow="fold")
    for one in assumptions:
        known = Text.assemble(
            (plain(one.name), "bold"), f" {_value(one)}", (plain(f" · {one.source}"), "dim")
        )
        table.add_row("", known)
    return table


def _value(one: UsedAssumption) -> str:
    return plain(f"{_amount(one.value)} {one.unit}".rstrip())


def _amount(value: object) -> str:
    """A number, or the expected value of a range with its ends."""
    match value:
        case {"low": low, "expected": expected, "high": high}:
            return f"{_amount(expected)} ({_amount(low)} – {_amount(high)})"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _unused(analysis: Analysis) -> Iterator[RenderableType]:
    found = unused_ignores(analysis)
    if found:
        yield heading("Unused ignores")
    for one in found:
        yield hanging(one)


def _coverage(analysis: Analysis, width: int) -> Text:
    agents = analysis.profile.agents
    unpriced = sorted({agent.model.id or "model not known" for agent in agents if not agent.model.priced})
    without = sum(1 for agent in agents if not agent.model.priced)
    inexact = sum(1 for task in analysis.profile.tasks if not task.first_call.exact)
    told = [f"{numbers.count_of(len(analysis.profile.tasks), 'task')} estimated"]
    if without:
        share = f"{without} of {numbers.count_of(len(agents), 'agent')}"
        told.append(f"{share} without a price ({', '.join(unpriced)})")
    if inexact:
        told.append(f"~ {numbers.count_of(inexact, 'first prompt')} counted approximately")
    told.append(f"CrewAI {analysis.crewai.version}: {analysis.crewai.reason}")
    return flowing([styled(one, "dim") for one in told], " · ", width, indent=0)
