"""The order of the terminal report: what runs together, when, and what the best order would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.name_lists import MOST_NAMED, named
from crewprof.report import numbers
from crewprof.report.bars import span_bar
from crewprof.report.drawing import Text
from crewprof.report.order_words import lead, no_faster, own_calls
from crewprof.report.plain_text import plain
from crewprof.report.terminal import told_apart
from crewprof.report.text_tables import NARROWEST_NAME, hanging, heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import Profile
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

WORTH_SHOWING = 0.02
"""A best schedule is shown when it saves at least this share of the time; less is below what is known."""
NAME_COLUMNS = 28
"""Most columns for the names at the left of a timeline."""
TIME_COLUMNS = 12
MOST_LINES = 12
"""Tasks up to which an order gets a timeline; above, what runs together is told in words."""
MOST_STEPS, FEW_STEPS = 6, 4
"""Steps of an order that are told in words; fewer in a narrow pane."""


def schedule_section(analysis: Analysis, look: Look) -> Iterator[Drawn]:
    """The timeline as the crew is written, and the best one on the same scale if it is faster."""
    profile, best = analysis.profile, analysis.fastest
    current = profile.schedule
    # What comes before the first task (planning) is part of the time in any order.
    before = lead(profile)
    now, fastest = before + current.seconds, before + best.seconds
    whole = max(now, fastest, _busy(profile, current.groups))
    told = numbers.at_least(numbers.seconds(now), is_least="seconds" in profile.total.lower_bounds)
    yield heading("Order", f"{told} now")
    is_short = len(profile.tasks) <= MOST_LINES or look.verbose
    yield from (
        _timeline(profile, current.groups, whole, look) if is_short else _in_short(current.groups, look)
    )
    saved = now - fastest
    if current.seconds <= 0 or saved / now < WORTH_SHOWING:
        if len(profile.tasks) > 1:
            yield hanging(no_faster(analysis))
        return
    yield Text()
    bound = (
        ""
        if best.optimal
        else f", at least {numbers.seconds(before + best.lower_bound_seconds)} in any order"
    )
    yield heading(
        "Fastest order CrewAI can run",
        f"{numbers.seconds(fastest)}, {numbers.percent(saved / now)} faster{bound}",
        width=look.width,
    )
    yield from _timeline(profile, best.groups, whole, look) if is_short else _in_short(best.groups, look)


def _in_short(groups: Sequence[Sequence[str]], look: Look) -> Iterator[Drawn]:
    """What runs at the same time and what one after the other, without a timeline: a line for each."""
    steps: list[tuple[bool, list[str]]] = []
    for group in filter(None, groups):
        together = len(group) > 1
        if not together and steps and not steps[-1][0]:
            steps[-1][1].extend(group)
        else:
            steps.append((together, list(group)))
    shown = steps[: FEW_STEPS if look.is_narrow else MOST_STEPS]
    for together, names in shown:
        how = "at the same time" if together else "one after the other"
        lead = f"  {'‖' if together else ' '} " + (f"{len(names)} tasks {how}: " if len(names) > 1 else "")
        yield Text(lead + _fitting(names, look.width - len(lead)))
    more = len(steps) - len(shown)
    if more:
        yield Text(f"    and {numbers.count_of(more, 'more step')}: --verbose", style="dim")


def _fitting(names: Sequence[str], columns: int) -> str:
    """As many of ``names`` as a message holds and the line has room for, the others counted."""
    for most in range(MOST_NAMED, 0, -1):
        told = plain(named(names, most))
        if Text(told).cell_len <= columns:
            return told
    rest = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    if columns - len(rest) < NARROWEST_NAME:
        rest = ", …" if len(names) > 1 else ""
    return told_apart(names, columns - len(rest))[0] + rest


def _length(profile: Profile, group: Sequence[str]) -> float:
    return max(profile.task(name).seconds.expected for name in group)


def _busy(profile: Profile, groups: Sequence[Sequence[str]]) -> float:
    return lead(profile) + sum(_length(profile, group) for group in groups if group)


def _timeline(profile: Profile, groups: Sequence[Sequence[str]], whole: float, look: Look) -> Iterator[Drawn]:
    start = lead(profile)
    own = own_calls(profile)
    names = [*([own] if start else []), *(name for group in groups for name in group)]
    wanted = max((Text(plain(name)).cell_len for name in names), default=0)
    name_width = min(wanted, NAME_COLUMNS, look.width // 3)
    bar_width = max(look.width - name_width - TIME_COLUMNS - 6, 10)
    labels = dict(zip(names, told_apart(names, name_width), strict=True))
    if start:
        yield _row(labels[own], 0.0, start, whole, name_width, bar_width, "  ", "bright_black")
    for group in groups:
        for name in group:
            seconds = profile.task(name).seconds.expected
            mark = "‖ " if len(group) > 1 else "  "
            style = "cyan" if profile.task(name).known else "yellow"
            yield _row(labels[name], start, seconds, whole, name_width, bar_width, mark, style)
        start += _length(profile, group)


def _row(
    label: str,
    start: float,
    seconds: float,
    whole: float,
    name_width: int,
    bar_width: int,
    mark: str,
    style: str,
) -> Text:
    return Text.assemble(
        "  ",
        label,
        " " * (name_width - Text(label).cell_len),
        " ",
        (mark, "dim"),
        span_bar(start, start + seconds, whole, bar_width, style),
        (numbers.seconds(seconds).rjust(TIME_COLUMNS - 1), "dim"),
    )
