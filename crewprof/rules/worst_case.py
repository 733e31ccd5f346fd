"""The worst case of a crew in words, where it is worth a word."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from crewprof.rules.amounts import dollars

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject

FAR: Final = 100
"""Times the expected cost from which the ceiling is worth a word."""
LEAST: Final = Decimal(1)
"""USD from which it is: a worst case of cents harms nobody."""


def worst_case(subject: Subject) -> str | None:
    """``worst case $61 a run, 9,944x the expected $0.0061``; ``None`` where it is near enough, or unknown."""
    total = subject.profile.total
    ceiling = total.ceiling
    if ceiling.cost_usd is None:
        missing = [one for one in ceiling.unbounded_because if not _is_ignorance(one)]
        return f"a run has no worst case: {'; '.join(missing)}" if missing else None
    expected = total.cost_usd.expected if total.cost_usd is not None else None
    if not expected or ceiling.cost_usd < max(LEAST, FAR * expected):
        return None
    times = int(ceiling.cost_usd / expected)
    return f"worst case {dollars(ceiling.cost_usd)} a run, {times:,}x the expected {dollars(expected)}"


def _is_ignorance(reason: str) -> bool:
    """Whether a reason of the ceiling is something not known, not a missing limit."""
    return reason.startswith("not known: ") or reason.endswith("is not known")
