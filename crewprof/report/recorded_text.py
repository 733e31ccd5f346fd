"""``crewprof profile``: recorded runs on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crewprof.recorded.statistics import concurrent_groups
from crewprof.report import numbers
from crewprof.report.bars import span_bar
from crewprof.report.drawing import Text
from crewprof.report.recorded_summary import stopped
from crewprof.report.recorded_tables import agent_table, cost, gaps, task_table
from crewprof.report.terminal import styled, to_text
from crewprof.report.text_tables import Column, fitted_table, heading, name, right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.measured import MeasuredCrew, MeasuredRuns, PricedCall
    from crewprof.recorded.runs import Kickoff, Run
    from crewprof.report.drawing import Drawn, Table
    from crewprof.report.look import Look

FEW = 5
"""Dearest calls that are shown; with ``--verbose`` so many times ten."""
BAR = 40
"""Columns of a timeline."""


def as_text(measured: MeasuredRuns, look: Look) -> str:
    """Each crew with its tasks, agents and latest timeline; then the most expensive calls."""
    parts: list[Drawn] = [_runs(measured.runs, look)]
    for crew in measured.crews:
        parts += _crew(crew, look)
    if measured.runs and not measured.crews:
        parts.append(styled("no crew ran in them, as far as was recorded", "dim"))
    parts += _dearest(measured.dearest, look)
    if measured.recorded.unreadable:
        count = numbers.count_of(len(measured.recorded.unreadable), "line")
        parts.append(styled(f"{count} could not be read and were passed over", "dim"))
    return to_text(parts, look)


def _runs(runs: Sequence[Run], look: Look) -> Text:
    if not runs:
        return styled("no runs are recorded; record one with `crewprof record -- COMMAND`")
    last = runs[-1]
    said = [numbers.count_of(len(runs), "run")]
    if last.started is not None:
        said.append("last " + datetime.fromtimestamp(last.started, UTC).strftime("%Y-%m-%d %H:%M UTC"))
    if last.command:
        said.append(" ".join(last.command))
    text = heading("Recorded", *said, width=look.width)
    if last.stop is not None:
        for line in stopped(last.stop):
            text.append("\n" + line)
    return text


def _crew(crew: MeasuredCrew, look: Look) -> list[Drawn]:
    total = crew.total
    kickoffs = numbers.count_of(total.kickoffs, "kickoff")
    remarks = [kickoffs if total.kickoffs == 1 else f"mean of {kickoffs} (least–most)"]
    remarks += [cost(total.cost_usd), f"{numbers.seconds(total.seconds.expected)} each"]
    title = crew.name if crew.name is not None else "Outside of a crew"
    parts: list[Drawn] = [Text(), heading(title, *remarks, width=look.width)]
    if crew.tasks:
        parts.append(task_table(crew, look.width))
    if crew.agents:
        parts.append(agent_table(crew, look.width))
    if crew.latest.spans:
        parts += [heading("Timeline", "of the last kickoff", width=look.width), _timeline(crew.latest, look)]
    parts += [styled(f"  {line}", "dim") for line in gaps(total)]
    return parts


def _timeline(kickoff: Kickoff, look: Look) -> Table:
    spans = sorted(kickoff.spans, key=lambda one: one.started)
    first = min(span.started for span in spans)
    whole = max(span.started + span.seconds for span in spans) - first
    group_of = {
        task: number for number, group in enumerate(concurrent_groups(kickoff), start=1) for task in group
    }
    width = min(BAR, look.width // 3)
    rows = [
        [
            styled(str(group_of.get(span.task, "")), "dim"),
            styled(span.task, "red" if span.failed else ""),
            span_bar(span.started - first, span.started - first + span.seconds, whole, width),
            styled(numbers.seconds(span.started - first)),
            styled(numbers.seconds(span.seconds)),
        ]
        for span in spans
    ]
    return fitted_table(
        (right(""), name("task"), Column("", rank=1), right("starts"), right("takes")), rows, look.width
    )


def _dearest(calls: Sequence[PricedCall], look: Look) -> list[Drawn]:
    if not calls:
        return []
    shown = calls[: FEW * 10 if look.verbose else FEW]
    rows = [
        [
            styled(one.call.task or "(no task)"),
            styled(one.call.agent or ""),
            styled(one.call.kind),
            styled(one.call.model or numbers.UNKNOWN),
            styled(numbers.tokens(one.call.prompt)),
            styled(numbers.tokens(one.call.completion)),
            styled(numbers.money(one.cost_usd)),
            styled(numbers.seconds(one.call.seconds)),
        ]
        for one in shown
    ]
    columns = (
        name("task"),
        name("agent", 1),
        Column("kind", rank=3),
        Column("model", gives="cut", rank=2),
        right("input"),
        right("output"),
        right("cost"),
        right("seconds"),
    )
    title = heading("Most expensive calls", f"{len(shown)} of {len(calls)}", width=look.width)
    return [Text(), title, fitted_table(columns, rows, look.width)]
