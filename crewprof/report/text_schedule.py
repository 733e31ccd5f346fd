"""The order of the terminal report: what runs together, when, and what the best order would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from crewprof.report import numbers
from crewprof.report.bars import span_bar
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, shortened
from crewprof.report.text_tables import heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import Profile
    from crewprof.plan.schedule_problem import BestSchedule
    from crewprof.report.look import Look

WORTH_SHOWING = 0.02
"""A best schedule is shown when it saves at least this share of the time; less is below what is known."""
NAME_COLUMNS = 28
"""Most columns for the names at the left of a timeline."""
TIME_COLUMNS = 12
MOST_LINES = 15
"""Tasks up to which the best order gets a timeline of its own; above, its groups are listed."""


def schedule_section(analysis: Analysis, look: Look) -> Iterator[RenderableType]:
    """The timeline as the crew is written, and the best one on the same scale if it is faster."""
    profile, best = analysis.profile, analysis.best
    current = profile.schedule
    whole = max(current.seconds, best.seconds, _busy(profile, current.groups))
    told = numbers.at_least(
        numbers.seconds(current.seconds), is_least="seconds" in profile.total.lower_bounds
    )
    yield heading("Order", f"{told} as written")
    yield from _timeline(profile, current.groups, whole, look)
    saved = current.seconds - best.seconds
    if current.seconds <= 0 or saved / current.seconds < WORTH_SHOWING:
        if len(profile.tasks) > 1:
            verdict = (
                "no order CrewAI can run with these dependencies is faster"
                if best.optimal
                else "no faster order found"
            )
            yield Text(f"  {verdict}", style="dim")
        return
    yield Text()
    bound = "" if best.optimal else f", at least {numbers.seconds(best.lower_bound_seconds)} in any order"
    yield heading(
        "Best order",
        f"{numbers.seconds(best.seconds)}, {numbers.percent(saved / current.seconds)} sooner{bound}",
    )
    if len(profile.tasks) <= MOST_LINES or look.verbose:
        yield from _timeline(profile, best.groups, whole, look)
    else:
        yield from _together(best, tuple(task.name for task in profile.tasks), look.width)


def _together(best: BestSchedule, written: tuple[str, ...], width: int) -> Iterator[RenderableType]:
    """What runs together in the best order, without a timeline."""
    for group in best.groups:
        if len(group) > 1:
            yield flowing([Text(f"  ‖ {plain(name)}") for name in group], "", width, indent=0)
    alone = sum(1 for group in best.groups if len(group) == 1)
    order = "in the present order" if best.order == written else "in an order --verbose shows"
    yield Text(f"  and {numbers.count_of(alone, 'task')} one after the other, {order}", style="dim")


def _length(profile: Profile, group: Sequence[str]) -> float:
    return max(profile.task(name).seconds.expected for name in group)


def _busy(profile: Profile, groups: Sequence[Sequence[str]]) -> float:
    return _lead(profile) + sum(_length(profile, group) for group in groups if group)


def _lead(profile: Profile) -> float:
    """Seconds before the first task: calls of the crew itself."""
    return sum(line.seconds.expected for line in profile.overhead)


def _timeline(
    profile: Profile, groups: Sequence[Sequence[str]], whole: float, look: Look
) -> Iterator[RenderableType]:
    names = [name for group in groups for name in group]
    wanted = max((Text(plain(name)).cell_len for name in names), default=0)
    name_width = min(wanted, NAME_COLUMNS, look.width // 3)
    bar_width = max(look.width - name_width - TIME_COLUMNS - 6, 10)
    start = _lead(profile)
    if start:
        yield _row("(crew)", 0.0, start, whole, name_width, bar_width, "  ", "bright_black")
    for group in groups:
        for name in group:
            seconds = profile.task(name).seconds.expected
            mark = "‖ " if len(group) > 1 else "  "
            style = "cyan" if profile.task(name).known else "yellow"
            yield _row(name, start, seconds, whole, name_width, bar_width, mark, style)
        start += _length(profile, group)


def _row(
    name: str,
    start: float,
    seconds: float,
    whole: float,
    name_width: int,
    bar_width: int,
    mark: str,
    style: str,
) -> Text:
    label = shortened(name, name_width)
    return Text.assemble(
        "  ",
        label,
        " " * (name_width - label.cell_len),
        " ",
        (mark, "dim"),
        span_bar(start, start + seconds, whole, bar_width, style),
        (numbers.seconds(seconds).rjust(TIME_COLUMNS - 1), "dim"),
    )
