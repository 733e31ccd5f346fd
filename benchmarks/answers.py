"""What recorded answers show of how far answers lie from what is expected, and the spreads fitted on it.

A spread is the narrowest range of factors, from low to high, that holds :data:`HELD` of what was seen by what
the expectation rests on, each text weighing the same; neither end leaves out more than :data:`MOST_OUTSIDE`.
It is drawn towards a prior as if that were some more texts, and is the prior where texts are few.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from benchmarks.loops import TESTS
from crewprof.estimate.answer_length import answer_length
from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.estimate.fitted import Fitted
from crewprof.quantity import Range
from crewprof.semantics.texts import recorded_texts
from crewprof.tokens.encoding import O200K, encoding_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.outcomes import RecordedTask
    from benchmarks.runs import Run

HELD: Final = 0.82
MOST_OUTSIDE: Final = 0.14
LEANING: Final = 8.0
FEWEST: Final = 20
"""Texts a prior counts as, and those from which on a spread is fitted."""
_TESTS: Final = "recorded test tasks, before those of other projects"

PRIORS: Final = {
    "counted": (0.7, 1.5, _TESTS),
    "described": (0.75, 1.5, _TESTS),
    "value": (0.3, 2.6, _TESTS),
    "literal": (0.35, 4.0, _TESTS),
    "asked_value": (0.28, 3.0, _TESTS),
    "form": (0.4, 2.1, _TESTS),
    "asked": (0.15, 2.0, _TESTS),
    "unknown": (0.12, 4.0, _TESTS),
}
"""Low, high and their reason, by what an expectation rests on."""


@dataclass(frozen=True)
class Answer:
    """An answer of ``factor`` times what was expected by ``basis``; ``group``: crews that share texts."""

    basis: str
    group: str
    project: str
    text: str
    factor: float


def answers_of(runs: Sequence[Run], tasks: Iterable[RecordedTask]) -> list[Answer]:
    """Everything recorded. Task texts that are a run's belong to its group."""
    book = Book(Assumptions())
    groups = {(task.description, task.expected_output): run.group for run in runs for task in run.crew.tasks}
    found: list[Answer] = []
    texts = set()
    for task in tasks:
        key = (task.description, task.expected_output)
        texts.add(key)
        if not task.thinks:
            found += _recorded(task, groups.get(key, "\n".join(key)), book)
    for run in runs:
        for one, real in zip(run.crew.tasks, run.tasks, strict=True):
            if (one.description, one.expected_output) in texts:
                continue
            agent = next((agent for agent in run.crew.agents if agent.name == one.agent), None)
            model = agent.llm.id if agent is not None and agent.llm is not None else None
            encoding = encoding_for(model)[0] if model else O200K
            length = answer_length(
                one.expected_output,
                one.description,
                book,
                encoding=encoding,
                thought_first=_thinks_first(run),
            )
            text = f"{one.description}\n{one.expected_output}"
            factor = _factor(real.answer, length.tokens.expected, book)
            found.append(Answer(length.basis, run.group, run.project, text, factor))
    return found


def _thinks_first(run: Run) -> bool:
    """Whether CrewAI asked for a thought before the answers of ``run``."""
    return "react" in run.traits or "Final Answer:" in recorded_texts(run.crewai).get("slices.no_tools")


def _recorded(task: RecordedTask, group: str, book: Book) -> Iterator[Answer]:
    length = answer_length(task.expected_output, task.description, book)
    text = f"{task.description}\n{task.expected_output}"
    for run in task.runs:
        factor = _factor(run["final_completion_tokens"], length.tokens.expected, book)
        yield Answer(length.basis, group, TESTS, text, factor)


def _factor(answer: float, expected: float, book: Book) -> float:
    overhead = book.value("answer_overhead_tokens")
    return (answer + overhead) / (expected + overhead)


def fit_answers(answers: Iterable[Answer]) -> dict[str, Fitted]:
    """The spread of every basis."""
    by_basis: dict[str, dict[str, list[float]]] = {basis: defaultdict(list) for basis in PRIORS}
    for one in answers:
        if one.basis in by_basis:
            by_basis[one.basis][one.text].append(one.factor)
    return {f"spread_{basis}": _fit(basis, seen) for basis, seen in by_basis.items()}


def _fit(basis: str, seen: dict[str, list[float]]) -> Fitted:
    low, high, why = PRIORS[basis]
    texts = len(seen)
    if texts >= FEWEST:
        found = _narrowest(
            sorted((factor, 1 / len(factors)) for factors in seen.values() for factor in factors), texts
        )
        low, high = (
            math.exp((texts * math.log(one) + LEANING * math.log(prior)) / (texts + LEANING))
            for one, prior in zip(found, (low, high), strict=True)
        )
    spread = Range(min(1.0, round(low, 2)), 1.0, max(1.0, round(high, 2)))
    source = f"fitted on {texts} texts and a prior worth {LEANING:g} ({why})" if texts >= FEWEST else why
    return Fitted(f"spread_{basis}", spread, "times", source, texts)


def _narrowest(weighed: Sequence[tuple[float, float]], total: float) -> tuple[float, float]:
    """The narrowest range, as a factor, that holds enough."""
    passed = [0.0, *accumulate(weight for _, weight in weighed)]
    best = (weighed[0][0], weighed[-1][0])
    last = 0
    for first, (low, _) in enumerate(weighed):
        if passed[first] > MOST_OUTSIDE * total:
            break
        least = max(passed[first] + HELD * total, (1 - MOST_OUTSIDE) * total)
        while last < len(weighed) and passed[last + 1] < least - 1e-9:
            last += 1
        if last == len(weighed):
            break
        if weighed[last][0] / low < best[1] / best[0]:
            best = (low, weighed[last][0])
    return best


def held_answers(answers: Iterable[Answer], fitted: dict[str, Fitted], basis: str) -> float:
    """Share of the answers inside the spread of ``basis``, each text weighing the same."""
    spread = fitted[f"spread_{basis}"].spread
    inside: dict[str, list[bool]] = defaultdict(list)
    for one in answers:
        if one.basis == basis:
            inside[one.text].append(spread.low <= one.factor <= spread.high)
    return sum(sum(one) / len(one) for one in inside.values()) / len(inside) if inside else math.nan


def answers_without(answers: Iterable[Answer], group: str) -> dict[str, Fitted]:
    """Every spread, fitted on all groups of crews but one."""
    return fit_answers(one for one in answers if one.group != group)


def answers_without_project(answers: Iterable[Answer], project: str) -> dict[str, Fitted]:
    """Every spread, fitted on all projects but one."""
    return fit_answers(one for one in answers if one.project != project)
