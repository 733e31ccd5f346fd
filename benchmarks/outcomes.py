"""How well lengths of answers and numbers of calls are predicted from the definition of a task alone.

Compares the estimate with what recorded CrewAI tasks really used (``outcomes.jsonl.gz`` of the shared
data, folder in ``CREWPROF_SHARED`` or ``../shared``). Each distinct task text counts once, however often
it was recorded. ``shipped`` uses the constants as they are; ``cross-validated`` fits location and spread of
every basis anew on nine tenths of the texts, leaning on the shipped ones, and judges the last tenth.

Run: ``make bench-outcomes``
"""

from __future__ import annotations

import gzip
import json
import math
import os
import sys
import zlib
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from crewprof.estimate.answer_length import answer_length
from crewprof.estimate.assumptions import Assumption, Assumptions, Book
from crewprof.estimate.call_counts import Layout, delegations, step_tokens, tool_uses, work_of
from crewprof.estimate.spending import plus_steps
from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FOLDS = 10
LEANING = 8.0
"""Tasks that the shipped constants weigh as much as, when a fold fits its own."""
REASONING = ("o1", "o3", "o4", "gpt-5")


@dataclass(frozen=True)
class RecordedTask:
    """A distinct task text and everything recorded of it."""

    description: str
    expected_output: str
    style: str | None
    delegates: bool
    runs: tuple[dict[str, Any], ...]

    @property
    def fold(self) -> int:
        """The same for all recordings of a text."""
        return zlib.crc32(f"{self.description}\0{self.expected_output}".encode()) % FOLDS

    @property
    def thinks(self) -> bool:
        """Whether the model thinks before it answers, unseen."""
        return str(self.runs[0]["model"]).rsplit("/", 1)[-1].startswith(REASONING)

    @property
    def is_delegated(self) -> bool:
        """Whether it is a question of one coworker to another, not a task of a crew."""
        return "coworker" in self.expected_output


@dataclass(frozen=True)
class Predicted:
    """What the estimate says of a task."""

    basis: str
    answer: Range[float]
    tokens: Range[float]
    calls: Range[float]


def shared_folder() -> Path:
    """Where the shared data lies."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("CREWPROF_SHARED", beside))


def recorded_tasks(path: Path) -> list[RecordedTask]:
    """The finished, genuine tasks of an outcomes file, by distinct text, style and kind of model."""
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            run = json.loads(line)
            if run["artificial"] or not run["finished"] or not run["completion_tokens"]:
                continue
            thinks = run["model"].rsplit("/", 1)[-1].startswith(REASONING)
            texts = (run["description_text"], run["expected_output_text"])
            groups[(*texts, run["tool_style"] if run["has_tools"] else None, thinks)].append(run)
    return [
        RecordedTask(
            str(description),
            str(expected),
            None if style is None else str(style),
            any(run["delegation"] for run in runs),
            tuple(runs),
        )
        for (description, expected, style, _), runs in groups.items()
    ]


def predict(task: RecordedTask, assumptions: Assumptions) -> Predicted:
    """The estimate for a task, without a look at what was recorded of it but its kind."""
    book = Book(assumptions)
    answer = answer_length(task.expected_output, task.description, book)
    uses = Range.exactly(0.0)
    work = work_of(task.description, task.expected_output, answer.basis)
    layout: Layout = "native" if task.style == "native" else "react"
    if task.delegates:
        uses = delegations(book)
    elif task.style is not None:
        prompt = median(run["first_prompt_tokens"] for run in task.runs)
        uses = tool_uses(work, layout, 1, book, prompt=prompt)
    step = step_tokens(work, layout, book, delegates=task.delegates)
    tokens = plus_steps(answer.tokens, uses, step)
    calls = uses + Range.exactly(1.0)
    if task.thinks:
        tokens = plus_steps(tokens, calls, book.spread("reasoning_tokens"))
    return Predicted(answer.basis, answer.tokens, tokens, calls)


def fitted(tasks: Sequence[RecordedTask], shipped: Assumptions) -> Assumptions:
    """``shipped`` with the spread of each basis fitted to ``tasks``, leaning on its own."""
    residuals: dict[str, list[tuple[float, float]]] = defaultdict(list)
    overhead = shipped["answer_overhead_tokens"].value
    for task in tasks:
        if task.thinks:
            continue
        predicted = predict(task, shipped)
        for run in task.runs:
            ratio = (run["final_completion_tokens"] + overhead) / (predicted.answer.expected + overhead)
            residuals[predicted.basis].append((math.log(ratio), 1 / len(task.runs)))
    changed = dict(shipped.by_name)
    for basis, found in residuals.items():
        name = f"spread_{basis}"
        changed[name] = _leaning(changed[name], sorted(found))
    return Assumptions(changed)


def _leaning(standing: Assumption, residuals: list[tuple[float, float]]) -> Assumption:
    tasks = sum(weight for _, weight in residuals)

    def fit(share: float, prior: float) -> float:
        passed = accumulate(weight for _, weight in residuals)
        seen = next(one for (one, _), sum_ in zip(residuals, passed, strict=True) if sum_ >= share * tasks)
        return math.exp((tasks * seen + LEANING * math.log(prior)) / (tasks + LEANING))

    spread = standing.spread
    return replace(standing, low=min(1.0, fit(0.1, spread.low)), high=max(1.0, fit(0.9, spread.high)))


def cross_validated(tasks: Sequence[RecordedTask]) -> list[Predicted]:
    """Predictions of which each was made by constants fitted without the task's own text."""
    shipped = Assumptions()
    found: dict[int, Predicted] = {}
    for fold in range(FOLDS):
        assumptions = fitted([task for task in tasks if task.fold != fold], shipped)
        found |= {id(task): predict(task, assumptions) for task in tasks if task.fold == fold}
    return [found[id(task)] for task in tasks]


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's, with mean ranks for ties."""
    first, second = _ranks(one), _ranks(other)
    mean_first, mean_second = fmean(first), fmean(second)
    covariance = sum((a - mean_first) * (b - mean_second) for a, b in zip(first, second, strict=True))
    spread = math.sqrt(
        sum((a - mean_first) ** 2 for a in first) * sum((b - mean_second) ** 2 for b in second)
    )
    return covariance / spread if spread else math.nan


