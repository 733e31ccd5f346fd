"""Flows, and the sum of all crews and flows, in the terminal report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.analysis.sums import sums_of, whole_of
from crewprof.name_lists import named
from crewprof.report import numbers
from crewprof.report.drawing import Text
from crewprof.report.finding_order import by_severity
from crewprof.report.plain_text import plain
from crewprof.report.terminal import styled
from crewprof.report.text_tables import (
    Column,
    airy_table,
    fitted_table,
    hanging,
    heading,
    name,
    right,
    short_list,
)

WORTH_TELLING = Decimal("0.02")
"""Share of the cost from which on fixes are told."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.analysis.result import Analysis, AnalysisRun
    from crewprof.analysis.sums import FlowTotal, Sums
    from crewprof.crew.flow_definition import FlowMethod
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look


def flow_section(one: FlowTotal, look: Look) -> Iterator[Drawn]:
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
    columns = (
        name("method"),
        name("runs", 2),
        Column("crews", gives="fold", rank=3),
        right("times", 1),
        right("cost"),
    )
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
        told.append(f"after {named(method.listens)}")
    return " and ".join(told)


def _crews(method: FlowMethod, look: Look) -> str:
    """The crews a method runs, each once."""
    return short_list(dict.fromkeys(method.crews), verbose=look.verbose)


def whole_section(run: AnalysisRun, look: Look) -> Iterator[Drawn]:
    """What all crews take together, then every crew in a line."""
    whole = whole_of(run)
    crews = numbers.count_of(len(run.analyses), "crew")
    broken = [one for one in run.analyses if one.refused]
    if broken:
        told = f"CrewAI refuses {len(broken)} of {crews}: {short_list(one.crew.name for one in broken)}"
        yield styled(told, "bold red")
    unread = f"{len(run.errors)} more could not be read" if run.errors else ""
    yield heading(crews, _told(whole), *([unread] if unread else []), width=look.width)
    yield Text()
    rows = [
        [
            styled(one.crew.name),
            Text(numbers.count_bounds(one.crew.kickoffs)),
            *_amounts(sums_of(one.profile.total)),
            _could_be(one),
            _state(one),
        ]
        for one in run.analyses
    ]
    columns = (
        name("crew"),
        right("kickoffs", 2),
        right("in", 4),
        right("out", 3),
        right("calls", 1),
        right("time", 6),
        right("cost each"),
        right("could be", 7),
        Column("findings", rank=5),
    )
    yield airy_table(columns, rows, look.width)


def _could_be(one: Analysis) -> Text:
    """What a kickoff would cost with every fix."""
    cost, outlook = one.profile.total.cost_usd, one.outlook
    if cost is None or outlook is None or outlook.cost_usd is None:
        return Text()
    if outlook.cost_usd > cost.expected * (1 - WORTH_TELLING):
        return Text()
    return Text(numbers.money(outlook.cost_usd), style="green")


def _state(one: Analysis) -> Text:
    if one.refused:
        return Text("refused", style="bold red")
    if one.broken_budgets:
        return Text("over budget", style="bold red")
    return styled(by_severity(one.findings), "dim")


def _told(sums: Sums) -> str:
    """What is spent in all: ``$0.0123 ($0.008 – $0.02) in all``."""
    bounds = "" if sums.cost_usd is None else numbers.bounds(sums.cost_usd, numbers.money)
    return f"{_cost(sums)} {bounds}".rstrip() + " in all"


def _amounts(sums: Sums) -> list[Text]:
    is_least = "calls" in sums.lower_bounds

    def least(text: str) -> Text:
        return Text(numbers.at_least(text, is_least=is_least))

    return [
        least(numbers.tokens(sums.input_tokens.expected)),
        least(numbers.tokens(sums.output_tokens.expected)),
        least(numbers.calls(sums.calls.expected)),
        least(numbers.seconds(sums.seconds.expected)),
        Text(_cost(sums)),
    ]


def _cost(sums: Sums) -> str:
    cost = numbers.money(None if sums.cost_usd is None else sums.cost_usd.expected)
    return numbers.at_least(cost, is_least="cost" in sums.lower_bounds)
