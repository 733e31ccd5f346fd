"""When each task runs: as the crew is written, and in the fastest order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.order_words import lead, own_calls
from crewprof.report.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.estimate.profile import Profile
    from crewprof.semantics.schedule import Groups


@dataclass(frozen=True, slots=True)
class Span:
    """A task on the time line: start and length in percent of the whole, and what they are in words."""

    name: str
    start: float
    length: float
    told: str
    colour: int
    together: bool


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One schedule. ``changed``: tasks at another place than as written."""

    title: str
    told: str
    spans: tuple[Span, ...]


def time_line(
    title: str,
    profile: Profile,
    groups: Groups,
    seconds: float,
    whole: float,
    colours: Mapping[str | None, int],
) -> TimeLine:
    """The tasks of ``profile`` arranged in ``groups``, on a scale of ``whole`` seconds."""
    return TimeLine(
        title, numbers.seconds(lead(profile) + seconds), tuple(_spans(profile, groups, whole, colours))
    )


def longest(profile: Profile, *schedules: Groups) -> float:
    """Seconds that a scale for all ``schedules`` has to hold."""
    took = {task.name: task.seconds.expected for task in profile.tasks}
    ends = [sum(_length(group, took) for group in groups) for groups in schedules]
    return lead(profile) + max(ends, default=0.0)


def _length(group: Sequence[str], took: Mapping[str, float]) -> float:
    return max((took[name] for name in group), default=0.0)


def _spans(
    profile: Profile, groups: Groups, whole: float, colours: Mapping[str | None, int]
) -> Iterator[Span]:
    tasks = {task.name: task for task in profile.tasks}
    took = {name: task.seconds.expected for name, task in tasks.items()}
    start, scale = lead(profile), 100.0 / whole if whole else 0.0
    if start:
        yield Span(
            own_calls(profile), 0.0, start * scale, numbers.seconds(start), colours[None], together=False
        )
    for group in groups:
        for name in group:
            yield Span(
                name=plain(name),
                start=round(start * scale, 3),
                length=round(max(took[name] * scale, 0.3), 3),
                told=numbers.seconds(took[name]),
                colour=colours[tasks[name].agent],
                together=len(group) > 1,
            )
        start += _length(group, took)
