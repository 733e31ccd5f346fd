"""Findings and footnotes of the terminal report."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.name_lists import named
from crewprof.report import numbers
from crewprof.report.assumption_values import amount
from crewprof.report.drawing import Table, Text
from crewprof.report.finding_groups import FindingGroup, grouped
from crewprof.report.finding_order import APPLICABILITY_WORDS, by_severity, fixable, savings
from crewprof.report.not_known import unused_ignores
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, lines, styled
from crewprof.report.text_tables import hanging, heading
from crewprof.report.text_unknown import not_known_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import UsedAssumption
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
GROUPS_SHOWN = 8
"""Rules whose findings are shown unless the report is verbose; the others are counted."""


def findings_section(analysis: Analysis, look: Look, room: int) -> Iterator[Drawn]:
    """What could be better, by rule, the worst and what saves most first: as many rules as ``room`` lines
    hold, but at least one; all of them where the report is verbose."""
    suppressed = f"{analysis.suppressed} suppressed" if analysis.suppressed else ""
    if not analysis.findings:
        yield heading("Findings", "none", suppressed)
        return
    remarks = (by_severity(analysis.findings), *fixable(analysis.findings).split(", "), suppressed)
    title = heading("Findings", *remarks, width=look.width)
    yield title
    groups = grouped(analysis.findings, apart=look.verbose)
    drawings = [_group(one, look) for one in groups]
    if not look.verbose:
        drawings = drawings[: _fitting(drawings, look, room - lines([title], look.width) - 1)]
    yield from chain.from_iterable(drawings)
    hidden = [finding for one in groups[len(drawings) :] for finding in one.findings]
    if hidden:
        kinds = by_severity(hidden)
        told = f" ({kinds})" if "," in kinds else ""
        yield Text(f"  and {len(hidden):,} more{told}: --verbose", style="dim")


def _fitting(drawings: Sequence[Sequence[Drawn]], look: Look, room: int) -> int:
    """How many of the groups are shown."""
    for shown, one in enumerate(drawings[:GROUPS_SHOWN]):
        room -= lines(one, look.width)
        if room < 0:
            # A report that says nothing of what it found would read as if there were nothing.
            return max(shown, 1)
    return GROUPS_SHOWN


def _group(one: FindingGroup, look: Look) -> list[Drawn]:
    """What was found, and below it where, what it saves and how."""
    if look.is_narrow:
        return [_code(one), hanging(one.message, indent=4, style=""), _indented(_details(one), 4)]
    table = Table(gap=1)
    table.add_column(wraps=False)
    table.add_column()
    table.add_row(_code(one), styled(one.message))
    table.add_row("", _details(one))
    return [table]


def _code(group: FindingGroup) -> Text:
    word = group.severity.value.ljust(len("warning"))
    return Text.assemble("  ", (word, SEVERITY_STYLES[group.severity]), " ", (plain(group.code), "bold"))


def _indented(text: Text, columns: int) -> Table:
    table = Table(gap=0)
    table.add_column(width=columns)
    table.add_column()
    table.add_row("", text)
    return table


def _details(group: FindingGroup) -> Text:
    text = styled(group.places, "dim")
    saved = savings(group.saves)
    if saved:
        text.append(" · ", style="dim")
        text.append(saved, style="green" if saved.startswith("saves") else "dim")
    fix = group.fix
    if fix is not None:
        text.append(plain(f" · {_fix_words(group)}: {fix.title}"), style="dim")
        if fix.suggestion and fix.suggestion not in fix.title and len(group.findings) == 1:
            suggested = (plain(line) for line in fix.suggestion.rstrip().split("\n"))
            text.append("\n" + "\n".join(suggested), style="dim cyan")
    return text


def _fix_words(group: FindingGroup) -> str:
    """``unsafe fix``, ``4 unsafe fixes``, ``8 unsafe fixes such as``."""
    assert group.fix is not None
    word = APPLICABILITY_WORDS[group.fix.applicability]
    if group.fixes == 1:
        return word
    plural = word if word == "manual" else f"{word}es"
    return f"{group.fixes} {plural}" + ("" if group.same_fix else ", such as")


def footnotes(analysis: Analysis, look: Look) -> Iterator[Drawn]:
    """What the numbers are estimated from, what is unknown, and how much was covered."""
    profile = analysis.profile
    if profile.assumptions and look.verbose:
        yield heading("Assumptions", "* estimated from these")
        yield _every_assumption(profile.assumptions)
    unknown = [*not_known_section(analysis, look), *_unused(analysis)]
    if unknown and profile.assumptions and look.verbose:
        yield Text()
    yield from unknown
    if unknown or (profile.assumptions and look.verbose):
        yield Text()
    yield _coverage(analysis, look)


def _every_assumption(assumptions: tuple[UsedAssumption, ...]) -> Table:
    table = Table(gap=0)
    table.add_column(width=2)
    table.add_column()
    for one in assumptions:
        known = Text.assemble(
            (plain(one.name), "bold"), f" {_value(one)}", (plain(f" · {one.source}"), "dim")
        )
        table.add_row("", known)
    return table


def _value(one: UsedAssumption) -> str:
    return plain(f"{amount(one.value)} {one.unit}".rstrip())


def _unused(analysis: Analysis) -> Iterator[Drawn]:
    found = unused_ignores(analysis)
    if found:
        yield heading("Unused ignores")
    for one in found:
        yield hanging(one)


def _coverage(analysis: Analysis, look: Look) -> Text:
    agents = analysis.profile.agents
    unpriced = sorted({agent.model.id or "unknown model" for agent in agents if not agent.model.priced})
    without = sum(1 for agent in agents if not agent.model.priced)
    inexact = sum(1 for task in analysis.profile.tasks if not task.first_call.exact)
    told = []
    if any(task.assumed for task in analysis.profile.tasks) and not look.verbose:
        told.append("* estimated from your texts (--verbose: how)")
    if without:
        share = (
            f"{without:,} of {numbers.count_of(len(agents), 'agent')}"
            if without < len(agents)
            else "every agent"
        )
        told.append(f"{share} without a price ({named(unpriced)})")
    if inexact:
        told.append(f"~ {numbers.count_of(inexact, 'first prompt')} counted approximately")
    told.append(f"CrewAI {analysis.crewai.version}: {analysis.crewai.reason}")
    return flowing([styled(one, "dim") for one in told], " · ", look.width, indent=0)
