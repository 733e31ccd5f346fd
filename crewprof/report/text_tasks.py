"""The tables of the terminal report: one line per task and one per agent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from crewprof.estimate.profile import PARTS, TaskProfile
from crewprof.report import numbers
from crewprof.report.bars import Part, share_bar, stacked_bar
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, styled
from crewprof.report.text_tables import Column, fitted_table, heading, name, right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from crewprof.estimate.profile import AgentProfile, CallLine, Profile
    from crewprof.quantity import Range
    from crewprof.report.look import Look

PART_SIGNS = {
    "framework": ("f", "bright_black"),
    "role": ("r", "magenta"),
    "task": ("t", "cyan"),
    "tools": ("#", "yellow"),
    "context": ("c", "green"),
    "memory": ("m", "blue"),
}
"""Letter (without colour) and colour of each part of a prompt."""
MOST_AGENTS = 15
"""Agents the table holds unless the report is verbose."""
WIDE, WIDEST = 100, 120
"""Columns from which tables have room for longer bars."""


def _bar_widths(look: Look) -> tuple[int, int]:
    """Columns of the bar of a share and of the bar of a prompt."""
    if look.width >= WIDEST:
        return 12, 32
    return (10, 20) if look.width >= WIDE else (6, 12)


def tasks_section(profile: Profile, look: Look) -> Iterator[RenderableType]:
    """The bill, task by task, and what each first prompt is made of."""
    share_width, prompt_width = _bar_widths(look)
    shares = "cost" if profile.total.cost_usd is not None else "tokens"
    columns = (
        name("task"),
        right("in"),
        right("out"),
        right("calls"),
        right("cost"),
        Column(""),
        right("time"),
    )
    lines: list[TaskProfile | CallLine] = [*profile.tasks, *profile.overhead]
    costs = _costs(lines)
    rows = [_task_row(task, cost, profile, look) for task, cost in zip(profile.tasks, costs, strict=False)]
    overhead = zip(profile.overhead, costs[len(profile.tasks) :], strict=True)
    rows.extend(_overhead_row(line, cost, profile, share_width) for line, cost in overhead)
    yield heading("Tasks", f"first bar: share of the {shares}", "second bar: first prompt", width=look.width)
    yield fitted_table((*columns, Column("prompt".ljust(prompt_width))), rows, look.width)
    yield _legend(profile, look)


def _task_row(task: TaskProfile, cost: Text, profile: Profile, look: Look) -> list[Text]:
    share_width, prompt_width = _bar_widths(look)
    parts = [Part(task.first_call.parts.get(part, 0), *PART_SIGNS[part]) for part in PARTS]
    return [
        Text.assemble(plain(task.name), ("*" if task.assumed else "", "dim")),
        Text(_input(task)),
        Text(numbers.at_least(numbers.tokens(task.output_tokens.expected), is_least=not task.known)),
        Text(numbers.at_least(numbers.calls(task.calls.expected), is_least=not task.known)),
        cost,
        share_bar(_share(task, profile), share_width),
        Text(numbers.at_least(numbers.seconds(task.seconds.expected), is_least=not task.known)),
        stacked_bar(parts, prompt_width, blocks=_in_blocks(look)),
    ]


def _input(task: TaskProfile) -> str:
    """Input tokens: ``≥`` if too little is known, ``~`` if not counted on the very text."""
    told = numbers.tokens(task.input_tokens.expected)
    if not task.known or task.input_tokens.is_open:
        return numbers.at_least(told, is_least=True)
    return told if task.first_call.exact else f"~{told}"


def _overhead_row(line: CallLine, cost: Text, profile: Profile, share_width: int) -> list[Text]:
    return [
        styled(f"({line.kind})", "dim"),
        Text(numbers.tokens(line.input_tokens.expected)),
        Text(numbers.tokens(line.output_tokens.expected)),
        Text(numbers.calls(line.calls.expected)),
        cost,
        share_bar(_share(line, profile), share_width),
        Text(numbers.seconds(line.seconds.expected)),
        Text(),
    ]


def _costs(spenders: Sequence[TaskProfile | CallLine | AgentProfile]) -> list[Text]:
    amounts = [one.cost_usd.expected if one.cost_usd is not None else None for one in spenders]
    return [
        Text(numbers.at_least(shown, is_least=_is_least(one)), style="yellow" if amount is None else "bold")
        for one, shown, amount in zip(spenders, numbers.money_column(amounts), amounts, strict=True)
    ]


def _is_least(one: TaskProfile | CallLine | AgentProfile) -> bool:
    is_unknown = isinstance(one, TaskProfile) and not one.known
    return is_unknown or (one.cost_usd is not None and one.cost_usd.is_open)


def _share(one: TaskProfile | CallLine | AgentProfile, profile: Profile) -> float:
    """Part of the crew's cost, or of its tokens when nothing has a price."""
    whole = profile.total.cost_usd
    if whole is not None:
        return float(one.cost_usd.expected / whole.expected) if one.cost_usd and whole.expected else 0.0
    tokens = profile.total.input_tokens.expected + profile.total.output_tokens.expected
    return (one.input_tokens.expected + one.output_tokens.expected) / tokens if tokens else 0.0


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
    return flowing([Text("  prompts:", style="dim"), *parts], "  ", look.width)


def agents_section(profile: Profile, look: Look) -> Iterator[RenderableType]:
    """Which agent spends what on which model."""
    columns = (name("agent"), name("model"), Column("tier"), right("tasks"), right("in"), right("out"))
    shown = profile.agents if look.verbose else _costliest(profile.agents)
    rows = [
        _agent_row(agent, cost, profile, _bar_widths(look)[0])
        for agent, cost in zip(shown, _costs(shown), strict=True)
    ]
    yield heading("Agents")
    yield fitted_table((*columns, right("cost"), Column("")), rows, look.width)
    hidden = len(profile.agents) - len(shown)
    if hidden:
        yield Text(
            f"  and {numbers.count_of(hidden, 'agent')} that cost less: --verbose shows them", style="dim"
        )


def _costliest(agents: tuple[AgentProfile, ...]) -> tuple[AgentProfile, ...]:
    """The :data:`MOST_AGENTS` that spend most, in their own order; those without a price come first."""
    ranked = sorted(
        agents, key=lambda agent: agent.cost_usd.expected if agent.cost_usd else Decimal("Infinity")
    )
    chosen = {agent.name for agent in ranked[-MOST_AGENTS:]}
    return tuple(agent for agent in agents if agent.name in chosen)


def _agent_row(agent: AgentProfile, cost: Text, profile: Profile, share_width: int) -> list[Text]:
    model = agent.model
    return [
        styled(agent.name),
        styled(model.id or numbers.UNKNOWN, "" if model.source == "declared" else "italic"),
        styled(model.tier or numbers.UNKNOWN, "dim"),
        Text(str(len(agent.tasks))),
        Text(_agent_tokens(agent, agent.input_tokens)),
        Text(_agent_tokens(agent, agent.output_tokens)),
        cost,
        share_bar(_share(agent, profile), share_width),
    ]


def _agent_tokens(agent: AgentProfile, count: Range[float]) -> str:
    told = numbers.tokens(count.expected)
    if count.is_open:
        return numbers.at_least(told, is_least=True)
    return told if agent.model.counting == "exact" else f"~{told}"
