"""Recorded runs as a file for https://speedscope.app, whose format is
https://www.speedscope.app/file-format-schema.json.

For each crew three profiles say where the money, the tokens and the time of its calls went (crew, task,
agent, kind of call); one profile a lane shows the last kickoff in time, for tasks that run together need
lanes of their own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crewprof import __version__
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.measured import MeasuredCrew, MeasuredRuns, PricedCall
    from crewprof.recorded.runs import Kickoff
    from crewprof.report.look import Look

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
MILLION = 1_000_000
NO_CREW = "(no crew)"
NO_TASK = "(no task)"


@dataclass
class _Frames:
    """The names on stacks, each once."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))


@dataclass(frozen=True, slots=True)
class _Span:
    """Something that went on from ``start`` to ``end``, in seconds from the kickoff's start."""

    name: str
    start: float
    end: float


def as_speedscope(measured: MeasuredRuns, _look: Look) -> str:
    """The file's text."""
    frames = _Frames()
    profiles: list[dict[str, Any]] = []
    for crew in measured.crews:
        own = [one for one in measured.dearest if one.crew == crew.name]
        own.sort(key=lambda one: one.call.started)
        profiles += _weighted(crew, own, frames)
        profiles += _lanes(crew, frames)
    return json.dumps(
        {
            "$schema": SCHEMA,
            "name": measured.recorded.path,
            "exporter": f"crewprof@{__version__}",
            "activeProfileIndex": 0,
            "shared": {"frames": [{"name": name} for name in frames.numbers]},
            "profiles": profiles,
        },
        indent=1,
    )


def _weighted(crew: MeasuredCrew, calls: Sequence[PricedCall], frames: _Frames) -> Iterator[dict[str, Any]]:
    name = crew.name or NO_CREW
    stacks = [_stack(name, one, frames) for one in calls]
    costs = [round(float(one.cost_usd or 0) * MILLION, 3) for one in calls]
    tokens = [(one.call.prompt or 0) + (one.call.completion or 0) for one in calls]
    seconds = [round(one.call.seconds, 6) for one in calls]
    for title, unit, weights in (
        ("cost in millionths of a USD", "none", costs),
        ("tokens", "none", tokens),
        ("seconds of calls", "seconds", seconds),
    ):
        yield {
            "type": "sampled",
            "name": f"{name}: {title}",
            "unit": unit,
            "startValue": 0,
            "endValue": round(sum(weights), 6),
            "samples": stacks,
            "weights": weights,
        }


def _stack(crew: str, one: PricedCall, frames: _Frames) -> list[int]:
    call = one.call
    names = (crew, call.task or NO_TASK, call.agent or "(no agent)", f"{call.kind}, {call.model or '?'}")
    return [frames.of(name) for name in names]


def _lanes(crew: MeasuredCrew, frames: _Frames) -> Iterator[dict[str, Any]]:
    kickoff = crew.latest
    end = max((span.end for span in _spans(kickoff)), default=0.0)
    for number, spans in enumerate(_in_lanes(kickoff), start=1):
        yield {
            "type": "evented",
            "name": f"{crew.name or NO_CREW}: last kickoff, lane {number}",
            "unit": "seconds",
            "startValue": 0,
            "endValue": round(end, 6),
            "events": list(_events(spans, frames)),
        }


def _spans(kickoff: Kickoff) -> list[_Span]:
    return [span for spans in _by_task(kickoff).values() for span in spans]


def _by_task(kickoff: Kickoff) -> dict[str | None, list[_Span]]:
    """Tasks with their calls and tools, in the order they began."""
    begun = [span.started for span in kickoff.spans] + [call.started for call in kickoff.calls]
    first = min([kickoff.started, *begun]) if kickoff.started else min(begun, default=0.0)
    found: dict[str | None, list[_Span]] = {}

    def add(task: str | None, name: str, started: float, seconds: float) -> None:
        start = max(0.0, started - first)
        found.setdefault(task, []).append(_Span(name, start, start + max(0.0, seconds)))

    for span in sorted(kickoff.spans, key=lambda one: one.started):
        add(span.task, span.task, span.started, span.seconds)
    for call in kickoff.calls:
        add(call.task, f"{call.kind}, {call.model or '?'}", call.started, call.seconds)
    for use in kickoff.tools:
        add(use.task, use.name, use.started, use.seconds or 0.0)
    return found


def _in_lanes(kickoff: Kickoff) -> list[list[_Span]]:
    """Every span in a lane where it lies within or beside the others; those of a task together if they
    can."""
    lanes: list[list[_Span]] = []
    for spans in _by_task(kickoff).values():
        home: list[list[_Span]] = []
        for span in sorted(spans, key=lambda one: (one.start, -one.end)):
            fitting = [lane for lane in (*home, *lanes) if _fits(span, lane)]
            if not fitting:
                lanes.append([])
                fitting = lanes[-1:]
            fitting[0].append(span)
            home = home or fitting[:1]
    return lanes


def _fits(span: _Span, lane: Sequence[_Span]) -> bool:
    return all(
        span.end <= other.start
        or other.end <= span.start
        or (other.start <= span.start and span.end <= other.end)
        or (span.start <= other.start and other.end <= span.end)
        for other in lane
    )


def _events(spans: Sequence[_Span], frames: _Frames) -> Iterator[dict[str, Any]]:
    """Balanced opens and closes, never back in time."""
    open_spans: list[_Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        while open_spans and open_spans[-1].end <= span.start:
            closed = open_spans.pop()
            yield {"type": "C", "frame": frames.of(closed.name), "at": round(closed.end, 6)}
        yield {"type": "O", "frame": frames.of(span.name), "at": round(span.start, 6)}
        open_spans.append(span)
    while open_spans:
        closed = open_spans.pop()
        yield {"type": "C", "frame": frames.of(closed.name), "at": round(closed.end, 6)}
