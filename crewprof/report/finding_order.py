"""In which order people want to read findings, and how a saving reads."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Savings, Severity
from crewprof.report import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

APPLICABILITY_WORDS = {
    Applicability.SAFE: "safe fix",
    Applicability.UNSAFE: "unsafe fix",
    Applicability.DISPLAY: "manual",
}
FIX_MARKS = {Applicability.SAFE: " [*]", Applicability.UNSAFE: " [-]"}
"""What lines of ``check`` end with where a fix can be applied."""
LEAST_SECONDS = 0.05
"""Savings of time below this are not worth a word."""


def by_worth(findings: Iterable[Finding]) -> list[Finding]:
    """Most severe first; among equals what saves most money, then time, then tokens, then by place."""
    return sorted(findings, key=_worth)


def _worth(finding: Finding) -> tuple[object, ...]:
    saves, place = finding.saves, finding.place
    return (
        finding.severity.rank,
        -(saves.cost_usd or 0),
        -(saves.seconds or 0),
        -(saves.tokens or 0),
        place.path,
        place.line,
        place.column,
        finding.code,
    )


def by_place(findings: Iterable[Finding]) -> list[Finding]:
    """By file, line, column and code."""
    return sorted(
        findings, key=lambda one: (one.place.path, one.place.line, one.place.column, one.code, one.message)
    )


def savings(saves: Savings) -> str:
    """``saves $0.0123, 340 tokens, takes 2.1 s longer``; empty when nothing is known."""
    amounts: list[tuple[bool, str]] = []
    if saves.cost_usd and abs(saves.cost_usd) >= numbers.SMALLEST_USD:
        amounts.append((saves.cost_usd > 0, numbers.money(abs(saves.cost_usd))))
    if saves.tokens and round(saves.tokens):
        count = abs(saves.tokens)
        amounts.append((saves.tokens > 0, f"{numbers.tokens(count)} token{'s' * (round(count) != 1)}"))
    slower = ""
    if saves.seconds and abs(saves.seconds) >= LEAST_SECONDS:
        lasts = numbers.seconds(abs(saves.seconds))
        if saves.seconds > 0:
            amounts.append((True, lasts))
        else:
            slower = f"takes {lasts} longer"
    gains = ", ".join(amount for is_gain, amount in amounts if is_gain)
    losses = ", ".join(amount for is_gain, amount in amounts if not is_gain)
    told = [f"saves {gains}" if gains else "", f"costs {losses} more" if losses else "", slower]
    return ", ".join(filter(None, told))


def by_severity(findings: Iterable[Finding]) -> str:
    """``1 error, 3 warnings, 2 info``; empty when there are none."""
    counted = Counter(finding.severity for finding in findings)
    told = [
        numbers.count_of(counted[severity], severity.value)
        for severity in (Severity.ERROR, Severity.WARNING)
        if counted[severity]
    ]
    if counted[Severity.INFO]:
        told.append(f"{counted[Severity.INFO]} info")
    return ", ".join(told)


def fixable(findings: Iterable[Finding], *, marked: bool = False) -> str:
    """How many fixes there are and which option applies them; empty when there are none. ``marked``: with
    the signs that lines of ``check`` end with."""
    counted = Counter(finding.fix.applicability for finding in findings if finding.fix is not None)
    safe, unsafe = counted[Applicability.SAFE], counted[Applicability.UNSAFE]
    signs = FIX_MARKS if marked else {}
    by_default = f"{safe} fixable with `crewprof optimize`{signs.get(Applicability.SAFE, '')}"
    if not unsafe:
        return by_default if safe else ""
    more = f"{by_default}, {unsafe} more" if safe else f"{unsafe} fixable"
    return f"{more} with `--unsafe-fixes`{signs.get(Applicability.UNSAFE, '')}"
