"""``compare`` as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import compare_rows as cells
from crewprof.report.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.analysis.model_comparison import ComparedRow, ModelComparison
    from crewprof.report.look import Look


def render(found: Sequence[ModelComparison], _look: Look) -> str:
    """A table a crew, and the mixes that nothing beats."""
    return "\n".join(line for one in found for line in _crew(one)) + "\n"


def _crew(one: ModelComparison) -> Iterator[str]:
    first = one.rows[0]
    has_month = one.runs_per_month is not None
    month = [f"{one.runs_per_month:,} runs a month"] if has_month else []
    titles = ["models", "cost", "8 of 10 runs", "change", "time", "worst case", *month, "remarks"]
    yield f"### {_escaped(one.crew.name)}"
    yield ""
    yield _line(titles)
    yield _line(["---", *["--:"] * (len(titles) - 2), "---"])
    for row in one.rows:
        yield _line(_cells(row, first, has_month=has_month))
    yield ""
    yield "\\* no other row is both cheaper and faster"
    for kept in cells.stays(one):
        yield ""
        yield f"Note: {_escaped(kept)}"
    if one.front:
        yield ""
        yield f"Mixes that no other beats ({cells.searched(one)}):"
        yield ""
        for mix in one.front:
            yield f"- {_escaped(cells.told(mix))}"
    if one.goals.are_set:
        yield ""
        yield f"**{_escaped(cells.goal(one))}**"
    yield ""
    yield cells.QUALITY
    yield ""


def _cells(row: ComparedRow, first: ComparedRow, *, has_month: bool) -> list[str]:
    total = row.profile.total
    return [
        row.label + (" *" if row.on_front else ""),
        cells.cost(total),
        cells.cost_range(total),
        cells.change(row, first),
        cells.time(total),
        cells.worst(total),
        *([cells.month(row.monthly_cost_usd)] if has_month else []),
        "; ".join(cells.problems(row)),
    ]


def _line(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text if set(text) <= {"-", ":"} else _escaped(text) for text in texts) + " |"


def _escaped(text: str) -> str:
    shown = plain(text)
    for sign in "\\`*_[]<>|":
        shown = shown.replace(sign, f"\\{sign}" if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return shown
