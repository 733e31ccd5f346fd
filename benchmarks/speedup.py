"""Predicted speed-up of optimized crews beside the one measured on the real CrewAI, offline.

Unsafe fixes are taken too, so that every crew has something to measure. Run with paths of crews, else
over the sample crews. The delays follow the estimate, so what is judged is the schedule: whether CrewAI
runs side by side what crewprof says it does.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.analysis.optimise import optimise_crew
from crewprof.analysis.options import AnalysisOptions
from crewprof.crew.discovery import load_all
from crewprof.errors import CrewprofError
from crewprof.findings import Applicability
from crewprof.runtime.verify import verify

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.02
"""Share of the time that must be saved for the speed-up to be worth measuring."""


def main() -> None:
    """Print a line per crew, and the largest difference."""
    paths = sys.argv[1:] or [str(ROOT / "sample_crews")]
    print(f"{'crew':<24}{'predicted':>10}{'measured':>10}{'off by':>8}  prompts")
    differences = []
    for path in paths:
        for crew in load_all(path).crews:
            try:
                off = measure(crew)
            except CrewprofError as error:
                print(f"{crew.name:<24}{error}")
                continue
            if off is not None:
                differences.append(abs(off))
    if differences:
        print(f"\n{len(differences)} crews, off by at most {max(differences):.1%}")


def measure(crew: Crew) -> float | None:
    """How far the measured speed-up is from the predicted one, as a share of it; ``None`` without any."""
    options = AnalysisOptions(today=date.today(), select=("CP2",))  # noqa: DTZ011 - CrewAI's own clock
    everything = frozenset({Applicability.SAFE, Applicability.UNSAFE})
    result = optimise_crew(crew, options, everything)
    before, after = (one.profile.schedule.seconds for one in (result.before, result.after))
    if after > before * (1 - LEAST):
        return None
    is_safe = all(one.fix and one.fix.applicability is Applicability.SAFE for one in result.applied)
    seen = verify(result.before, result.after, dict(os.environ), prompts_must_match=is_safe)
    if not (seen.before.finished and seen.after.finished):
        print(f"{crew.name:<24}did not run: {seen.after.error or seen.before.error}")
        return None
    predicted = seen.before.predicted_seconds / seen.after.predicted_seconds
    measured = seen.before.seconds / seen.after.seconds
    off = measured / predicted - 1
    prompts = f"{len(seen.differences)} differ" if seen.differences else "the same"
    print(f"{crew.name:<24}{predicted:>9.2f}x{measured:>9.2f}x{off:>+8.1%}  {prompts}")
    return off


if __name__ == "__main__":
    main()
