"""``diff --format text``: the sum first, then each crew that changed: its numbers, its tasks with what
changed in them, its findings. Empty when nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.analysis.sums import sums_of, whole_of
from crewprof.name_lists import listed
from crewprof.report import numbers
from crewprof.report.before_after import BeforeAfter, money_cells, of_sums, of_tasks, of_totals
from crewprof.report.budget_words import sentence
from crewprof.report.drawing import Text
from crewprof.report.finding_groups import grouped
from crewprof.report.plain_text import plain
from crewprof.report.terminal import flowing, styled, to_text
from crewprof.report.text_tables import Column, fitted_table, hanging, heading, name, right, short_list
from crewprof.report.text_totals import title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.comparison import Comparison, CrewChange, FlowChange, TaskChange
    from crewprof.findings import Finding
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

ROWS_SHOWN = 10
"""Tasks and crews of a table, unless the report is verbose: those whose cost changed most."""
MARKS = {"added": "+", "removed": "-", "changed": "~", "same": " "}
MARK_STYLES = {"added": "green", "removed": "red", "changed": "yellow", "same": ""}


def render(comparison: Comparison, names: tuple[str, str], look: Look) -> str:
    """The report for a terminal."""
    if comparison.is_same:
        return ""
    return to_text(_parts(comparison, names, look), look)


def _parts(comparison: Comparison, names: tuple[str, str], look: Look) -> Iterator[Drawn]:
    before, after = names
    cost, time = of_sums(whole_of(comparison.before), whole_of(comparison.after))
    yield flowing(
        [
            Text(f"{plain(before)} → {plain(after)}: ", style="bold").append(_told(cost, " a run")),
            _told(time),
        ],
        ", ",
        look.width,
    )
    if comparison.settings:
        yield hanging(f"changed settings: {listed(comparison.settings)}")
    for change in comparison.crews:
        if change.status != "same":
            yield Text()
            yield from _crew(change, look)
    for flow in comparison.flows:
        if flow.status != "same":
            yield Text()
            yield from _flow(flow, look)


def _told(amount: BeforeAfter, unit: str = "") -> Text:
    """``$0.057 → $0.071 a run (+25%)``."""
    old, new = amount.pair
    if amount.is_same:
        return Text(f"{new}{unit}, as before" if unit else new)
    _, share = amount.difference
    return Text.assemble(old, " → ", (new, "bold"), unit, (f" ({share})" if share else "", _style(share)))


def _style(difference: str) -> str:
    return {"-": "bold green", "+": "bold red"}.get(difference[:1], "")


def _crew(change: CrewChange, look: Look) -> Iterator[Drawn]:
    yield title(change.shown, look.width)
    if change.before is None or change.after is None:
        yield from _alone(change, look)
    else:
        yield from _both(change, look)
    for budget in change.newly_broken:
        yield hanging(sentence(budget), style="bold red")
    known = change.before is not None and change.after is not None
    yield from _findings("New findings", change.new, look)
    if known:
        yield from _findings("Gone findings", change.gone, look)


def _alone(change: CrewChange, look: Look) -> Iterator[Drawn]:
    is_new = change.before is None
    total = change.shown.profile.total
    cost, time = of_sums(sums_of(total), sums_of(total))
    tasks = numbers.count_of(len(change.tasks), "task")
    told = [
        Text.assemble(
            ("+ new crew" if is_new else "- deleted crew", MARK_STYLES[change.status]),
            f": {cost.pair[0]} a run",
        ),
        Text(time.pair[0]),
        Text(tasks),
    ]
    yield Text("  ").append(flowing(told, ", ", look.width - 2))


def _both(change: CrewChange, look: Look) -> Iterator[Drawn]:
    assert change.before is not None
    assert change.after is not None
    if change.renamed_from is not None:
        yield hanging(", ".join(moved(change)))
    if change.because:
        yield hanging("changed: " + short_list(change.because, verbose=look.verbose))
    rows = of_totals(change.before.profile.total, change.after.profile.total)
    differing = [one for one in rows if not one.is_same]
    if differing:
        columns = (Column(""), right("before"), right("after"), right("change", 1), right(""))
        yield fitted_table(columns, [_row(one) for one in differing], look.width)
    else:
        yield Text("  cost, tokens, calls and time stay the same", style="dim")
    tasks = [one for one in change.tasks if one.status != "same"]
    if tasks:
        yield from _tasks(tasks, look)


def moved(change: CrewChange) -> list[str]:
    """``was old_name``, ``was in old/crew.yaml``."""
    if change.renamed_from is None:
        return []
    (was, path), here = change.renamed_from, change.shown.crew
    return [
        *([f"was {was}"] if was != here.name else []),
        *([f"was in {path}"] if path != here.path else []),
    ]


def _row(amount: BeforeAfter) -> list[Text]:
    more, share = amount.difference
    style = _style(share)
    return [
        Text(amount.label, style="dim"),
        *map(Text, amount.pair),
        Text(more, style=style.removeprefix("bold ")),
        Text(share, style=style),
    ]


def _tasks(changes: Sequence[TaskChange], look: Look) -> Iterator[Drawn]:
    heaviest = changes if look.verbose else sorted(changes, key=_weight)[:ROWS_SHOWN]
    # Chosen by how much their cost changed, but listed in the order of the crew.
    shown = [one for one in changes if one in heaviest]
    costs = [of_tasks(one.before, one.after)[0] for one in shown]
    old = money_cells(
        [None if one.before is None else cost.before for one, cost in zip(shown, costs, strict=True)]
    )
    new = money_cells(
        [None if one.after is None else cost.after for one, cost in zip(shown, costs, strict=True)]
    )
    rows = [
        [
            Text(MARKS[change.status], style=MARK_STYLES[change.status]),
            styled(change.name),
            Text(was),
            Text(now),
            Text(cost.difference[1], style=_style(cost.difference[1])),
            styled(_because(change, verbose=look.verbose)),
        ]
        for change, cost, was, now in zip(shown, costs, old, new, strict=True)
    ]
    columns = (
        Column(""),
        name("task"),
        right("before", 1),
        right("after"),
        right("", 2),
        Column("changed", gives="fold"),
    )
    yield Text()
    yield fitted_table(columns, rows, look.width)
    if len(changes) > len(shown):
        yield Text(f"  and {len(changes) - len(shown)} more: --verbose", style="dim")


def _weight(change: TaskChange) -> float:
    cost = of_tasks(change.before, change.after)[0]
    return -abs((cost.after.expected or 0.0) - (cost.before.expected or 0.0))


def _because(change: TaskChange, *, verbose: bool) -> str:
    """Which keys changed, or that the task is new or gone."""
    if change.status in ("added", "removed"):
        return "new task" if change.status == "added" else "deleted task"
    was = [f"was {change.renamed_from}"] if change.renamed_from is not None else []
    return ", ".join([*was, *([short_list(change.because, verbose=verbose)] if change.because else [])])


def _findings(label: str, findings: Sequence[Finding], look: Look) -> Iterator[Drawn]:
    if not findings:
        return
    yield Text()
    yield heading(label, width=look.width)
    groups = grouped(findings, apart=look.verbose)
    shown = groups if look.verbose else groups[:ROWS_SHOWN]
    for one in shown:
        yield hanging(f"{one.places}: {one.code} {one.severity.value}: {one.message}", style="")
    if len(groups) > len(shown):
        yield Text(f"  and {len(groups) - len(shown)} more: --verbose", style="dim")


def _flow(change: FlowChange, look: Look) -> Iterator[Drawn]:
    flow = change.shown.flow
    told = Text.assemble((f"flow {plain(flow.name)}: ", "bold"))
    if change.before is None or change.after is None:
        sums = change.shown.sums
        cost, _ = of_sums(sums, sums)
        what = "new" if change.before is None else "deleted"
        yield told.append(f"{what}, {cost.pair[0]} a run")
        return
    cost, time = of_sums(change.before.sums, change.after.sums)
    yield flowing([told.append(_told(cost, " a run")), _told(time)], ", ", look.width)
