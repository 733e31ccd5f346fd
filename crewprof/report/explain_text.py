"""``explain`` for people: a task with its calls and their reasons, or the tasks to choose from."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from crewprof.report import explain_words as words
from crewprof.report import numbers
from crewprof.report.drawing import Text
from crewprof.report.explain_json import by_cost
from crewprof.report.finding_order import savings
from crewprof.report.plain_text import plain, visible
from crewprof.report.terminal import flowing, styled, to_text
from crewprof.report.text_tables import fitted_table, hanging, heading, name, right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.explanation import Explanation
    from crewprof.analysis.result import Analysis
    from crewprof.estimate.profile import CallLine, TaskProfile
    from crewprof.estimate.request_text import Stretch
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

TASKS_SHOWN = 10
"""Tasks of a crew that are listed without ``--verbose``."""
FINDINGS_SHOWN = 3


def render_tasks(analyses: Sequence[Analysis], look: Look, given: str) -> str:
    """The tasks of each crew, the dearest first, and how to go on from the path that was ``given``."""
    parts = [line for one in analyses for line in _tasks(one, look)]
    first = next((one for one in analyses if one.crew.tasks), None)
    return to_text([*parts, *(_how_to_go_on(first, given) if first is not None else ())], look)


def _how_to_go_on(analysis: Analysis, given: str) -> Iterator[Drawn]:
    path, dearest = shlex.quote(given), shlex.quote(by_cost(analysis)[0].name)
    yield Text("why a task costs this, and what would halve it:", style="dim")
    yield _whole(f"  crewprof explain {plain(path)} {plain(dearest)}")
    yield Text("what CrewAI sends for it, word for word:", style="dim")
    yield _whole(f"  crewprof explain {plain(path)} {plain(dearest)} --prompt")


def _whole(text: str) -> Text:
    """``text`` as it stands: what is to be copied, or is shown word for word, is not wrapped."""
    return Text(text, verbatim=True)


def _tasks(analysis: Analysis, look: Look) -> Iterator[Drawn]:
    crew = analysis.crew
    every = by_cost(analysis)
    shown = every if look.verbose else every[:TASKS_SHOWN]
    yield heading(plain(crew.name), plain(crew.path), numbers.count_of(len(every), "task"), width=look.width)
    numbered = (right("calls", 3), right("in", 5), right("out", 4), right("cost"))
    columns = (name("task"), name("agent", 2), *numbered)
    costs = numbers.money_column([task.cost_usd.expected if task.cost_usd else None for task in shown])
    yield fitted_table(columns, list(map(_row, shown, costs)), look.width)
    if len(every) > len(shown):
        yield Text(f"  and {len(every) - len(shown)} more (--verbose)", style="dim")
    yield Text()


def _row(task: TaskProfile, cost: str) -> list[Text]:
    return [
        styled(task.name),
        styled(task.agent or "?", "dim"),
        Text(_most(numbers.calls(task.calls.expected), task)),
        Text(_most(numbers.tokens(task.input_tokens.expected), task)),
        Text(_most(numbers.tokens(task.output_tokens.expected), task)),
        Text(_most(cost, task), style="bold"),
    ]


def _most(told: str, task: TaskProfile) -> str:
    return numbers.at_least(told, is_least=not task.known)


def _money(spent: TaskProfile | CallLine) -> str:
    return numbers.money(None if spent.cost_usd is None else spent.cost_usd.expected)


def render_task(whole: Explanation, look: Look, *, prompt: bool) -> str:
    """One task; with ``prompt`` the request it begins with instead of its calls."""
    return to_text(_prompt(whole, look) if prompt else _task(whole, look), look)


def _task(whole: Explanation, look: Look) -> Iterator[Drawn]:
    profile = whole.profile
    yield from _head(whole, look)
    if told := words.why(whole):
        yield hanging(told, 2, "")
    yield Text()
    yield heading("Calls", "expected in one run, in the order they are made", width=look.width)
    if not whole.reasons.calls:
        for reason in words.not_known(whole):
            yield hanging(reason, 2, "yellow")
    told_before: set[str] = set()
    for one in whole.reasons.calls:
        # The price of a model is told with the first call that goes to it.
        because = [reason for reason in words.because(one, whole) if reason not in told_before]
        told_before.add(words.price(one.line, whole.entries.get(one.line.model or "")))
        yield from _call(one.line, because, look)
    if not whole.reasons.calls:
        for line in profile.lines:
            yield from _call(line, [], look)
    yield Text()
    yield from _halving(whole, look)


def _head(whole: Explanation, look: Look) -> Iterator[Drawn]:
    profile, place = whole.profile, whole.task.place
    agent = f"agent {plain(profile.agent)}" if profile.agent else "no agent"
    yield heading(
        plain(whole.task.name), agent, f"{plain(place.shown_path)}:{place.shown_line}", width=look.width
    )
    cost = profile.cost_usd
    ends = "" if cost is None else numbers.bounds(cost, numbers.money)
    facts = [
        f"{_most(_money(profile), profile)} a run {ends}".rstrip(),
        _most(_calls_told(profile.calls.expected), profile),
        f"{_most(numbers.tokens(profile.input_tokens.expected), profile)} tokens in",
        f"{_most(numbers.tokens(profile.output_tokens.expected), profile)} out",
        _most(numbers.seconds(profile.seconds.expected), profile),
    ]
    yield Text.assemble("  ", flowing([styled(fact) for fact in facts], " · ", look.width - 2))


def _calls_told(count: float) -> str:
    told = numbers.calls(count)
    return f"{told} {'call' if told == '1' else 'calls'}"


def _call(line: CallLine, because: list[str], look: Look) -> Iterator[Drawn]:
    facts = [
        f"×{numbers.calls(line.calls.expected)}",
        f"{numbers.tokens(line.input_tokens.expected)} in",
        f"{numbers.tokens(line.output_tokens.expected)} out",
        _money(line),
        line.model or numbers.UNKNOWN,
    ]
    told = [styled(line.kind, "bold"), *(styled(fact) for fact in facts)]
    yield Text.assemble("  ", flowing(told, " · ", look.width - 2, indent=4))
    for reason in because:
        yield hanging(reason, 4)


def _halving(whole: Explanation, look: Look) -> Iterator[Drawn]:
    found = list(words.halving(whole))
    if not found and not whole.findings:
        return
    yield heading(
        "To make it cheaper", "the most expensive part first" if not found else "", width=look.width
    )
    reached = [one for one in found if one[2] >= words.HALF - 0.001]
    for change, _, saved in found:
        yield hanging(f"{change} (-{numbers.percent(saved)})", 2, "")
    for finding in whole.findings if look.verbose else whole.findings[:FINDINGS_SHOWN]:
        title = finding.fix.title if finding.fix is not None else finding.message
        gain = savings(finding.saves)
        yield hanging(f"{finding.code}: {title}" + (f" · {gain} a run of the crew" if gain else ""), 2, "")
    if found and not reached:
        yield hanging("none of these alone halves the cost", 2)


def _prompt(whole: Explanation, look: Look) -> Iterator[Drawn]:
    text, first = whole.reasons.text, whole.reasons.first
    yield from _head(whole, look)
    if text is None or first is None:
        yield hanging("CrewAI refuses to run this task, so it sends nothing", 2, "yellow")
        return
    size = whole.profile.first_call
    told = "at least " if size.input_tokens is None else "" if size.exact else "about "
    yield Text(f"  the first request: {told}{size.least_tokens:,} tokens", style="dim")
    if any(one.slot is not None for one in text.stretches):
        yield Text("  [[…]] stands for what is only known during the run", style="dim")
    for number, (role, content) in enumerate(text.messages):
        yield Text()
        yield Text(f"{role} message", style="bold")
        for one in text.stretches:
            if one.message == number:
                yield _source(one)
                yield _whole(_shown(content[one.start : one.end]))
    if first.tools:
        yield Text()
        names = ", ".join(plain(tool.name) for tool in first.tools)
        yield hanging(f"and {numbers.count_of(len(first.tools), 'tool definition')}: {names}", 0, "")
    if first.response_schema is not None:
        yield hanging(f"and the schema of {plain(first.response_schema.name)} as response_format", 0, "")
    for gap in first.gaps:
        yield hanging(f"not known: {gap}", 0, "yellow")


def _source(one: Stretch) -> Text:
    place = one.place
    where = "CrewAI" if place is None else f"{plain(place.shown_path)}:{place.shown_line}"
    tokens = ("about " if one.slot is not None else "") + numbers.count_of(one.tokens, "token")
    return Text(f"─ {one.part} · {where} · {tokens}", style="cyan dim")


def _shown(text: str) -> str:
    """The words as they are sent, a line a line; what would steer the terminal as its escape."""
    return "\n".join(visible(line) for line in text.split("\n"))
