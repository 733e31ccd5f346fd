"""``diff --format markdown``: a comment for a pull request: a line, a small table, details folded.

Empty when nothing changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.analysis.sums import whole_of
from crewprof.late_patterns import late_pattern
from crewprof.report import numbers
from crewprof.report.before_after import BeforeAfter, of_sums, of_tasks, of_totals
from crewprof.report.budget_words import sentence
from crewprof.report.diff_text import MARKS, moved
from crewprof.report.finding_order import by_severity, by_worth
from crewprof.report.markdown import escaped, finding_line, in_html, table
from crewprof.report.text_tables import short_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.comparison import Comparison, CrewChange, FlowChange, TaskChange
    from crewprof.findings import Finding
    from crewprof.report.look import Look

CREWS_SHOWN = 20
"""Rows of the table of crews; a comment is no place for more."""
DETAILS_SHOWN = 30
"""Tasks, and findings, of one crew."""
LONGEST = 60_000
"""Characters of the comment: GitHub refuses more than 65,536, and who posts it may add a line of its own."""

_PLAIN_KEY: Final = late_pattern(r"[\w .-]+")


def render(comparison: Comparison, names: tuple[str, str], _look: Look) -> str:
    """The comment."""
    if comparison.is_same:
        return ""
    changed = [one for one in comparison.crews if one.status != "same"]
    flows = [one for one in comparison.flows if one.status != "same"]
    first = [_summary(comparison), _table(changed, flows)]
    last = [f"Changed settings: {_keys(comparison.settings)}"] if comparison.settings else []
    last.append(f"<sub>crewprof: {escaped(names[0])} → {escaped(names[1])}, expected for one run</sub>")
    between = [warning for change in changed for warning in _warnings(change)]
    between += [_details(one) for one in changed[:CREWS_SHOWN]]
    room = LONGEST - sum(map(len, (*first, *last)))
    return "\n\n".join([*first, *_that_fit(between, room), *last]) + "\n"


def _that_fit(blocks: Sequence[str], room: int) -> Iterator[str]:
    """The first of ``blocks`` that have ``room`` (characters) together, and that there are more."""
    for block in blocks:
        room -= len(block)
        if room < 0:
            yield "More has changed than a comment has room for."
            return
        yield block


def _summary(comparison: Comparison) -> str:
    """``### Crew cost: $0.057 → $0.071 a run (+25%), 44 s → 51 s``."""
    cost, time = of_sums(whole_of(comparison.before), whole_of(comparison.after))
    told = f"{cost.pair[1]} a run, as before" if cost.is_same else _cell(cost, " a run")
    if not time.is_same:
        told += f", {_cell(time)}"
    return f"### Crew cost: {told}"


def _cell(amount: BeforeAfter, unit: str = "") -> str:
    """``$0.057 → $0.071 (+25%)``, or one number that stays."""
    old, new = amount.pair
    if amount.is_same:
        return f"{new}{unit}"
    _, share = amount.difference
    return f"{old} → {new}{unit}" + (f" ({share})" if share else "")


def _table(crews: Sequence[CrewChange], flows: Sequence[FlowChange]) -> str:
    rows = [_crew_row(one) for one in crews[:CREWS_SHOWN]]
    if len(crews) > CREWS_SHOWN:
        rows.append([f"and {len(crews) - CREWS_SHOWN} more", "", "", "", "", ""])
    rows += [_flow_row(one) for one in flows]
    return table(("crew", "cost", "tokens", "calls", "time", "worst case"), rows)


def _crew_row(change: CrewChange) -> list[str]:
    label = escaped(change.shown.crew.name)
    if change.before is None or change.after is None:
        total = change.shown.profile.total
        label += " (new)" if change.before is None else " (deleted)"
        cells = [one.pair[1] for one in of_totals(total, total)]
        tokens = numbers.tokens(total.input_tokens.expected + total.output_tokens.expected)
        shown = [cells[0], tokens, *cells[3:]]
        return [label, *(shown if change.before is None else (f"~~{one}~~" for one in shown))]
    amounts = of_totals(change.before.profile.total, change.after.profile.total)
    return [label, _cell(amounts[0]), _tokens(change), *(_cell(one) for one in amounts[3:])]


