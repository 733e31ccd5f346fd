"""The page of ``diff``: every crew before and after, task by task, with the keys that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof import __version__
from crewprof.analysis.sums import whole_of
from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.before_after import BeforeAfter, of_sums, of_tasks, of_totals
from crewprof.report.budget_words import sentence
from crewprof.report.diff_text import moved
from crewprof.report.finding_order import by_severity, by_worth
from crewprof.report.page.code_lines import CodeLine, code_at
from crewprof.report.page.templates_of import page_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.comparison import Comparison, CrewChange, FlowChange, TaskChange
    from crewprof.analysis.result import Analysis
    from crewprof.findings import Finding
    from crewprof.report.look import Look

STATUS_WORDS = {"added": "new", "removed": "deleted", "changed": "changed", "same": "as before"}


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount on both sides (``old`` is empty where there is only one), how far it moved, and whether that
    is good (-1), bad (1) or neither."""

    name: str
    old: str
    new: str
    moved: str
    sense: int


@dataclass(frozen=True, slots=True)
class Row:
    """A task or a crew: its name, what is said of it, its amounts."""

    name: str
    about: str
    status: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding that came or went."""

    code: str
    severity: str
    message: str
    place: str
    lines: tuple[CodeLine, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One crew."""

    anchor: str
    name: str
    origin: str
    status: str
    facts: tuple[Cell, ...]
    problems: tuple[str, ...]
    counted: tuple[str, ...]
    tasks: tuple[Row, ...]
    new: tuple[Found, ...]
    gone: tuple[Found, ...]


def render(comparison: Comparison, names: tuple[str, str], _look: Look) -> str:
    """The page."""
    changed = [one for one in comparison.crews if one.status != "same"]
    flows = [one for one in comparison.flows if one.status != "same"]
    whole = of_sums(whole_of(comparison.before), whole_of(comparison.after))
    return page_from(
        "changes.html",
        version=__version__,
        names=names,
        whole=[_cell(one) for one in whole],
        crews=[_crew(number, one) for number, one in enumerate(changed, start=1)],
        flows=[_flow(one) for one in flows],
        same=numbers.count_of(len(comparison.crews) - len(changed), "crew"),
        settings=", ".join(comparison.settings),
    )


def _cell(amount: BeforeAfter) -> Cell:
    old, new = amount.pair
    if amount.is_same:
        return Cell(amount.label, "", new, "", 0)
    _, share = amount.difference
    sense = 0 if amount.share is None else (amount.share > 0) - (amount.share < 0)
    return Cell(amount.label, old, new, share, sense)


def _only(amount: BeforeAfter, side: int) -> Cell:
    return Cell(amount.label, "", amount.pair[side], "", 0)


def _crew(number: int, change: CrewChange) -> Changed:
    shown = change.shown
    if change.before is None or change.after is None:
        total = shown.profile.total
        facts = tuple(_only(one, 0) for one in of_totals(total, total))
    else:
        facts = tuple(map(_cell, of_totals(change.before.profile.total, change.after.profile.total)))
    return Changed(
        anchor=f"crew-{number}",
        name=shown.crew.name,
        origin=" · ".join(_origin(change)),
        status=STATUS_WORDS[change.status],
        facts=facts,
        problems=tuple(_problems(change)),
        counted=tuple(_counted(change)),
        tasks=tuple(_task(one) for one in change.tasks if one.status != "same"),
        new=tuple(_found(change.new, change.after)),
        gone=tuple(_found(change.gone, change.before)) if change.after is not None else (),
    )


def _origin(change: CrewChange) -> Iterator[str]:
    yield change.shown.crew.path
    if change.renamed_from is not None:
        yield ", ".join(moved(change))
    if change.because:
        yield f"changed: {', '.join(change.because)}"


def _problems(change: CrewChange) -> Iterator[str]:
    if change.after is not None and change.after.refused and not (change.before and change.before.refused):
        yield "CrewAI refuses this crew"
    yield from map(sentence, change.newly_broken)


def _counted(change: CrewChange) -> Iterator[str]:
    for what, found in (("new", change.new), ("gone", change.gone if change.after is not None else ())):
        if found:
            yield f"{what} findings: {by_severity(found)}"


def _task(change: TaskChange) -> Row:
    amounts = of_tasks(change.before, change.after)
    name = change.name if change.renamed_from is None else f"{change.name} (was {change.renamed_from})"
    if change.before is None or change.after is None:
        side = 0 if change.after is None else 1
        return Row(name, "", STATUS_WORDS[change.status], tuple(_only(one, side) for one in amounts))
    return Row(name, ", ".join(change.because), STATUS_WORDS[change.status], tuple(map(_cell, amounts)))


def _flow(change: FlowChange) -> Row:
    if change.before is None or change.after is None:
        amounts = of_sums(change.shown.sums, change.shown.sums)
        cells = tuple(_only(one, 0) for one in amounts)
    else:
        cells = tuple(map(_cell, of_sums(change.before.sums, change.after.sums)))
    return Row(change.shown.flow.name, "", STATUS_WORDS[change.status], cells)


def _found(findings: Sequence[Finding], of: Analysis | None) -> Iterator[Found]:
    texts = {} if of is None else of.crew.texts
    for one in by_worth(findings):
        lines = code_at(one.place, texts.get(one.place.path))
        yield Found(one.code, one.severity.value, one.message, one.place.shown, lines)