def _ranks(values: Sequence[float]) -> list[float]:
    places: dict[float, list[int]] = defaultdict(list)
    for place, value in enumerate(sorted(values)):
        places[value].append(place)
    return [fmean(places[value]) for value in values]


def coverage(
    tasks: Sequence[RecordedTask], ranges: Iterable[Range[float]], of: Callable[[dict[str, Any]], float]
) -> float:
    """Share of outcomes within their range, each task weighing the same. Bounds are whole numbers."""
    shares = [
        fmean(math.floor(one.low) <= of(run) <= math.ceil(one.high) for run in task.runs)
        for task, one in zip(tasks, ranges, strict=True)
    ]
    return fmean(shares)


def completion(run: dict[str, Any]) -> float:
    """All completion tokens of a task."""
    return float(run["completion_tokens"])


def calls(run: dict[str, Any]) -> float:
    """All calls of a task."""
    return float(run["n_calls_for_this_task"])


def row(name: str, tasks: Sequence[RecordedTask], predictions: Sequence[Predicted]) -> str:
    """One line of the table."""
    tokens = rank_correlation(
        [one.tokens.expected for one in predictions], [median(map(completion, task.runs)) for task in tasks]
    )
    number = rank_correlation(
        [one.calls.expected for one in predictions], [median(map(calls, task.runs)) for task in tasks]
    )
    held = coverage(tasks, [one.tokens for one in predictions], completion)
    called = coverage(tasks, [one.calls for one in predictions], calls)
    shown = "   –" if math.isnan(number) else f"{number:4.2f}"
    return f"{name:<34}{len(tasks):>6}{tokens:>12.2f}{held:>12.0%}{shown:>14}{called:>12.0%}"


def table(tasks: Sequence[RecordedTask], predictions: Sequence[Predicted]) -> list[str]:
    """The table for all tasks and the kinds worth telling apart."""
    kinds: dict[str, Callable[[RecordedTask], bool]] = {
        "all tasks": lambda _: True,
        "tasks of crews": lambda task: not task.is_delegated,
        "questions of coworkers": lambda task: task.is_delegated,
        "without tools": lambda task: task.style is None,
        "with tools": lambda task: task.style is not None,
    }
    lines = [f"{'':<34}{'tasks':>6}{'tokens: rank':>12}{'held':>12}{'calls: rank':>14}{'held':>12}"]
    for name, belongs in kinds.items():
        chosen = [(task, one) for task, one in zip(tasks, predictions, strict=True) if belongs(task)]
        lines.append(row(name, [task for task, _ in chosen], [one for _, one in chosen]))
    return lines


def main() -> int:
    """Print both tables."""
    path = shared_folder() / "data" / "recorded" / "outcomes.jsonl.gz"
    if not path.is_file():
        print(f"no recorded outcomes at {path}: set CREWPROF_SHARED", file=sys.stderr)
        return 2
    tasks = recorded_tasks(path)
    shipped = Assumptions()
    print("shipped constants")
    print("\n".join(table(tasks, [predict(task, shipped) for task in tasks])))
    print("\ncross-validated by task text")
    print("\n".join(table(tasks, cross_validated(tasks))))
    print("\nrank: Spearman's correlation with the recorded median; held: share of outcomes from low to high")
    return 0


if __name__ == "__main__":
    sys.exit(main())
