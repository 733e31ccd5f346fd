"""``optimize --format text``: the diff, then what it brings, then what was held back.

The diff comes first, so that the output can be piped into ``patch``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Savings
from crewprof.report import numbers
from crewprof.report.before_after import BeforeAfter, of_totals
from crewprof.report.budget_words import sentence
from crewprof.report.drawing import Table, Text
from crewprof.report.finding_groups import grouped
from crewprof.report.finding_order import by_place, savings
from crewprof.report.plain_text import painted, plain, visible
from crewprof.report.terminal import styled, to_text
from crewprof.report.text_tables import Column, fitted_table, heading, right
from crewprof.report.text_totals import title
from crewprof.report.text_unknown import gaps_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.result import HeldBack, OptimizedCrew, OptimizedRun
    from crewprof.findings import Finding
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

LINE_STYLES = {"+": "green", "-": "red", "@": "cyan"}
UNSAFE = "it may change prompts or answers (--unsafe-fixes)"
"""The reason for holding fixes back that the heading tells."""


def render(run: OptimizedRun, look: Look) -> str:
    """All diffs, then a summary of each crew."""
    parts: list[Drawn] = []
    for number, crew in enumerate(run.crews):
        parts.extend([Text()] if number or crew.diff else [])
        parts.extend(_summary(crew, look))
    return diffs(run, look) + (to_text(parts, look) if parts else "")


def diffs(run: OptimizedRun, look: Look) -> str:
    """The unified diffs of all crews; a file that several crews share is shown once."""
    distinct = dict.fromkeys(crew.diff for crew in run.crews if crew.diff)
    if look.exact:
        return "".join(distinct)
    return "".join(_coloured(diff) if look.colour else shown_diff(diff) for diff in distinct)


def shown_diff(diff: str) -> str:
    """``diff`` as it may be printed.

    It can still be piped into ``patch``, unless the file holds characters that would steer a terminal or a
    log: those are shown as escapes.
    """
    return "".join(_shown(line) + "\n" for line in diff.removesuffix("\n").split("\n")) if diff else ""


def _shown(line: str) -> str:
    """A line of a diff; tabs, a carriage return at its end, a byte order mark at its beginning stay."""
    ending = "\r" if line.endswith("\r") else ""
    start = 2 if line[1:2] == "\ufeff" else 0
    kept = line[start : len(line) - len(ending)]
    return line[:start] + "\t".join(visible(part) for part in kept.split("\t")) + ending


def _coloured(diff: str) -> str:
    lines = []
    for line in shown_diff(diff).split("\n")[:-1]:
        shown = line.removesuffix("\r").replace("\ufeff", "")
        if shown.startswith(("+++", "---")):
            lines.append(painted(shown, "bold"))
        elif shown[:1] in LINE_STYLES:
            lines.append(painted(shown, LINE_STYLES[shown[0]]))
        else:
            lines.append(shown)
    return "".join(line + "\n" for line in lines)


def _summary(crew: OptimizedCrew, look: Look) -> Iterator[Drawn]:
    yield title(crew.before, look.width)
    if crew.applied:
        yield _comparison(crew, look)
        yield Text()
        yield heading("Applied", numbers.count_of(len(crew.applied), "fix", "fixes"))
        yield _table([(finding, savings(finding.saves)) for finding in by_place(crew.applied)])
    else:
        yield styled(f"  {_nothing(crew)}", "dim")
    if crew.target_note:
        yield Text()
        yield styled(f"  {crew.target_note}", "bold")
    if crew.held_back:
        yield Text()
        yield heading("Not applied", *_kinds(crew.held_back), width=look.width)
        yield _held_back(crew.held_back, look)
    if crew.after.profile.gaps:
        yield Text()
        yield from gaps_section(crew.after, look)


def _comparison(crew: OptimizedCrew, look: Look) -> Table:
    rows = [_row(one) for one in of_totals(crew.before.profile.total, crew.after.profile.total)]
    columns = (Column(""), right("before"), right("after"), right("change"), right(""))
    return fitted_table(columns, rows, look.width)


def _row(amount: BeforeAfter) -> list[Text]:
    """Both sides, and how much less or more it is."""
    more, share = amount.difference
    style = "green" if share.startswith("-") else "red"
    told = [Text(more, style=style), Text(share, style=f"bold {style}")] if share else [Text(), Text()]
    return [Text(amount.label, style="dim"), *map(Text, amount.pair), *told]


def _table(findings: Sequence[tuple[Finding, str]]) -> Table:
    """One finding a line: code, place, what its fix does, and a remark."""
    table = Table(gap=1)
    table.add_column(wraps=False)
    table.add_column()
    for finding, remark in findings:
        place = f"{finding.place.shown_path}:{finding.place.shown_line}"
        done = finding.fix.title if finding.fix is not None else finding.message
        text = Text.assemble(
            plain(done), (plain(f" · {place}"), "dim"), (f" · {plain(remark)}" if remark else "", "dim")
        )
        table.add_row(Text(f"  {plain(finding.code)}", style="bold"), text)
    return table


def _counts(held_back: tuple[HeldBack, ...]) -> tuple[int, int]:
    """How many of the fixes are unsafe, and how many a person has to make."""
    kinds = [one.finding.fix.applicability for one in held_back if one.finding.fix is not None]
    return kinds.count(Applicability.UNSAFE), kinds.count(Applicability.DISPLAY)


def _nothing(crew: OptimizedCrew) -> str:
    unsafe, manual = _counts(crew.held_back)
    if unsafe:
        return "no safe fixes"
    if manual == len(crew.held_back):
        nothing = "nothing to change in what is known" if crew.before.profile.gaps else "nothing to change"
        return "no fixes to apply; see the manual ones" if manual else nothing
    return "no fix applied"


def _kinds(held_back: tuple[HeldBack, ...]) -> list[str]:
    _, manual = _counts(held_back)
    waiting = sum(one.because == UNSAFE for one in held_back)
    fixes = numbers.count_of(waiting, "unsafe fix", "unsafe fixes")
    told = [f"{fixes} (--unsafe-fixes)"] if waiting else []
    told += [f"{manual} manual"] if manual else []
    others = len(held_back) - waiting - manual
    told += [f"{others} for the reason given"] if others else []
    return [*told, "unsafe: may change prompts, answers or models"] if waiting else told


def _held_back(held_back: tuple[HeldBack, ...], look: Look) -> Table:
    """What was not applied, by rule and reason; what the heading says of all is not said again."""
    rows: list[tuple[str, str, str]] = []
    reasons = {one.because for one in held_back}
    said = reasons if reasons == {"manual"} else {UNSAFE}
    for because in dict.fromkeys(one.because for one in held_back):
        found = [one.finding for one in held_back if one.because == because]
        for group in grouped(found, apart=look.verbose):
            title = group.fix.title if group.fix is not None else group.message
            more = len(group.findings) - 1
            told = [group.places] if because in said else [group.places, because]
            rows.append((group.code, title + (f" and {more} more like it" if more else ""), " · ".join(told)))
    table = Table(gap=1)
    table.add_column(wraps=False)
    table.add_column()
    for code, title, rest in rows:
        table.add_row(
            Text(f"  {plain(code)}", style="bold"), Text.assemble(plain(title), (plain(f" · {rest}"), "dim"))
        )
    return table


def applied(run: OptimizedRun, _look: Look) -> str:
    """What was done and what blocks, a line each: for hooks."""
    lines = []
    for crew in run.crews:
        if crew.applied:
            codes = ", ".join(dict.fromkeys(one.code for one in crew.applied))
            fixes = numbers.count_of(len(crew.applied), "fix", "fixes")
            saved = savings(_saved(crew))
            lines.append(
                f"{crew.before.crew.path}: {fixes} applied ({codes})" + (f": {saved}" if saved else "")
            )
        lines += [f"{crew.before.crew.path}: {sentence(budget)}" for budget in crew.after.broken_budgets]
    return "".join(f"{plain(line)}\n" for line in lines)


def _saved(crew: OptimizedCrew) -> Savings:
    """What all applied fixes together save in one expected run."""
    old, new = crew.before.profile.total, crew.after.profile.total
    cost = None
    if old.cost_usd is not None and new.cost_usd is not None:
        cost = old.cost_usd.expected - new.cost_usd.expected
    return Savings(cost_usd=cost, seconds=old.seconds.expected - new.seconds.expected)
