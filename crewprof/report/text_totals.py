"""The head of the terminal report: the verdict, which crew, and what one kickoff takes in all."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.quantity import Range
from crewprof.report import numbers
from crewprof.report.budget_words import sentence
from crewprof.report.drawing import Table, Text
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, styled
from crewprof.report.text_tables import hanging
from crewprof.report.worst_case import no_worst_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crewprof.analysis.result import Analysis, Outlook
    from crewprof.estimate.gaps import Spending
    from crewprof.estimate.profile import AgentProfile, TaskProfile, Total
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

ERRORS_SHOWN = 3
"""Errors the verdict names, in a narrow pane only the first; all stand among the findings."""
REFUSALS = "CP0"
"""How the codes begin of what CrewAI refuses: told first where it does."""
WORTH_TELLING = 0.02
"""Share of cost or time from which on a change is told in the verdict."""
REASONS_SHOWN = 2
"""Reasons for having no worst case that are told; JSON has all."""
MODEL_FROM = {"environment": "from the environment", "default": "CrewAI's default"}


def head(analysis: Analysis, look: Look) -> Iterator[Drawn]:
    """The verdict, what kind of crew it is, totals."""
    yield from verdict(analysis, look)
    yield _kind(analysis, look.width)
    yield Text()
    yield _totals(analysis)


def verdict(analysis: Analysis, look: Look) -> Iterator[Drawn]:
    """What matters most: that CrewAI refuses the crew, broken budgets, what a run takes and could take."""
    name = plain(analysis.crew.name)
    errors = [one for one in analysis.findings if one.severity is Severity.ERROR]
    if errors:
        what = "CrewAI refuses this crew" if analysis.refused else "this crew will fail"
        yield Text.assemble((f"{name}: {what}: {numbers.count_of(len(errors), 'error')}", "bold red"))
        if analysis.refused:
            # ``sort`` keeps the order of equals: refusals first, each kind by worth.
            errors.sort(key=lambda one: not one.code.startswith(REFUSALS))
        shown = errors[: 1 if look.is_narrow else ERRORS_SHOWN]
        for one in shown:
            yield hanging(f"{one.place.shown}: {one.code} {one.message}", style="")
        if len(errors) > len(shown):
            yield Text(f"  and {len(errors) - len(shown):,} more, see Findings", style="dim")
    for budget in analysis.broken_budgets:
        yield Text.assemble((f"{name}: {sentence(budget)}", "bold red"))
    if not analysis.refused:
        yield flowing(list(_estimate(analysis)), ", ", look.width)


def _estimate(analysis: Analysis) -> Iterator[Text]:
    """``blog: $0.123 a run``, ``could be $0.041 (-67%)``, ``1 m 32 s → 1 m 12 s with 25 fixes``."""
    total, outlook = analysis.profile.total, analysis.outlook
    yield Text.assemble((f"{plain(analysis.crew.name)}: ", "bold"), _a_run(total))
    is_cheaper = False
    if outlook is not None and outlook.cost_usd is not None and total.cost_usd is not None:
        less = _less(float(total.cost_usd.expected), float(outlook.cost_usd))
        is_cheaper = less >= WORTH_TELLING
        if is_cheaper:
            told = numbers.at_least(numbers.money(outlook.cost_usd), is_least="cost" in total.lower_bounds)
            yield Text.assemble("could be ", (f"{told} (-{numbers.percent(less)})", "bold green"))
    now = numbers.at_least(numbers.seconds(total.seconds.expected), is_least="seconds" in total.lower_bounds)
    if outlook is None:
        yield Text(now)
        return
    then = outlook.seconds
    changes = then is not None and abs(_less(total.seconds.expected, then)) >= WORTH_TELLING
    time = Text.assemble(now, (f" → {numbers.seconds(then)}", "bold green")) if changes else Text(now)
    yield time.append(f" with {_fixes(outlook)}") if is_cheaper or changes else time


def _fixes(outlook: Outlook) -> str:
    """``3 safe fixes``, ``25 fixes, 24 of them unsafe``."""
    if outlook.unsafe in (0, outlook.fixes):
        kind = "unsafe" if outlook.unsafe else "safe"
        return numbers.count_of(outlook.fixes, f"{kind} fix", f"{kind} fixes")
    return f"{outlook.fixes} fixes, {outlook.unsafe} of them unsafe"


def _a_run(total: Total) -> Text:
    if total.cost_usd is None:
        return Text("price unknown")
    told = numbers.at_least(numbers.money(total.cost_usd.expected), is_least="cost" in total.lower_bounds)
    return Text.assemble((told, "bold"), " a run")


def _less(before: float, after: float) -> float:
    return (before - after) / before if before > 0 else 0.0


def title(analysis: Analysis, width: int) -> Text:
    """Name and path of the crew with a line between them, or below each other where it is narrow."""
    name, path = plain(analysis.crew.name), plain(analysis.crew.path)
    first = Text.assemble((name, "bold"), " ")
    room = width - first.cell_len - Text(path).cell_len - 1
    if room < 1:
        return Text.assemble((name, "bold"), "\n", (path, "dim"))
    return Text.assemble(first, ("─" * room, "dim"), " ", (path, "dim"))


def _kind(analysis: Analysis, width: int) -> Text:
    crew, version = analysis.crew, analysis.crewai
    facts = [
        plain(crew.path),
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
        model = known or "unknown model"
        chosen = f" ({MODEL_FROM[source]})" if source in MODEL_FROM else ""
        named.append(f"{model}{f' ×{times}' if several and times > 1 else ''}{chosen}")
    return named


def _totals(analysis: Analysis) -> Table:
    total = analysis.profile.total
    table = Table(gap=2)
    table.add_column(style="dim", wraps=False)
    table.add_column()
    table.add_row("  cost", _cost(total))
    if analysis.monthly_cost_usd is not None and analysis.runs_per_month is not None:
        table.add_row("  a month", _monthly(analysis.monthly_cost_usd, total, analysis.runs_per_month))
    table.add_row("  tokens", _tokens(total))
    table.add_row("  calls", _quantity(total, total.calls, numbers.calls, "calls"))
    table.add_row("  time", _quantity(total, total.seconds, numbers.seconds, "seconds"))
    table.add_row("  worst case", _ceiling(total))
    if analysis.crew.kickoffs != Range.exactly(1):
        table.add_row("  kickoffs", _kickoffs(analysis))
    measured = [task for task in analysis.profile.tasks if task.runs]
    if measured:
        table.add_row("  measured", _measured(measured, len(analysis.profile.tasks)))
    if not total.calls.is_exact or not total.seconds.is_exact:
        table.add_row("", Text("(low – high): 8 of 10 runs fall in between", style="dim"))
    return table


def _measured(measured: Sequence[TaskProfile], tasks: int) -> Text:
    """How much of the numbers rests on recorded runs, and on how many."""
    runs = sorted({task.runs for task in measured})
    times = numbers.count_of(runs[-1], "recorded run")
    if len(runs) > 1:
        times = f"{runs[0]}–{times}"
    if len(measured) == tasks:
        return Text(f"every task, {times}")
    return Text(f"{len(measured)} of {tasks} tasks, {times}; the others are estimated")


def _with_range(value: str, bounds: str) -> Text:
    return Text.assemble((value, "bold"), (f" {bounds}" if bounds else "", "dim"))


def _quantity(total: Total, quantity: Range[float], form: Callable[[float], str], amount: Spending) -> Text:
    told = numbers.at_least(form(quantity.expected), is_least=amount in total.lower_bounds)
    return _with_range(told, numbers.bounds(quantity, form))


def _money(cost: Range[Decimal], total: Total) -> Text:
    told = numbers.at_least(numbers.money(cost.expected), is_least="cost" in total.lower_bounds)
    return _with_range(told, numbers.bounds(cost, numbers.money))


def _cost(total: Total) -> Text:
    if total.cost_usd is None:
        why = " price unknown"
        return Text.assemble((numbers.UNKNOWN, "bold yellow"), (why, "dim"))
    text = _money(total.cost_usd, total)
    if total.unpriced_calls:
        unpriced, every = numbers.calls(total.unpriced_calls), numbers.calls(total.calls.expected)
        text.append(f", no price for {unpriced} of {every} calls", style="yellow")
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
        text.append(": ").append(_money(whole, total)).append(" in all", style="dim")
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


def _ceiling(total: Total) -> Text:
    ceiling = total.ceiling
    known = []
    if ceiling.cost_usd is not None:
        known.append(numbers.money(ceiling.cost_usd))
    if ceiling.tokens is not None:
        known.append(f"{numbers.tokens(ceiling.tokens)} tokens")
    if known:
        return Text.assemble((" · ".join(known), "bold"), (" if every agent loops until max_iter", "dim"))
    shown = ceiling.unbounded_because[:REASONS_SHOWN]
    more = len(ceiling.unbounded_because) - len(shown)
    why = "; ".join(shown) + (f"; and {more} more" if more else "")
    return Text.assemble((no_worst_case(total), "bold yellow"), (plain(f": {why}") if why else "", "dim"))
