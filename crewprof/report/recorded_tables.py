"""The tables of recorded runs: what each task or agent has used a kickoff, and its spread."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from crewprof.report import numbers
from crewprof.report.terminal import styled
from crewprof.report.text_tables import Column, fits, fitted_table, name, right

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

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
    """The table with as many spreads beside the means as there is room for."""
    columns = (name(title), *COLUMNS)
    for most in range(len(SPREADS), -1, -1):
        spreads = SPREADS[:most]
        cells = [_row(one, label, remark(one), spreads, is_sum=label == "kickoff") for one, label in rows]
        if fits(columns, cells, width):
            break
    return fitted_table(columns, cells, width)


SPREADS = ("cost", "seconds", "output", "input", "others")
"""What is told with its spread, the first ones as long as there is room."""


def _row(one: Measured, label: str, remark: str, spreads: Collection[str], *, is_sum: bool) -> list[Text]:
    style = "bold" if is_sum else ""

    def told(measured: Range[Number], form: Callable[[Number], str], kind: str = "others") -> Text:
        return styled(spread(measured, form) if kind in spreads else mean(measured, form), style)

    usd = one.cost_usd
    return [
        styled(label, style),
        told(one.calls, numbers.calls),
        told(one.tool_uses, numbers.calls),
        told(one.input_tokens, numbers.tokens, "input"),
        told(one.cached_input_tokens, numbers.tokens),
        told(one.output_tokens, numbers.tokens, "output"),
        styled(numbers.UNKNOWN, style) if usd is None else told(usd, numbers.money, "cost"),
        told(one.seconds, numbers.seconds, "seconds"),
        styled("" if is_sum else remark, "dim"),
    ]


def cost(usd: Range[Decimal] | None) -> str:
    """USD, with its spread."""
    return numbers.UNKNOWN if usd is None else spread(usd, numbers.money)


def spread(measured: Range[Number], said: Callable[[Number], str]) -> str:
    """A mean, and from where to where what was measured goes."""
    low, high = said(measured.low), said(measured.high)
    return mean(measured, said) + ("" if low == high else f" ({low}–{high})")


def mean(measured: Range[Number], said: Callable[[Number], str]) -> str:
    """A mean, marked where it is at least that."""
    return numbers.at_least(said(measured.expected), is_least=measured.is_open)
