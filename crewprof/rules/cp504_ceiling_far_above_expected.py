"""CP504: the worst run costs many times the expected one, or nothing bounds it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.amounts import dollars
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject

FAR = 100
"""Times the expected cost from which the ceiling is worth a word."""
LEAST = Decimal(1)
"""USD from which it is: a worst case of cents harms nobody."""


def _is_ignorance(reason: str) -> bool:
    """Whether a reason of the ceiling is something not known, not a missing limit."""
    return reason.startswith("not known: ") or reason.endswith("is not known")


class CeilingFarAboveExpected(Rule):
    """Before CrewAI stops by itself, one run can cost a hundred times what is expected.

    ## What it does

    Compares the worst case (every loop to `max_iter`, every retry taken, every answer as long as the model
    allows) with the expected cost. Reports, once per crew, when it is at least 100 times as much and at
    least a dollar, or when something in the crew has no limit, and what.

    ## Why

    A run that goes wrong repeats itself. What bounds it is `max_iter`, `max_tokens` where it acts, and the
    retry limits; CP501, CP502 and CP503 say where they are missing.

    ## Example

    See those rules.

    ## Fix safety

    No fix of its own.

    ## When to ignore

    When something outside (a budget at the provider) stops a run.
    """

    code = "CP504"
    name = "ceiling-far-above-expected"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """At most one finding per crew."""
        total = subject.profile.total
        ceiling = total.ceiling
        if ceiling.cost_usd is None:
            missing = [one for one in ceiling.unbounded_because if not _is_ignorance(one)]
            if missing:
                because = "; ".join(missing)
                yield self._finding(subject, f"a run has no worst case: {because}")
            return
        expected = total.cost_usd.expected if total.cost_usd is not None else None
        if expected and ceiling.cost_usd >= max(LEAST, FAR * expected):
            times = int(ceiling.cost_usd / expected)
            yield self._finding(
                subject,
                f"worst case {dollars(ceiling.cost_usd)} a run, {times:,}x the expected {dollars(expected)}, "
                "if every agent loops until max_iter",
            )

    def _finding(self, subject: Subject, message: str) -> Finding:
        fix = Fix(Applicability.DISPLAY, "add the limits of CP501, CP502 and CP503")
        return self.finding(subject.crew.place, message, fix=fix)
