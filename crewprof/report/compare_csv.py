"""``compare`` as CSV: a line a row, numbers without units."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

from crewprof.report.plain_text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.analysis.model_comparison import ComparedRow, ModelComparison
    from crewprof.report.look import Look

COLUMNS = (
    *(
        "crew",
        "path",
        "label",
        "models",
        "cost_usd_low",
        "cost_usd",
        "cost_usd_high",
        "seconds_low",
        "seconds",
    ),
    *("seconds_high", "worst_case_usd", "monthly_cost_usd", "input_tokens", "output_tokens", "complete"),
    *("does_not_fit", "lacks", "on_front"),
)


def render(found: Sequence[ModelComparison], _look: Look) -> str:
    """All rows of all crews; an empty cell is not known."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        for row in one.rows:
            writer.writerow([_safe(cell) for cell in _cells(one, row)])
    return stream.getvalue()


def _cells(one: ModelComparison, row: ComparedRow) -> list[object]:
    total, usd, month = row.profile.total, row.profile.total.cost_usd, row.monthly_cost_usd
    return [
        one.crew.name,
        one.crew.path,
        row.label,
        " ".join(f"{name}={model or '?'}" for name, model in row.models.items()),
        *(("", "", "") if usd is None else (usd.low, usd.expected, "" if usd.top is None else usd.top)),
        round(total.seconds.low, 3),
        round(total.seconds.expected, 3),
        "" if total.seconds.top is None else round(total.seconds.top, 3),
        "" if total.ceiling.cost_usd is None else total.ceiling.cost_usd,
        "" if month is None else month.expected,
        round(total.input_tokens.expected),
        round(total.output_tokens.expected),
        total.complete,
        " ".join(row.does_not_fit),
        ", ".join(row.lacks),
        row.on_front,
    ]


def _safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = visible(f"{cell:f}" if isinstance(cell, Decimal) else str(cell))
    return f"'{text}" if text[:1] in {"=", "+", "@", "\t", "\r"} else text
