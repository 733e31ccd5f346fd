"""Fit what is assumed of tool loops on recorded runs and tasks; write ``crewprof/estimate/data/loops.json``.

The recordings are those of ``make bench-runs`` and ``make bench-outcomes`` (folder in ``CREWPROF_SHARED`` or
``../shared``). Prints for each quantity how many crews it was seen in and which share of what was seen
lies inside its range, as fitted and cross-validated by crew.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.loops import Sample, fit, fit_without, held_share, samples_of, written_quantities  # noqa: E402
from benchmarks.outcomes import recorded_tasks  # noqa: E402
from benchmarks.runs import recorded_runs, shared_folder  # noqa: E402

TARGET = ROOT / "crewprof" / "estimate" / "data" / "loops.json"


def main() -> None:
    """Fit, write, print."""
    data = shared_folder() / "data"
    runs = recorded_runs(data / "runs" / "runs.jsonl.gz")
    samples = samples_of(runs, recorded_tasks(data / "recorded" / "outcomes.jsonl.gz"))
    fitted = fit(samples)
    TARGET.write_text(written_quantities(fitted, "scripts/fit_loops.py"), "utf-8")
    print(f"{'':<28}{'crews':>6}{'low':>8}{'expected':>10}{'high':>8}{'held':>7}{'cross-val.':>12}")
    for name in fitted:
        spread = fitted[name].spread
        held = held_share(samples, fitted, name)
        crossed = _crossed(samples, name)
        print(
            f"{name:<28}{fitted[name].groups:>6}{spread.low:>8.1f}{spread.expected:>10.1f}{spread.high:>8.1f}"
            f"{held:>7.0%}{crossed:>12.0%}"
        )


def _crossed(samples: list[Sample], name: str) -> float:
    """The share held where each group of crews is judged by what was fitted without it."""
    own: dict[str, list[Sample]] = {}
    for one in samples:
        if one.quantity == name:
            own.setdefault(one.group, []).append(one)
    shares = [held_share(seen, fit_without(samples, group), name) for group, seen in own.items()]
    return sum(shares) / len(shares) if shares else float("nan")


if __name__ == "__main__":
    main()