def _tokens(change: CrewChange) -> str:
    assert change.before is not None
    assert change.after is not None
    both = change.before.profile.total, change.after.profile.total
    old, new = (numbers.tokens(one.input_tokens.expected + one.output_tokens.expected) for one in both)
    return new if old == new else f"{old} → {new}"


def _flow_row(change: FlowChange) -> list[str]:
    label = f"flow {escaped(change.shown.flow.name)}"
    if change.before is None or change.after is None:
        label += " (new)" if change.before is None else " (deleted)"
        cost, time = of_sums(change.shown.sums, change.shown.sums)
    else:
        cost, time = of_sums(change.before.sums, change.after.sums)
    return [label, _cell(cost), "", "", _cell(time), ""]


def _warnings(change: CrewChange) -> Iterator[str]:
    if change.after is not None and change.after.refused and not (change.before and change.before.refused):
        yield f"**CrewAI refuses {escaped(change.after.crew.name)}**"
    yield from (f"**{escaped(sentence(one))}**" for one in change.newly_broken)


def _details(change: CrewChange) -> str:
    tasks = [one for one in change.tasks if one.status != "same"]
    counted = [numbers.count_of(len(tasks), "task") + " changed"] if tasks else []
    if change.before is None or change.after is None:
        counted = [numbers.count_of(len(tasks), "task")]
    counted += [f"{what}: {by_severity(found)}" for what, found in _found(change)]
    name = in_html(change.shown.crew.name)
    inner = [*_origin(change)]
    if tasks:
        inner.append(_task_table(tasks))
    for what, found in _found(change):
        inner.append(f"**{what[0].upper()}{what[1:]}**")
        inner.append("\n".join(map(finding_line, by_worth(found)[:DETAILS_SHOWN])))
        if len(found) > DETAILS_SHOWN:
            inner.append(f"and {len(found) - DETAILS_SHOWN} more")
    head = f"<details>\n<summary>{name}: {', '.join(counted) or _otherwise(change)}</summary>"
    return "\n\n".join([head, *inner, "</details>"])


def _otherwise(change: CrewChange) -> str:
    """What changed where no task and no finding did."""
    return "moved" if change.renamed_from is not None and not change.because else "settings changed"


def _found(change: CrewChange) -> list[tuple[str, tuple[Finding, ...]]]:
    gone = change.gone if change.after is not None else ()
    return [(what, found) for what, found in (("new findings", change.new), ("gone findings", gone)) if found]


def _origin(change: CrewChange) -> Iterator[str]:
    told = escaped(change.shown.crew.path)
    if change.renamed_from is not None:
        told += f" ({escaped(', '.join(moved(change)))})"
    if change.because:
        told += f" · changed: {_keys(change.because)}"
    yield told


def _keys(keys: Sequence[str]) -> str:
    """The first keys as code; one that could end the code is written letter by letter."""
    return short_list(f"`{key}`" if _PLAIN_KEY.fullmatch(key) else escaped(key) for key in keys)


def _task_table(tasks: Sequence[TaskChange]) -> str:
    rows = []
    for change in tasks[:DETAILS_SHOWN]:
        amounts = of_tasks(change.before, change.after)
        if change.before is None or change.after is None:
            side = 0 if change.after is None else 1
            cells = [one.pair[side] for one in amounts]
            because = "new task" if side else "deleted task"
        else:
            cells = [_cell(one) for one in amounts]
            because = _keys(change.because)
        was = f" (was {escaped(change.renamed_from)})" if change.renamed_from is not None else ""
        rows.append([f"{MARKS[change.status]} {escaped(change.name)}{was}", because, *cells])
    if len(tasks) > DETAILS_SHOWN:
        rows.append([f"and {len(tasks) - DETAILS_SHOWN} more", "", "", "", "", ""])
    return table(("task", "changed", "cost", "tokens", "calls", "time"), rows, numbers_from=2)
