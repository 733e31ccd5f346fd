"""The head of the terminal report: which crew, and what one kickoff takes in all."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crewprof.quantity import Range
from crewprof.report import numbers
from crewprof.report.budget_words import sentence
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, styled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.gaps import Amount
    from crewprof.estimate.profile import AgentProfile, Ceiling, Total
    from crewprof.report.look import Look

REASONS_SHOWN = 2
"""Reasons for having no ceiling that are told; JSON has all."""
MODEL_FROM = {"environment": "from the environment", "default": "CrewAI's default"}


def head(analysis: Analysis, look: Look) -> Iterator[RenderableType]:
    """Title, what kind of crew it is, totals, broken budgets."""
    yield title(analysis, look.width)
    yield _kind(analysis, look.width)
    yield Text()
    yield _totals(analysis)
    for budget in analysis.broken_budgets:
        yield Text()
        yield Text.assemble("  ", (sentence(budget), "bold red"))


def title(analysis: Analysis, width: int) -> Text:
    """Name and path of the crew with a line between them, or below each other where it is narrow."""
    name, path = plain(analysis.crew.name), plain(analysis.crew.path)
    first = Text.assemble((name, "bold"), " ")
    room = width - first.cell_len - Text(path).cell_len - 1
    if room < 1:
        return Text.assemble((name, "bold"), "\n", (path, "dim"), overflow="fold")
    return Text.assemble(first, ("─" * room, "dim"), " ", (path, "dim"))


def _kind(analysis: Analysis, width: int) -> Text:
    crew, version = analysis.crew, analysis.crewai
    facts = [
        crew.process.value,
        numbers.count_of(len(analysis.profile.agents), "agent"),
        numbers.count_of(len(analysis.profile.tasks), "task"),
        f"CrewAI {version.version} ({version.source})",
        *_models(analysis.profile.agents),
    ]
    return flowing([styled(fact, "dim") for fact in facts], " · ", width)


def _models(agents: tuple[AgentProfile, ...]) -> list[str]:
    """Each model once, the most used first, with how many agents have it and who chose it."""
    counted = Counter((agent.model.id, agent.model.source) for agent in agents)
    several = len(counted) > 1
    named = []
    for (known, source), times in counted.most_common():
        model = known or "model not known"
        chosen = f" ({MODEL_FROM[source]})" if source in MODEL_FROM else ""
        named.append(f"{model}{f' ×{times}' if several and times > 1 else ''}{chosen}")
    return named


def _totals(analysis: Analysis) -> Table:
    total = analysis.profile.total
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("  cost", _cost(total))
    if analysis.monthly_cost_usd is not None and analysis.runs_per_month is not None:
        table.add_row("  a month", _monthly(analysis.monthly_cost_usd, total, analysis.runs_per_month))
    table.add_row("  tokens", _tokens(total))
    table.add_row("  calls", _quantity(total, total.calls, numbers.calls, "calls"))
    table.add_row("  time", _quantity(total, total.seconds, numbers.seconds, "seconds"))
    table.add_row("  ceiling", _ceiling(total.ceiling))
    if analysis.crew.kickoffs != Range.exactly(1):
        table.add_row("  kickoffs", _kickoffs(analysis))
    return table


def _with_range(value: str, bounds: str) -> Text:
    return Text.assemble((value, "bold"), (f" {bounds}" if bounds else "", "dim"))


def _quantity(total: Total, quantity: Range[float], form: Callable[[float], str], amount: Amount) -> Text:
    told = numbers.at_least(form(quantity.expected), is_least=amount in total.lower_bounds)
    return _with_range(told, numbers.bounds(quantity, form))


def _money(cost: Range[Decimal], total: Total) -> Text:
    told = numbers.at_least(numbers.money(cost.expected), is_least="cost" in total.lower_bounds)
    return _with_range(told, numbers.bounds(cost, numbers.money_bound))


def _cost(total: Total) -> Text:
    if total.cost_usd is None:
        why = " no model of this crew has a known price"
        return Text.assemble((numbers.UNKNOWN, "bold yellow"), (why, "dim"))
    text = _money(total.cost_usd, total)
    if total.unpriced_calls:
        unpriced, every = numbers.calls(total.unpriced_calls), numbers.calls(total.calls.expected)
        text.append(f" + {numbers.UNKNOWN} for {unpriced} of {every} calls", style="yellow")
    return text


def _monthly(cost: Range[Decimal], total: Total, runs: int) -> Text:
    return _money(cost, total).append(f" at {numbers.count_of(runs, 'run')}", style="dim")


def _kickoffs(analysis: Analysis) -> Text:
    """How often the project's code runs the crew, and what that costs in all."""
    crew, total = analysis.crew, analysis.profile.total
    every = crew.kickoffs
    text = Text(numbers.count_bounds(every), style="bold")
    places = numbers.places([(one.place.path, one.place.line) for one in crew.kickoff_sites])
    text.append(plain(f" ({places})") if places else "", style="dim")
    cost = total.cost_usd
    if cost is not None:
        whole = cost.times(every.mapped(Decimal))
        text.append(": ").append_text(_money(whole, total)).append(" in all", style="dim")
    return text


def _tokens(total: Total) -> Text:
    is_least = "calls" in total.lower_bounds
    given = _with_range(numbers.at_least(numbers.tokens(total.input_tokens.expected), is_least=is_least), "")
    given.append(" in")
    given.append(f" {numbers.bounds(total.input_tokens, numbers.tokens)}".rstrip(), style="dim")
    if round(total.cached_input_tokens.expected):
        given.append(f", {numbers.tokens(total.cached_input_tokens.expected)} of it cached", style="dim")
    made = _with_range(numbers.at_least(numbers.tokens(total.output_tokens.expected), is_least=is_least), "")
    made.append(" out")
    made.append(f" {numbers.bounds(total.output_tokens, numbers.tokens)}".rstrip(), style="dim")
    return Text.assemble(given, " · ", made)


def _ceiling(ceiling: Ceiling) -> Text:
    known = []
    if ceiling.cost_usd is not None:
        known.append(numbers.money(ceiling.cost_usd))
    if ceiling.tokens is not None:
        known.append(f"{numbers.tokens(ceiling.tokens)} tokens")
    if known:
        return Text.assemble((" · ".join(known), "bold"), (" before CrewAI stops by itself", "dim"))
    shown = ceiling.unbounded_because[:REASONS_SHOWN]
    more = len(ceiling.unbounded_because) - len(shown)
    why = "; ".join(shown) + (f"; and {more} more" if more else "")
    return Text.assemble(("none", "bold yellow"), (plain(f": {why}") if why else "", "dim"))
