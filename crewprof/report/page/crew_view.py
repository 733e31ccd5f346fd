"""Everything the page says of one crew, as texts and drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.fix_diff import diffs_of
from crewprof.estimate.profile import PARTS
from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.budget_words import sentence
from crewprof.report.finding_groups import grouped
from crewprof.report.finding_order import APPLICABILITY_WORDS, by_severity, savings
from crewprof.report.look import Look
from crewprof.report.not_known import remaining_notes, sentences
from crewprof.report.order_words import lead, no_faster
from crewprof.report.page.code_lines import CodeLine, code_at, diff_lines
from crewprof.report.page.flame import Flame, flame
from crewprof.report.page.task_graph import Graph, task_graph
from crewprof.report.page.time_line import TimeLine, longest, time_line
from crewprof.report.terminal import to_text
from crewprof.report.text_totals import verdict
from crewprof.report.worst_case import worst_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crewprof.analysis.result import Analysis
    from crewprof.estimate.gaps import Spending
    from crewprof.estimate.profile import Profile, TaskProfile, Total, UsedAssumption
    from crewprof.findings import Finding
    from crewprof.quantity import Range
    from crewprof.report.finding_groups import FindingGroup
    from crewprof.report.numbers import Number

COLOURS = 8
"""Colours of agents; further agents begin again with the first."""
WORTH_SHOWING = 0.02
"""Share of the time a schedule has to save to be shown beside the present one."""
WIDE = Look(width=10_000)
"""For sentences that are made for a terminal and are not to be broken here."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its name and its range."""

    name: str
    value: str
    spread: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line of what matters most; ``detail``: it says more of the one before."""

    text: str
    bad: bool
    detail: bool


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A part of a first prompt: where it begins and how long it is, in percent of the longest prompt."""

    name: str
    start: float
    length: float
    tokens: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in the table of tasks."""

    name: str
    agent: str
    colour: int
    model: str
    calls: str
    sent: str
    written: str
    cost: str
    spread: str
    time: str
    prompt: str
    parts: tuple[PromptPart, ...]


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent in the table of agents."""

    name: str
    colour: int
    model: str
    tasks: int
    cost: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding with its code and what its fix would write."""

    place: str
    message: str
    saves: str
    fix: str
    code: tuple[CodeLine, ...]
    diff: tuple[CodeLine, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Findings of one rule."""

    code: str
    name: str
    severity: str
    message: str
    saves: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class CrewView:
    """One crew."""

    anchor: str
    name: str
    path: str
    about: str
    verdict: tuple[Verdict, ...]
    facts: tuple[Fact, ...]
    graph: Graph | None
    lines: tuple[TimeLine, ...]
    faster: str
    flame: Flame | None
    tasks: tuple[TaskRow, ...]
    agents: tuple[AgentRow, ...]
    counted: str
    groups: tuple[GroupView, ...]
    unknown: tuple[str, ...]
    assumptions: tuple[UsedAssumption, ...]
    cost: str
    time: str
    diff: tuple[CodeLine, ...] = ()
    before: str = ""


def crew_view(number: int, analysis: Analysis) -> CrewView:
    """The view of the crew that is the ``number``-th of the page."""
    profile, crew = analysis.profile, analysis.crew
    colours = colours_of(profile)
    told = to_text(verdict(analysis, WIDE), WIDE).splitlines()
    lines, faster = _schedules(analysis, colours)
    total = profile.total
    return CrewView(
        anchor=f"crew-{number}",
        name=crew.name,
        path=crew.path,
        about=f"{crew.process.value} · {numbers.count_of(len(profile.agents), 'agent')} · "
        f"{numbers.count_of(len(profile.tasks), 'task')} · CrewAI {analysis.crewai.version}",
        verdict=tuple(_verdict(line, analysis) for line in told if line.strip()),
        facts=tuple(_facts(analysis)),
        graph=task_graph(profile, colours),
        lines=lines,
        faster=faster,
        flame=flame(crew.name, profile, colours),
        tasks=tuple(_tasks(profile, colours)),
        agents=tuple(_agents(profile, colours)),
        counted=by_severity(analysis.findings),
        groups=_groups(analysis),
        unknown=(*sentences(profile.gaps, None), *remaining_notes(analysis)),
        assumptions=profile.assumptions,
        cost=_cost(total),
        time=_least(total, total.seconds, numbers.seconds, "seconds").value,
    )


def _verdict(line: str, analysis: Analysis) -> Verdict:
    is_budget = any(sentence(one) in line for one in analysis.broken_budgets)
    return Verdict(line.strip(), analysis.refused or is_budget, line.startswith(" "))


def colours_of(profile: Profile) -> dict[str | None, int]:
    """A colour for each agent, from 1; 0 is for what no agent does."""
    names = dict.fromkeys(
        [*(one.name for one in profile.agents), *(one.agent for one in profile.tasks if one.agent)]
    )
    return {None: 0, **{name: number % COLOURS + 1 for number, name in enumerate(names)}}


