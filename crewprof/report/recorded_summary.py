"""What ``crewprof record`` says at the end of a run."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.name_lists import named
from crewprof.report import numbers
from crewprof.report.recorded_tables import gaps, task_table
from crewprof.report.terminal import styled, to_text
from crewprof.report.text_tables import heading

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.analysis.measured import MeasuredRuns
    from crewprof.recorded.runs import Stop
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look


def summary(measured: MeasuredRuns, profile: Path, look: Look) -> str:
    """The tasks of the run with what they used, and whether a budget stopped it."""
    parts: list[Drawn] = []
    for run in measured.runs:
        if run.stop is not None:
            parts += [styled(one) for one in stopped(run.stop)]
    for crew in measured.crews:
        times = numbers.count_of(crew.total.kickoffs, "kickoff") if crew.name is not None else ""
        parts += [
            heading(crew.name or "outside of a crew", times, width=look.width),
            task_table(crew, look.width),
            *(styled(f"  {line}", "dim") for line in gaps(crew.total)),
        ]
    calls = sum(len(kickoff.calls) for run in measured.runs for kickoff in run.kickoffs)
    if not calls:
        parts.append(styled("crewprof: no calls of a model were made"))
    parts.append(styled(f"recorded in {profile}; `crewprof profile` shows all runs"))
    return to_text(parts, look).rstrip("\n")


def stopped(stop: Stop) -> list[str]:
    """Lines that say which budget stopped a run, what was spent, and what is there all the same."""
    if stop.next_call:
        reason = (
            f"{_amount(stop, stop.spent)} used, and the next call may use {_amount(stop, stop.next_call)}"
        )
    elif stop.limit == "max-cost":
        reason = stop.because
    else:
        reason = f"{_amount(stop, stop.spent)} used"
    lines = [f"stopped by --{stop.limit} {_amount(stop, stop.most)}: {reason}"]
    if stop.finished:
        lines.append(f"  finished tasks: {named(stop.finished)}; their outputs are printed above")
    else:
        lines.append("  no task was finished")
    return lines


def _amount(stop: Stop, amount: float) -> str:
    if stop.limit == "max-cost":
        return numbers.money(Decimal(repr(amount)))
    if stop.limit == "max-tokens":
        return f"{numbers.tokens(amount)} tokens"
    if stop.limit == "max-seconds":
        return numbers.seconds(amount)
    return numbers.count_of(round(amount), "call")
