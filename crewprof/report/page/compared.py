"""The page of a comparison: the crew on other models, and mixes of models by cost and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof import __version__
from crewprof.quick_dataclasses import dataclass
from crewprof.report import compare_rows as cells
from crewprof.report import numbers
from crewprof.report.page.templates_of import page_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.model_comparison import ComparedRow, ModelComparison
    from crewprof.estimate.profile import Total
    from crewprof.report.look import Look

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    sign: str
    label: str
    cost: str
    spread: str
    change: str
    time: str
    worst: str
    month: str
    on_front: bool
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the plot: percent from the left and from the top, and what it is."""

    x: float
    y: float
    sign: str
    told: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One crew. ``ends``: least and most cost, least and most time of the plot."""

    anchor: str
    name: str
    path: str
    rows: tuple[Row, ...]
    month: str
    dots: tuple[Dot, ...]
    ends: tuple[str, str, str, str]
    mixes: tuple[str, ...]
    searched: str
    goal: str
    stays: tuple[str, ...]


def render(found: Sequence[ModelComparison], _look: Look) -> str:
    """The page of all crews."""
    crews = [_crew(number, one) for number, one in enumerate(found, start=1)]
    return page_from("compare.html", version=__version__, crews=crews, quality=cells.QUALITY)


def _crew(number: int, one: ModelComparison) -> Compared:
    dots, ends = _plot(one)
    runs = one.runs_per_month
    return Compared(
        anchor=f"crew-{number}",
        name=one.crew.name,
        path=one.crew.path,
        rows=tuple(_row(sign, row, one.rows[0]) for sign, row in _signed(one)),
        month="" if runs is None else f"{runs:,} runs a month",
        dots=dots,
        ends=ends,
        mixes=tuple(cells.told(mix, verbose=True) for mix in one.front or ()),
        searched=cells.searched(one),
        goal=cells.goal(one) if one.goals.are_set else "",
        stays=tuple(cells.stays(one)),
    )


def _signed(one: ModelComparison) -> Iterator[tuple[str, ComparedRow]]:
    for number, row in enumerate(one.rows):
        yield (SIGNS[number] if number < len(SIGNS) else str(number + 1)), row


def _row(sign: str, row: ComparedRow, first: ComparedRow) -> Row:
    total = row.profile.total
    return Row(
        sign=sign,
        label=row.label,
        cost=cells.cost(total),
        spread=cells.cost_range(total),
        change=cells.change(row, first),
        time=cells.time(total),
        worst=cells.worst(total),
        month=cells.month(row.monthly_cost_usd),
        on_front=row.on_front,
        problems=tuple(cells.problems(row)),
    )


def _plot(one: ModelComparison) -> tuple[tuple[Dot, ...], tuple[str, str, str, str]]:
    """Cost to the right and time upwards; the rows come last, so that they lie on top."""
    points = [("", cells.told(mix, verbose=True), mix.profile.total) for mix in one.front or ()]
    points += [(sign, row.label, row.profile.total) for sign, row in _signed(one)]
    points = [point for point in points if point[2].cost_usd is not None]
    if len({_place(total) for _, _, total in points}) < 2:
        return (), ("", "", "", "")
    costs, times = zip(*(_place(total) for _, _, total in points), strict=True)
    width, height = (max(costs) - min(costs)) or 1.0, (max(times) - min(times)) or 1.0
    dots = tuple(
        Dot(
            x=round(10 + 80 * (_place(total)[0] - min(costs)) / width, 2),
            y=round(12 + 74 * (max(times) - _place(total)[1]) / height, 2),
            sign=sign,
            told=told if not sign else f"{sign} {told}: {cells.cost(total)}, {cells.time(total)}",
        )
        for sign, told, total in points
    )
    cheapest = min(points, key=lambda point: _place(point[2])[0])[2]
    dearest = max(points, key=lambda point: _place(point[2])[0])[2]
    ends = (cells.cost(cheapest), cells.cost(dearest))
    return dots, (*ends, numbers.seconds(min(times)), numbers.seconds(max(times)))


def _place(total: Total) -> tuple[float, float]:
    return float(total.cost_usd.expected if total.cost_usd is not None else 0), total.seconds.expected