def _facts(analysis: Analysis) -> Iterator[Fact]:
    total = analysis.profile.total
    usd = total.cost_usd
    yield Fact("cost of a run", _cost(total), _spread(usd, numbers.money))
    if analysis.monthly_cost_usd is not None and analysis.runs_per_month is not None:
        month = analysis.monthly_cost_usd
        name = f"a month of {numbers.count_of(analysis.runs_per_month, 'run')}"
        yield Fact(name, numbers.money(month.expected), _spread(month, numbers.money))
    yield _least(total, total.seconds, numbers.seconds, "seconds", "time")
    yield _least(total, total.calls, numbers.calls, "calls", "calls")
    yield _least(total, total.input_tokens, numbers.tokens, "calls", "tokens in")
    yield _least(total, total.output_tokens, numbers.tokens, "calls", "tokens out")
    yield Fact("worst case", worst_case(total))


def _least(
    total: Total, quantity: Range[float], form: Callable[[float], str], amount: Spending, name: str = ""
) -> Fact:
    value = numbers.at_least(form(quantity.expected), is_least=amount in total.lower_bounds)
    return Fact(name, value, _spread(quantity, form))


def _spread(quantity: Range[Number] | None, form: Callable[[Number], str]) -> str:
    return "" if quantity is None else numbers.bounds(quantity, form).strip("()")


def _cost(total: Total) -> str:
    usd = numbers.money(None if total.cost_usd is None else total.cost_usd.expected)
    return numbers.at_least(usd, is_least="cost" in total.lower_bounds or bool(total.unpriced_calls))


def _schedules(analysis: Analysis, colours: Mapping[str | None, int]) -> tuple[tuple[TimeLine, ...], str]:
    profile, best = analysis.profile, analysis.fastest
    now = profile.schedule
    if not profile.tasks or not now.seconds:
        return (), ""
    saved = (now.seconds - best.seconds) / (lead(profile) + now.seconds)
    is_better = saved >= WORTH_SHOWING
    whole = longest(profile, now.groups, *([best.groups] if is_better else []))
    lines = [time_line("now", profile, now.groups, now.seconds, whole, colours)]
    if not is_better:
        return tuple(lines), no_faster(analysis)
    title = "fastest order CrewAI can run"
    lines.append(time_line(title, profile, best.groups, best.seconds, whole, colours))
    return tuple(lines), f"could be {numbers.percent(saved)} faster"


def _tasks(profile: Profile, colours: Mapping[str | None, int]) -> Iterator[TaskRow]:
    models = {agent.name: agent.model.id for agent in profile.agents}
    largest = max((task.first_call.least_tokens for task in profile.tasks), default=0) or 1
    for task in profile.tasks:
        usd = task.cost_usd
        size = task.first_call

        def told(text: str, task: TaskProfile = task) -> str:
            return numbers.at_least(text, is_least=not task.known)

        yield TaskRow(
            name=task.name,
            agent=task.agent or numbers.UNKNOWN,
            colour=colours[task.agent],
            model=models.get(task.agent or "") or numbers.UNKNOWN,
            calls=told(numbers.calls(task.calls.expected)),
            sent=told(numbers.tokens(task.input_tokens.expected)),
            written=told(numbers.tokens(task.output_tokens.expected)),
            cost=told(numbers.money(None if usd is None else usd.expected)),
            spread=_spread(usd, numbers.money),
            time=told(numbers.seconds(task.seconds.expected)),
            prompt=("" if size.exact else "~") + numbers.tokens(size.least_tokens),
            parts=tuple(_parts(task, largest)),
        )


def _parts(task: TaskProfile, largest: int) -> Iterator[PromptPart]:
    start = 0.0
    for part in PARTS:
        tokens = task.first_call.parts.get(part, 0)
        length = tokens / largest * 100
        if tokens > 0:
            yield PromptPart(part, round(start, 3), round(length, 3), numbers.tokens(tokens))
        start += length


def _agents(profile: Profile, colours: Mapping[str | None, int]) -> Iterator[AgentRow]:
    for agent in profile.agents:
        cost = numbers.money(None if agent.cost_usd is None else agent.cost_usd.expected)
        is_least = agent.cost_usd is not None and agent.cost_usd.is_open
        yield AgentRow(
            name=agent.name,
            colour=colours[agent.name],
            model=agent.model.id or numbers.UNKNOWN,
            tasks=len(agent.tasks),
            cost=numbers.at_least(cost, is_least=is_least),
        )


def _groups(analysis: Analysis) -> tuple[GroupView, ...]:
    diffs = diffs_of([one.fix for one in analysis.findings if one.fix is not None], analysis.crew)
    return tuple(_group(one, analysis, diffs) for one in grouped(analysis.findings))


def _group(group: FindingGroup, analysis: Analysis, diffs: Mapping[int, str]) -> GroupView:
    return GroupView(
        code=group.code,
        name=group.findings[0].name,
        severity=group.severity.value,
        message=group.message,
        saves=savings(group.saves),
        findings=tuple(_finding(one, analysis, diffs) for one in group.findings),
    )


def _finding(found: Finding, analysis: Analysis, diffs: Mapping[int, str]) -> FindingView:
    fix, crew = found.fix, analysis.crew
    title = "" if fix is None else f"{APPLICABILITY_WORDS[fix.applicability]}: {fix.title}"
    return FindingView(
        place=found.place.shown,
        message=found.message,
        saves=savings(found.saves),
        fix=title,
        code=code_at(found.place, crew.texts.get(found.place.path)),
        diff=diff_lines("" if fix is None else diffs.get(id(fix), "")),
    )
