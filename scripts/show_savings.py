"""What every fix, unsafe ones included, does to the crews of a folder: a line for each crew."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.options import AnalysisOptions
from crewprof.crew.discovery import load_all
from crewprof.findings import Applicability
from crewprof.report.numbers import money, percent, seconds

if TYPE_CHECKING:
    from crewprof.analysis.result import OptimizedCrew
    from crewprof.crew.definition import Crew

APPLICABLE = frozenset({Applicability.SAFE, Applicability.UNSAFE})
TITLES = ("crew", "cost before", "after", "", "time before", "after", "")
WIDTHS = (20, 13, 11, 7, 13, 11, 7)


def main() -> None:
    loaded = load_all(sys.argv[1])
    for error in loaded.errors:
        print(error, file=sys.stderr)
    print(_row(TITLES))
    for crew in loaded.crews:
        done = optimise_crew(crew, AnalysisOptions(today=date.today()), APPLICABLE)  # noqa: DTZ011
        print(_row(_cells(crew, done)))


def _cells(crew: Crew, done: OptimizedCrew) -> tuple[str, ...]:
    before, after = done.before.profile.total, done.after.profile.total
    old, new = (None if one.cost_usd is None else one.cost_usd.expected for one in (before, after))
    cheaper = "?" if old is None or new is None else _change(float(old), float(new))
    slow, fast = before.seconds.expected, after.seconds.expected
    return (crew.name, money(old), money(new), cheaper, seconds(slow), seconds(fast), _change(slow, fast))


def _change(before: float, after: float) -> str:
    share = after / before - 1
    return f"{'+' if share > 0 else ''}{percent(share)}" if abs(share) >= 0.005 else "="


def _row(cells: tuple[str, ...]) -> str:
    first, *others = (cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return (first.strip().ljust(WIDTHS[0]) + "".join(others)).rstrip()


if __name__ == "__main__":
    main()
