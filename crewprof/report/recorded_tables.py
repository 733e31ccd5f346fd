"""The tables of recorded runs: what each task or agent has used a kickoff, and its spread."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from crewprof.report import numbers
from crewprof.report.terminal import styled
from crewprof.report.text_tables import Column, fitted_table, name, right

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crewprof.analysis.measured import Measured, MeasuredCrew
    from crewprof.quantity import Range
    from crewprof.report.drawing import Table, Text

Number = TypeVar("Number", float, Decimal)

COLUMNS = (
    right("calls", 5),
    right("tools", 1),
    right("input"),
    right("cached", 2),
    right("output"),
    right("cost"),
    right("seconds"),
    Column("", rank=0),
)


def task_table(crew: MeasuredCrew, width: int) -> Table:
    """A row a task, the calls of none, and all together."""
    others = [(crew.unattributed, "(no task)")] if crew.unattributed is not None else []
    rows = [*((one, one.name) for one in crew.tasks), *others]
    return _table("task", [*rows, (crew.total, "kickoff")], width, lambda one: ", ".join(one.agents))


def agent_table(crew: MeasuredCrew, width: int) -> Table:
    """A row an agent."""
    rows = [(one, one.name) for one in crew.agents]
    return _table("agent", rows, width, lambda one: ", ".join(one.models))


def gaps(total: Measured) -> list[str]:
    """Which calls the sums leave out, and why, a line each."""
    said = []
    if total.failed_calls:
        said.append(f"{numbers.count_of(total.failed_calls, 'call')} refused by the provider and not billed")
    if total.uncounted:
        uncounted = numbers.count_of(total.uncounted, "call")
        said.append(f"{uncounted} without token counts (no usage was reported): sums are at least these")
    unpriced = total.unpriced - total.uncounted
    if unpriced:
        said.append(f"{numbers.count_of(unpriced, 'call')} without a known price: costs are at least these")
    return said


def _table(
    title: str, rows: Sequence[tuple[Measured, str]], width: int, remark: Callable[[Measured], str]
) -> Table:
    cells = [_row(one, label, remark(one), is_sum=label == "kickoff") for one, label in rows]
    return fitted_table((name(title), *COLUMNS), cells, width)


def _row(one: Measured, label: str, remark: str, *, is_sum: bool) -> list[Text]:
    style = "bold" if is_sum else ""
    return [
        styled(label, style),
        styled(spread(one.calls, numbers.calls), style),
        styled(spread(one.tool_uses, numbers.calls), style),
        styled(spread(one.input_tokens, numbers.tokens), style),
        styled(spread(one.cached_input_tokens, numbers.tokens), style),
        styled(spread(one.output_tokens, numbers.tokens), style),
        styled(cost(one.cost_usd), style),
        styled(spread(one.seconds, numbers.seconds), style),
        styled("" if is_sum else remark, "dim"),
    ]


def cost(usd: Range[Decimal] | None) -> str:
    """USD, with its spread."""
    return numbers.UNKNOWN if usd is None else spread(usd, numbers.money)


def spread(measured: Range[Number], said: Callable[[Number], str]) -> str:
    """A mean, and from where to where what was measured goes."""
    mean = said(measured.expected)
    mark = "≥" if measured.is_open else ""
    low, high = said(measured.low), said(measured.high)
    return f"{mark}{mean}" if low == high else f"{mark}{mean} ({low}–{high})"
