"""Which fix to take first: the least risky, and among equals the most worth."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Severity

if TYPE_CHECKING:
    from crewprof.findings import Finding

SPEED = "CP2"
"""Fixes of the schedule: taken last, when the tasks have the durations they are going to have."""

_PROMISE = {Applicability.SAFE: 0, Applicability.UNSAFE: 1, Applicability.DISPLAY: 2}

_FAMILY_RISK = {"CP0": 0, "CP5": 1, "CP4": 2, "CP2": 3, "CP6": 4, "CP1": 5, "CP3": 6}
"""How much a family of unsafe fixes can change answers, least first: mending what CrewAI rejects or
ignores; limits well above what is needed; caching; what runs when; features; words of the prompt;
another model."""


def family(finding: Finding) -> tuple[int, int]:
    """What it is like to apply a fix: its promise, then how much its kind can change answers."""
    fix = finding.fix
    promise = _PROMISE[fix.applicability] if fix is not None else len(_PROMISE)
    return promise, _FAMILY_RISK.get(finding.code[:3], len(_FAMILY_RISK))


def risk(finding: Finding) -> tuple[tuple[int, int], int, Decimal, float, str, int, int, str]:
    """Sort key of fixes to apply: by family, then errors first, then by what is saved, then by place."""
    place = finding.place
    return (
        family(finding),
        Severity(finding.severity).rank,
        -(finding.saves.cost_usd or Decimal(0)),
        -(finding.saves.seconds or 0.0),
        place.path,
        place.line,
        place.column,
        finding.code,
    )


def worth(finding: Finding) -> tuple[bool, Decimal, float]:
    """Sort key of fixes of which not all can be made beside each other: those of the schedule last, as they
    are applied, the others by what they save."""
    saves = finding.saves
    return finding.code.startswith(SPEED), -(saves.cost_usd or Decimal(0)), -(saves.seconds or 0.0)
