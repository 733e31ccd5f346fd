"""What every fix, unsafe ones included, does to the crews of a folder: a line for each crew."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.options import AnalysisOptions
from crewprof.crew.discovery import load_all
from crewprof.findings import Applicability

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis

APPLICABLE = frozenset({Applicability.SAFE, Applicability.UNSAFE})


def main() -> None:
    loaded = load_all(sys.argv[1])
    for error in loaded.errors:
        print(error, file=sys.stderr)
    print(f"{'crew':22}{'cost before':>12}{'after':>10}{'':>7}{'time before':>14}{'after':>9}")
    for crew in loaded.crews:
        done = optimise_crew(crew, AnalysisOptions(today=date.today()), APPLICABLE)  # noqa: DTZ011
        old, new = costs(done.before), costs(done.after)
        slow, fast = (one.profile.total.seconds.expected for one in (done.before, done.after))
        print(
            f"{crew.name:22}{f'${old:.4f}':>12}{f'${new:.4f}':>10}{f'{new / old - 1:+.0%}':>7}"
            f"{f'{slow:.0f} s':>14}{f'{fast:.0f} s':>9}{f'{fast / slow - 1:+.0%}':>7}"
        )


def costs(analysis: Analysis) -> float:
    total = analysis.profile.total.cost_usd
    return float(total.expected) if total is not None else float("nan")


if __name__ == "__main__":
    main()
