"""``compare`` for people: a row a model, and the mixes of models as a plot of cost and time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.plan.model_mixes import thinned
from crewprof.report import compare_rows as cells
from crewprof.report import numbers
from crewprof.report.drawing import Text
from crewprof.report.plain_text import plain
from crewprof.report.terminal import styled, to_text
from crewprof.report.text_tables import Column, fitted_table, hanging, heading, name, right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.model_comparison import ComparedRow, ModelComparison
    from crewprof.estimate.profile import Total
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

PLOT_ROWS = 10
FEWEST_POINTS = 3
"""Points from which on a plot says more than the table."""
MIXES_SHOWN = 6
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Rows of the table in the plot; further ones have none."""


def render(found: Sequence[ModelComparison], look: Look) -> str:
    """Every crew with its table, plot and mixes; what holds for all of them last."""
    parts: list[Drawn] = [part for one in found for part in _crew(one, look)]
    parts.append(Text(cells.QUALITY, style="bold"))
    return to_text(parts, look)


def _crew(one: ModelComparison, look: Look) -> Iterator[Drawn]:
    yield heading(plain(one.crew.name), plain(one.crew.path), width=look.width)
    yield _table(one, look)
    yield Text("  * no other row is both cheaper and faster", style="dim")
    for kept in cells.stays(one):
        yield hanging(f"note: {kept}", 2)
    for sign, row in zip(_signs(one.rows), one.rows, strict=True):
        for problem in cells.problems(row):
            yield hanging(f"{sign} {row.label}: {problem}", 2, "yellow")
    yield Text()
    yield from _mixes(one, look)


def _signs(rows: Sequence[ComparedRow]) -> list[str]:
    return [SIGNS[number] if number < len(SIGNS) else " " for number in range(len(rows))]


def _table(one: ModelComparison, look: Look) -> Drawn:
    month = [right(f"{one.runs_per_month:,} runs", 4)] if one.runs_per_month is not None else []
    columns = (
        Column("", rank=5),
        name("models"),
        right("cost"),
        right("8 of 10 runs", 1),
        right("change", 3),
        right("time"),
        right("worst case", 2),
        *month,
    )
    first = one.rows[0]
    rows = [
        _row(sign, row, first, has_month=bool(month))
        for sign, row in zip(_signs(one.rows), one.rows, strict=True)
    ]
    return fitted_table(columns, rows, look.width)


def _row(sign: str, row: ComparedRow, first: ComparedRow, *, has_month: bool) -> list[Text]:
    total = row.profile.total
    change = cells.change(row, first)
    return [
        Text(sign + ("*" if row.on_front else " "), style="dim"),
        styled(row.label, "" if row is not first else "bold"),
        Text(cells.cost(total), style="bold"),
        Text(cells.cost_range(total), style="dim"),
        Text(change, style="green" if change.startswith("-") else "yellow" if change.startswith("+") else ""),
        Text(cells.time(total)),
        Text(cells.worst(total), style="dim"),
        *([Text(cells.month(row.monthly_cost_usd))] if has_month else []),
    ]


def _mixes(one: ModelComparison, look: Look) -> Iterator[Drawn]:
    if one.front is None:
        yield hanging("mixes of models are not compared: cost or time of the crew is not known", 2, "yellow")
        yield Text()
        return
    if one.mixes <= 1 and not one.goals.are_set:
        return
    yield heading("Which agent on which model", "mixes no other beats", cells.searched(one), width=look.width)
    yield from _plot(one, look)
    shown = list(one.front) if look.verbose else thinned(one.front, MIXES_SHOWN)
    for mix in shown:
        yield hanging(cells.told(mix, verbose=look.verbose), 2, "")
    if len(one.front) > len(shown):
        yield Text(f"  and {len(one.front) - len(shown)} between these (--verbose)", style="dim")
    if one.goals.are_set:
        yield hanging(cells.goal(one), 2, "bold" if one.wanted is not None else "bold red")
    yield Text()


def _plot(one: ModelComparison, look: Look) -> Iterator[Drawn]:
    """Cost to the right, time upwards: rows by their letter, mixes of the front as dots."""
    points = [(total, "o", "cyan") for total in (mix.profile.total for mix in one.front or ())]
    points += [
        (row.profile.total, sign, "bold")
        for sign, row in zip(_signs(one.rows), one.rows, strict=True)
        if row.profile.total.cost_usd is not None
    ]
    if len({_place(total) for total, _, _ in points}) < FEWEST_POINTS:
        return
    costs, times = zip(*(_place(total) for total, _, _ in points), strict=True)
    upper, lower = numbers.seconds(max(times)), numbers.seconds(min(times))
    margin = max(len(upper), len(lower)) + 3
    width = max(20, min(look.width - margin - 2, 76))
    grid = [[(" ", "")] * width for _ in range(PLOT_ROWS)]
    for total, sign, style in points:
        money, took = _place(total)
        column = round((money - min(costs)) / ((max(costs) - min(costs)) or 1.0) * (width - 1))
        line = round((max(times) - took) / ((max(times) - min(times)) or 1.0) * (PLOT_ROWS - 1))
        grid[line][column] = (sign, style)
    for number, cells_of in enumerate(grid):
        label = upper if number == 0 else lower if number == PLOT_ROWS - 1 else ""
        yield Text.assemble((label.rjust(margin - 1), "dim"), ("│", "dim"), *cells_of)
    yield Text(" " * (margin - 1) + "└" + "─" * width, style="dim")
    left, right_end = numbers.money(_usd(min(costs))), numbers.money(_usd(max(costs)))
    yield Text(" " * margin + left + right_end.rjust(width - len(left)), style="dim")
    yield Text("  o mixes no other beats, letters: the rows above", style="dim")


def _place(total: Total) -> tuple[float, float]:
    return float(total.cost_usd.expected if total.cost_usd is not None else 0), total.seconds.expected


def _usd(amount: float) -> Decimal:
    return Decimal(str(amount))
