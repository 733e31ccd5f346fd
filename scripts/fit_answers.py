"""Fit how far answers lie from what is expected on recorded runs and tasks; write
``crewprof/estimate/data/answers.json``.

The recordings are those of ``make bench-runs`` and ``make bench-outcomes`` (folder in ``CREWPROF_SHARED``
or ``../shared``). Prints for each spread on how many texts it rests and which share of them lies inside, as
fitted and each group of crews judged by what was fitted without it.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.answers import (  # noqa: E402
    PRIORS,
    Answer,
    answers_of,
    answers_without,
    fit_answers,
    held_answers,
)
from benchmarks.loops import written_quantities  # noqa: E402
from benchmarks.outcomes import recorded_tasks  # noqa: E402
from benchmarks.runs import recorded_runs, shared_folder  # noqa: E402

TARGET = ROOT / "crewprof" / "estimate" / "data" / "answers.json"


def main() -> None:
    """Fit, write, print."""
    data = shared_folder() / "data"
    runs = recorded_runs(data / "runs" / "runs.jsonl.gz")
    answers = answers_of(runs, recorded_tasks(data / "recorded" / "outcomes.jsonl.gz"))
    fitted = fit_answers(answers)
    TARGET.write_text(written_quantities(fitted, "scripts/fit_answers.py"), "utf-8")
    print(f"{'':<24}{'texts':>6}{'low':>8}{'high':>8}{'held':>7}{'cross-val.':>12}")
    for basis in PRIORS:
        one = fitted[f"spread_{basis}"]
        held, crossed = held_answers(answers, fitted, basis), _crossed(answers, basis)
        print(
            f"{one.name:<24}{one.groups:>6}{one.spread.low:>8.2f}{one.spread.high:>8.2f}"
            f"{held:>7.0%}{crossed:>12.0%}"
        )


def _crossed(answers: list[Answer], basis: str) -> float:
    """The share held where each group of crews is judged by what was fitted without it."""
    own: dict[str, list[Answer]] = {}
    for one in answers:
        if one.basis == basis:
            own.setdefault(one.group, []).append(one)
    shares = [
        (held_answers(seen, answers_without(answers, group), basis), len({one.text for one in seen}))
        for group, seen in own.items()
    ]
    return sum(share * texts for share, texts in shares) / sum(texts for _, texts in shares)


if __name__ == "__main__":
    main()
