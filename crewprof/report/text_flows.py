"""Flows, and the sum of all crews and flows, in the terminal report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from crewprof.analysis.sums import sums_of, whole_of
from crewprof.report import numbers
from crewprof.report.plain_text import plain
from crewprof.report.terminal import styled
from crewprof.report.text_tables import Column, fitted_table, hanging, heading, name, right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from crewprof.analysis.result import AnalysisRun
    from crewprof.analysis.sums import FlowTotal, Sums
    from crewprof.crew.definition import FlowMethod
    from crewprof.report.look import Look

NAMES_SHOWN = 3
"""Crews of a method that are named unless the report is verbose."""


def flow_section(one: FlowTotal, look: Look) -> Iterator[RenderableType]:
    """The methods of a flow, in its order: what starts each, its crews, how often, what that costs."""
    flow = one.flow
    yield heading(f"Flow {plain(flow.name)}", flow.path, _told(one.sums), width=look.width)
    rows = [
        [
            styled(method.name),
            styled(_started_by(method), "dim"),
            styled(_crews(method, look)),
            Text(numbers.count_bounds(method.times)),
            Text(_cost(sums)),
        ]
        for method, sums in zip(flow.methods, one.methods, strict=True)
    ]
    columns = (name("method"), name("runs"), Column("crews", gives="fold"), right("times"), right("cost"))
    yield fitted_table(columns, rows, look.width)
    for missing in one.missing:
        yield hanging(f"the crew {missing} could not be read: the flow costs more than this")
    for method in flow.methods:
        for gap in method.not_counted:
            yield hanging(f"not counted: {gap.reason} ({gap.place.path}:{gap.place.line})")
    for gap in flow.unknowns:
        yield hanging(f"not known: {gap.reason} ({gap.place.path}:{gap.place.line})")


def _started_by(method: FlowMethod) -> str:
    told = ["at the start"] if method.starts else []
    if method.listens:
        told.append(f"after {', '.join(method.listens)}")
    return " and ".join(told)


def _crews(method: FlowMethod, look: Look) -> str:
    """The crews a method runs, each once."""
    crews = list(dict.fromkeys(method.crews))
    shown = crews if look.verbose else crews[:NAMES_SHOWN]
    more = len(crews) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def whole_section(run: AnalysisRun, look: Look) -> Iterator[RenderableType]:
    """Every crew in a line, and what all take together."""
    whole = whole_of(run)
    yield heading("All crews", _told(whole), width=look.width)
    rows = [
        [
            styled(one.crew.name),
            Text(numbers.count_bounds(one.crew.kickoffs)),
            *_amounts(sums_of(one.profile.total)),
        ]
        for one in run.analyses
    ]
    columns = (name("crew"), right("kickoffs"), right("in"), right("out"), right("calls"), right("cost each"))
    yield fitted_table(columns, rows, look.width)


def _told(sums: Sums) -> str:
    """What is spent in all: ``$0.0123 ($0.008 – $0.02) in all``."""
    bounds = "" if sums.cost_usd is None else numbers.bounds(sums.cost_usd, numbers.money_bound)
    return f"{_cost(sums)} {bounds}".rstrip() + " in all"


def _amounts(sums: Sums) -> list[Text]:
    is_least = "calls" in sums.lower_bounds

    def least(text: str) -> Text:
        return Text(numbers.at_least(text, is_least=is_least))

    return [
        least(numbers.tokens(sums.input_tokens.expected)),
        least(numbers.tokens(sums.output_tokens.expected)),
        least(numbers.calls(sums.calls.expected)),
        Text(_cost(sums)),
    ]


def _cost(sums: Sums) -> str:
    cost = numbers.money(None if sums.cost_usd is None else sums.cost_usd.expected)
    return numbers.at_least(cost, is_least="cost" in sums.lower_bounds)
