"""The tables of the terminal report: one line per task and one per agent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from crewprof.estimate.profile import PARTS, AgentProfile, CallLine, TaskProfile
from crewprof.report import numbers
from crewprof.report.bars import Part, share_bar, stacked_bar
from crewprof.report.drawing import Text
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, styled
from crewprof.report.text_tables import Column, fitted_table, heading, name, right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from crewprof.estimate.profile import Profile
    from crewprof.quantity import Range
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look, Sorting

    Spender: TypeAlias = TaskProfile | CallLine | AgentProfile

One = TypeVar("One", TaskProfile, AgentProfile)

WITH_PROVIDER = 100
"""Columns from which models are named with their provider; the head of the report does so in any case."""
PART_SIGNS = {
    "framework": ("f", "bright_black"),
    "role": ("r", "magenta"),
    "task": ("t", "cyan"),
    "tools": ("#", "yellow"),
    "context": ("c", "green"),
    "memory": ("m", "blue"),
}
"""Letter (without colour) and colour of each part of a prompt."""
MOST_ROWS = 10
"""Tasks and agents a table holds unless the report is verbose; two more are shown rather than counted."""
FEW_AGENTS = 5
"""Agents it holds in a narrow pane."""
SPARE_ROWS = 2
WIDE, WIDEST = 100, 120
"""Columns from which tables have room for longer bars."""


def _bar_widths(look: Look) -> tuple[int, int]:
    """Columns of the bar of a share and of the bar of a prompt."""
    if look.width >= WIDEST:
        return 12, 32
    return (10, 20) if look.width >= WIDE else (10, 12)


def tasks_section(profile: Profile, look: Look) -> Iterator[Drawn]:
    """The bill, task by task, and what each first prompt is made of."""
    prompt_width = _bar_widths(look)[1]
    shown = _shown(profile.tasks, look, lambda task: task.seconds.expected, MOST_ROWS)
    columns = (
        name("task"),
        right("in", 4),
        right("out", 3),
        right("calls", 2),
        right("cost"),
        Column(_share_title(profile), rank=1),
        right("time", 5),
        Column("first prompt".ljust(prompt_width), rank=0),
    )
    lines: list[Spender] = [*shown, *profile.overhead]
    bars = _bars([*profile.tasks, *profile.overhead], lines, profile, look)
    costs = _costs(lines)
    rows = [_task_row(task, costs.pop(0), bars.pop(0), look) for task in shown]
    rows.extend(_overhead_row(line, costs.pop(0), bars.pop(0)) for line in profile.overhead)
    yield heading("Tasks", _order_words(look.sort), width=look.width)
    yield fitted_table(columns, rows, look.width)
    yield from _hidden(len(profile.tasks) - len(shown), "task")
    yield _legend(profile, look)


def _order_words(sort: Sorting) -> str:
    return {
        "cost": "most expensive first",
        "tokens": "most tokens first",
        "time": "slowest first",
        "order": "in their order",
    }[sort]


def _share_title(profile: Profile) -> str:
    return "cost share" if profile.total.cost_usd is not None else "tokens"


def _shown(spenders: Sequence[One], look: Look, seconds: Callable[[One], float], most: int) -> list[One]:
    """What a table lists, sorted; at most so many unless the report is verbose."""
    ranked = sorted(spenders, key=lambda one: _rank(one, look.sort, seconds(one)))
    is_long = len(ranked) > most + SPARE_ROWS and not look.verbose
    return ranked[:most] if is_long else ranked


def _rank(one: TaskProfile | AgentProfile, sort: Sorting, seconds: float) -> tuple[Decimal | float, float]:
    """What has no price is listed below what has one, by its tokens."""
    tokens = -(one.input_tokens.expected + one.output_tokens.expected)
    match sort:
        case "cost":
            return -(one.cost_usd.expected if one.cost_usd is not None else Decimal(-1)), tokens
        case "tokens":
            return tokens, 0.0
        case "time":
            return -seconds, tokens
        case "order":
            return 0.0, 0.0


def _hidden(number: int, noun: str) -> Iterator[Drawn]:
    if number:
        yield Text(f"  and {number:,} more {noun}s: --verbose", style="dim")


def _task_row(task: TaskProfile, cost: Text, bar: Text, look: Look) -> list[Text]:
    parts = [Part(task.first_call.parts.get(part, 0), *PART_SIGNS[part]) for part in PARTS]
    return [
        Text.assemble(plain(task.name), ("*" if task.assumed else "", "dim")),
        Text(_input(task)),
        Text(numbers.at_least(numbers.tokens(task.output_tokens.expected), is_least=not task.known)),
        Text(numbers.at_least(numbers.calls(task.calls.expected), is_least=not task.known)),
        cost,
        bar,
        Text(numbers.at_least(numbers.seconds(task.seconds.expected), is_least=not task.known)),
        stacked_bar(parts, _bar_widths(look)[1], blocks=_in_blocks(look)),
    ]


def _input(task: TaskProfile) -> str:
    """Input tokens: ``≥`` if too little is known, ``~`` if not counted on the very text."""
    told = numbers.tokens(task.input_tokens.expected)
    if not task.known or task.input_tokens.is_open:
        return numbers.at_least(told, is_least=True)
    return told if task.first_call.exact else f"~{told}"


def _overhead_row(line: CallLine, cost: Text, bar: Text) -> list[Text]:
    return [
        styled(f"({line.kind})", "dim"),
        Text(numbers.tokens(line.input_tokens.expected)),
        Text(numbers.tokens(line.output_tokens.expected)),
        Text(numbers.calls(line.calls.expected)),
        cost,
        bar,
        Text(numbers.seconds(line.seconds.expected)),
        Text(),
    ]


def _costs(spenders: Sequence[Spender]) -> list[Text]:
    amounts = [one.cost_usd.expected if one.cost_usd is not None else None for one in spenders]
    return [
        Text(numbers.at_least(shown, is_least=_is_least(one)), style="yellow" if amount is None else "bold")
        for one, shown, amount in zip(spenders, numbers.money_column(amounts), amounts, strict=True)
    ]


def _is_least(one: Spender) -> bool:
    is_unknown = isinstance(one, TaskProfile) and not one.known
    return is_unknown or (one.cost_usd is not None and one.cost_usd.is_open)


def _bars(every: Sequence[Spender], shown: Sequence[Spender], profile: Profile, look: Look) -> list[Text]:
    """A bar for each of ``shown``: its cost (tokens, when nothing has a price) against the largest."""
    is_priced = profile.total.cost_usd is not None

    def spent(one: Spender) -> float:
        if is_priced:
            return float(one.cost_usd.expected) if one.cost_usd is not None else 0.0
        return one.input_tokens.expected + one.output_tokens.expected

    largest = max(map(spent, every), default=0.0) or 1.0
    return [share_bar(spent(one) / largest, _bar_widths(look)[0]) for one in shown]


def _in_blocks(look: Look) -> bool:
    return look.colour and not look.ascii_only


def _legend(profile: Profile, look: Look) -> Text:
    """What the parts of the prompt bars are, with how much of all first prompts each makes."""
    amounts = {part: sum(task.first_call.parts.get(part, 0) for task in profile.tasks) for part in PARTS}
    whole = sum(amounts.values())
    parts = []
    for part, amount in amounts.items():
        if amount:
            letter, style = PART_SIGNS[part]
            sign = "█" if _in_blocks(look) else letter
            parts.append(Text.assemble((sign, style), (f" {part} {numbers.percent(amount / whole)}", "dim")))
    return flowing([Text("  first prompts:", style="dim"), *parts], "  ", look.width)


def agents_section(profile: Profile, look: Look) -> Iterator[Drawn]:
    """Which agent spends what on which model."""
    columns = (
        name("agent"),
        name("model", 6),
        Column("tier", rank=2),
        right("tasks", 3),
        right("in", 5),
        right("out", 4),
        right("cost"),
        Column(_share_title(profile), rank=1),
    )
    seconds = {task.name: task.seconds.expected for task in profile.tasks}
    most = FEW_AGENTS if look.is_narrow else MOST_ROWS
    shown = _shown(
        profile.agents, look, lambda agent: sum(seconds.get(task, 0.0) for task in agent.tasks), most
    )
    bars = _bars(profile.agents, shown, profile, look)
    rows = [_agent_row(*one, look) for one in zip(shown, _costs(shown), bars, strict=True)]
    yield heading("Agents")
    yield fitted_table(columns, rows, look.width)
    yield from _hidden(len(profile.agents) - len(shown), "agent")


def _agent_row(agent: AgentProfile, cost: Text, bar: Text, look: Look) -> list[Text]:
    model = agent.model
    called = model.id or numbers.UNKNOWN
    if look.width < WITH_PROVIDER:
        called = called.rpartition("/")[2]
    return [
        styled(agent.name),
        styled(called, "" if model.source == "declared" else "italic"),
        styled(model.tier or numbers.UNKNOWN, "dim"),
        Text(str(len(agent.tasks))),
        Text(_agent_tokens(agent, agent.input_tokens)),
        Text(_agent_tokens(agent, agent.output_tokens)),
        cost,
        bar,
    ]


def _agent_tokens(agent: AgentProfile, count: Range[float]) -> str:
    told = numbers.tokens(count.expected)
    if count.is_open:
        return numbers.at_least(told, is_least=True)
    return told if agent.model.counting == "exact" else f"~{told}"
