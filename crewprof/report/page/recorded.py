"""The page of recorded runs: what each task and agent used, the latest timeline, the dearest calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof import __version__
from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.page.crew_view import COLOURS
from crewprof.report.page.templates_of import page_from
from crewprof.report.page.time_line import Span
from crewprof.report.recorded_summary import stopped
from crewprof.report.recorded_tables import cost, gaps, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.measured import Measured, MeasuredCrew, MeasuredRuns, PricedCall
    from crewprof.recorded.runs import Kickoff
    from crewprof.report.look import Look

MOST_CALLS = 100
"""Calls that are listed, the most expensive first."""


@dataclass(frozen=True, slots=True)
class Row:
    """A task, an agent, or all together."""

    name: str
    about: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CrewRuns:
    """One crew as it was recorded."""

    name: str
    path: str
    kickoffs: str
    tasks: tuple[Row, ...]
    agents: tuple[Row, ...]
    spans: tuple[Span, ...]
    notes: tuple[str, ...]


def as_page(measured: MeasuredRuns, _look: Look) -> str:
    """The page of a recorded file."""
    last = measured.runs[-1] if measured.runs else None
    return page_from(
        "recorded.html",
        version=__version__,
        runs=numbers.count_of(len(measured.runs), "run"),
        stopped=stopped(last.stop) if last is not None and last.stop is not None else [],
        unreadable=len(measured.recorded.unreadable),
        crews=[_crew(one) for one in measured.crews],
        calls=[_call(one) for one in measured.dearest[:MOST_CALLS]],
        all_calls=len(measured.dearest),
    )


def _crew(crew: MeasuredCrew) -> CrewRuns:
    total = crew.total
    others = [crew.unattributed] if crew.unattributed is not None else []
    tasks = [_row(one, ", ".join(one.agents)) for one in crew.tasks]
    tasks += [_row(one, "", "(no task)") for one in others]
    return CrewRuns(
        name=crew.name if crew.name is not None else "Outside of a crew",
        path=crew.path or "",
        kickoffs=numbers.count_of(total.kickoffs, "kickoff"),
        tasks=(*tasks, _row(total, "", "one kickoff")),
        agents=tuple(_row(one, ", ".join(one.models)) for one in crew.agents),
        spans=_spans(crew.latest),
        notes=tuple(gaps(total)),
    )


def _row(one: Measured, about: str, name: str | None = None) -> Row:
    cells = (
        ("cost", cost(one.cost_usd)),
        ("time", spread(one.seconds, numbers.seconds)),
        ("calls", spread(one.calls, numbers.calls)),
        ("tools", spread(one.tool_uses, numbers.calls)),
        ("in", spread(one.input_tokens, numbers.tokens)),
        ("cached", spread(one.cached_input_tokens, numbers.tokens)),
        ("out", spread(one.output_tokens, numbers.tokens)),
    )
    return Row(one.name if name is None else name, about, cells)


def _spans(kickoff: Kickoff) -> tuple[Span, ...]:
    spans = sorted(kickoff.spans, key=lambda one: one.started)
    if not spans:
        return ()
    first = spans[0].started
    whole = max(one.started + one.seconds for one in spans) - first or 1.0
    return tuple(
        Span(
            name=one.task,
            start=round((one.started - first) / whole * 100, 3),
            length=round(max(one.seconds / whole * 100, 0.3), 3),
            told=numbers.seconds(one.seconds),
            colour=number % COLOURS + 1,
            together=False,
        )
        for number, one in enumerate(spans)
    )


def _call(one: PricedCall) -> Sequence[tuple[str, str]]:
    call = one.call
    return (
        ("task", call.task or "(no task)"),
        ("agent", call.agent or ""),
        ("kind", call.kind),
        ("model", call.model or numbers.UNKNOWN),
        ("cost", numbers.money(one.cost_usd)),
        ("time", numbers.seconds(call.seconds)),
        ("in", numbers.tokens(call.prompt)),
        ("out", numbers.tokens(call.completion)),
    )
