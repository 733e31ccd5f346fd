"""``--format markdown``: a short report for a pull request or a wiki."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from crewprof.analysis.sums import sums_of, whole_of
from crewprof.late_patterns import late_pattern
from crewprof.report import numbers
from crewprof.report.budget_words import sentence
from crewprof.report.finding_order import APPLICABILITY_WORDS, by_severity, by_worth, savings
from crewprof.report.not_known import remaining_notes, sentences
from crewprof.report.plain_text import plain
from crewprof.report.remedies import REMEDIES
from crewprof.report.worst_case import worst_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from crewprof.analysis.result import Analysis, AnalysisRun
    from crewprof.analysis.sums import Sums
    from crewprof.estimate.gaps import Gap, Spending
    from crewprof.estimate.profile import TaskProfile, Total
    from crewprof.findings import Finding
    from crewprof.quantity import Range
    from crewprof.report.look import Look

_SPECIAL = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_[]|~#@"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
)

_CODE = late_pattern(r"`([^`\n]+)`")


def render(run: AnalysisRun, _look: Look) -> str:
    """A heading for each crew, its totals, its tasks and its findings; then what could not be read."""
    blocks = [block for analysis in run.analyses for block in _crew(analysis)]
    if len(run.analyses) + len(run.flows) > 1:
        blocks.append(_whole(run))
    if run.errors:
        blocks.append("### Not analysed")
        blocks.append("\n".join(f"- {escaped(str(error))}" for error in run.errors))
    return "\n\n".join(blocks) + "\n"


def _whole(run: AnalysisRun) -> str:
    """Every crew and flow with what it costs, and the sum."""
    rows = [
        [
            escaped(one.crew.name),
            numbers.count_bounds(one.crew.kickoffs),
            _least_cost(sums_of(one.profile.total)),
        ]
        for one in run.analyses
    ]
    rows += [[f"flow {escaped(one.flow.name)}", "1", _least_cost(one.sums)] for one in run.flows]
    rows.append(["**in all**", "", f"**{_least_cost(whole_of(run))}**"])
    return "### All crews\n\n" + table(("crew", "kickoffs", "cost of one"), rows)


def _least_cost(sums: Sums) -> str:
    cost = numbers.money(None if sums.cost_usd is None else sums.cost_usd.expected)
    return numbers.at_least(cost, is_least="cost" in sums.lower_bounds)


def escaped(text: str) -> str:
    """``text`` as Markdown shows it letter by letter, also within a table; nobody is mentioned by it."""
    return plain(text).translate(_SPECIAL).replace("\\@", "@\u200b")


def prose(text: str) -> str:
    """A sentence of crewprof as Markdown: what stands between backticks is code, the rest letter by letter.

    Not for tables, where code could hold the line between two cells.
    """
    told, last = [], 0
    for found in _CODE.finditer(text):
        told += [escaped(text[last : found.start()]), f"`{plain(found[1])}`"]
        last = found.end()
    return "".join([*told, escaped(text[last:])])


def in_html(text: str) -> str:
    """``text`` as HTML within Markdown shows it, where a backslash is one; nobody is mentioned by it."""
    return html.escape(plain(text)).replace("@", "@\u200b")


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int = 1) -> str:
    """A Markdown table whose columns from ``numbers_from`` on are right-aligned."""
    aligns = ["---" if index < numbers_from else "---:" for index in range(len(titles))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (titles, aligns, *rows))


def _crew(analysis: Analysis) -> Iterator[str]:
    profile = analysis.profile
    yield f"### {escaped(analysis.crew.name)}"
    yield f"{escaped(analysis.crew.path)} · {analysis.crew.process.value} · CrewAI {analysis.crewai.version}"
    yield _totals(analysis)
    for budget in analysis.broken_budgets:
        yield f"**{sentence(budget)}**"
    if profile.tasks:
        titles = ("task", "agent", "tokens in", "tokens out", "calls", "cost", "time")
        yield table(titles, [_task(task) for task in profile.tasks], numbers_from=2)
    if analysis.findings:
        yield f"**Findings:** {by_severity(analysis.findings)}"
        yield "\n".join(finding_line(finding) for finding in by_worth(analysis.findings))
    unknown = [*_not_known(profile.gaps), *remaining_notes(analysis)]
    if unknown:
        yield "**Not known:**"
        yield "\n".join(f"- {prose(one)}" for one in unknown)


def _not_known(gaps: Sequence[Gap]) -> Iterator[str]:
    """What is not known, by cause, with what to do."""
    for cause in dict.fromkeys(gap.cause for gap in gaps):
        for told in sentences(gap for gap in gaps if gap.cause is cause):
            yield f"{told}; {REMEDIES[cause]}"


def _totals(analysis: Analysis) -> str:
    total = analysis.profile.total
    rows = [
        ["cost", _cost(total), _money_range(total.cost_usd)],
        ["tokens in", *_quantity(total, total.input_tokens, numbers.tokens, "calls")],
        ["tokens out", *_quantity(total, total.output_tokens, numbers.tokens, "calls")],
        ["calls", *_quantity(total, total.calls, numbers.calls, "calls")],
        ["time", *_quantity(total, total.seconds, numbers.seconds, "seconds")],
        ["worst case", worst_case(total), ""],
    ]
    if analysis.monthly_cost_usd is not None and analysis.runs_per_month is not None:
        monthly = analysis.monthly_cost_usd
        label = f"a month ({numbers.count_of(analysis.runs_per_month, 'run')})"
        rows.insert(1, [label, numbers.money(monthly.expected), _money_range(monthly)])
    return table(("one run", "expected", "range"), rows)


def _quantity(
    total: Total, quantity: Range[float], form: Callable[[float], str], amount: Spending
) -> tuple[str, str]:
    told = numbers.at_least(form(quantity.expected), is_least=amount in total.lower_bounds)
    return told, numbers.bounds(quantity, form).strip("()")


def _money_range(cost: Range[Decimal] | None) -> str:
    return "" if cost is None else numbers.bounds(cost, numbers.money).strip("()")


def _cost(total: Total) -> str:
    cost = numbers.money(total.cost_usd.expected if total.cost_usd else None)
    cost = numbers.at_least(cost, is_least="cost" in total.lower_bounds)
    if total.cost_usd is not None and total.unpriced_calls:
        unpriced, every = numbers.calls(total.unpriced_calls), numbers.calls(total.calls.expected)
        return f"{cost}, no price for {unpriced} of {every} calls"
    return cost


def _task(task: TaskProfile) -> list[str]:
    is_least = not task.known
    spent = (
        numbers.tokens(task.input_tokens.expected),
        numbers.tokens(task.output_tokens.expected),
        numbers.calls(task.calls.expected),
        numbers.money(task.cost_usd.expected if task.cost_usd else None),
        numbers.seconds(task.seconds.expected),
    )
    agent = task.agent or (numbers.UNKNOWN if is_least else "")
    return [
        escaped(task.name),
        escaped(agent),
        *(numbers.at_least(one, is_least=is_least) for one in spent),
    ]


def finding_line(finding: Finding) -> str:
    """An item of a list: code, message, place, what the fix saves and does."""
    place = escaped(f"{finding.place.shown_path}:{finding.place.shown_line}")
    told = [f"- **{escaped(finding.code)}** {prose(finding.message)} ({place})"]
    saved = savings(finding.saves)
    if saved:
        told.append(escaped(saved))
    if finding.fix is not None:
        told.append(prose(f"{APPLICABILITY_WORDS[finding.fix.applicability]}: {finding.fix.title}"))
    return " · ".join(told)
