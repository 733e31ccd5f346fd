"""Fit the weights of inferred dependencies, and print how well they do.

Takes the contexts that authors wrote in the real crews below the folders given, and what was judged by
reading of crews without them (``benchmarks/judged_contexts.json``): each project is left out once. Also
constructed crews whose dependencies are known (``benchmarks/fan_outs.py``; judged on others than those fitted
on) and those written by hand that may be looked at (``benchmarks/written_fan_outs.py``). Weights are drawn
towards those of ``dependency_prior.json``, which rest on more projects than may be at hand. Writes
``crewprof/plan/data/dependency_weights.json``.

Run: ``python scripts/fit_dependencies.py FOLDER…`` with folders of projects, one project a folder.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.dependencies import crews_below
from benchmarks.fan_outs import constructed
from benchmarks.written_fan_outs import CHAINS_SEEN, SEEN, crew_of
from crewprof.crew.discovery import load_all
from crewprof.errors import CrewprofError
from crewprof.plan.dependencies import infer_dependencies, signs, using_some
from crewprof.plan.dependency_signs import FEATURES
from crewprof.plan.dependency_weights import Weights, probability

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crewprof.crew.definition import Crew

TARGET = Path(__file__).parents[1] / "crewprof" / "plan" / "data" / "dependency_weights.json"
PRIOR = Path(__file__).with_name("dependency_prior.json")
RIDGE = 4.0
"""How strongly weights are kept where they were before; a sign that was not there before weighed nothing."""
CONSTRUCTED = 150
CONSTRUCTED_WEIGHT = 1.0
"""What a pair of a constructed crew weighs, that of a real one being 1."""
WRITTEN_WEIGHT = 3.0
"""The same for those written by hand, which are of more kinds, and for chains among them, which are fewer and
do more harm when they are broken."""
CHAIN_WEIGHT = 4.0
REACHED_WEIGHT = 0.2
"""What a pair weighs whose earlier output is not listed, but reaches the task through another one."""
LEAST_RECALL = 0.95
"""Of what waits for what in real crews when a threshold is chosen by the signs alone: a task that starts too
early does harm, an edge to what it waits for anyway is a matter of what its author listed. What is added
to the signs (files, names, what nobody else uses) finds some more."""
MOST_THRESHOLD = 0.4
"""From here on chains break that say nothing of the step before, of which real crews have fewer."""
STEPS = 60
FEWEST_WORDS = 4
"""Of a description that says anything: ``Task 1`` stands in tests."""
JUDGED = Path(__file__).parents[1] / "benchmarks" / "judged_contexts.json"


@dataclass(frozen=True)
class Pair:
    """Two tasks, the signs between them, and whether the later uses the earlier."""

    project: str
    crew: int
    task: str
    earlier: str
    values: tuple[float, ...]
    used: bool
    weight: float
    is_fallback: bool = False
    """Whether the later task uses at least this one, if no other."""


def real_crews(folders: Sequence[Path]) -> Iterator[tuple[str, Crew]]:
    """The crews of every project below ``folders``, each text once: as CrewAI loads them, and the tasks of
    YAML files whose Python cannot be followed."""
    seen: set[tuple[str | None, ...]] = set()
    for project in sorted(one for folder in folders for one in folder.iterdir() if one.is_dir()):
        try:
            loaded = load_all(project)
        except CrewprofError as error:
            print(f"skipped {project.name}: {error}", file=sys.stderr)
            continue
        for crew in (*loaded.crews, *crews_below(project)):
            key = tuple(task.description for task in crew.tasks)
            if key not in seen:
                seen.add(key)
                yield project.name, crew


@dataclass(frozen=True)
class Judged:
    """A real crew, and by task what it uses."""

    project: str
    crew: Crew
    uses: Mapping[str, Sequence[str]]


def judged_crews(folders: Sequence[Path]) -> list[Judged]:
    """The crews whose authors listed a context, or of which it was judged."""
    rows = json.loads(JUDGED.read_text(encoding="utf-8"))
    judged = {(row["project"], *row["tasks"]): row["uses"] for row in rows}
    found: list[Judged] = []
    for project, crew in real_crews(folders):
        names = [task.name for task in crew.tasks]
        if len(set(names)) == len(names):
            uses = declared(crew) or judged.get((project, *names), {})
            found += [Judged(project, crew, uses)] if uses else []
    return found


def real_pairs(crews: Sequence[Judged]) -> list[Pair]:
    """The pairs of tasks of ``crews``."""
    return [
        pair
        for number, one in enumerate(crews)
        for pair in pairs_of(one.crew, one.uses, one.project, number, 1.0)
    ]


def declared(crew: Crew) -> dict[str, list[str]]:
    """By task, the earlier ones its author listed, where there are any."""
    found: dict[str, list[str]] = {}
    earlier: set[str] = set()
    for task in crew.tasks:
        given = [name for name in task.context or () if name in earlier]
        if given and task.context_known and len((task.description or "").split()) >= FEWEST_WORDS:
            found[task.name] = given
        earlier.add(task.name)
    return found


def pairs_of(
    crew: Crew, uses: Mapping[str, Iterable[str]], project: str, number: int, weight: float
) -> Iterator[Pair]:
    """The tasks of ``uses`` with each task before them."""
    values, some = signs(crew), using_some(crew)
    reached = waits(uses)
    names = [task.name for task in crew.tasks]
    for index, name in enumerate(names):
        if name not in uses:
            continue
        given = set(uses[name])
        for place, one in enumerate(names[:index]):
            less = REACHED_WEIGHT if one in reached[name] - given else 1.0
            is_fallback = name in some and place == index - 1
            pair = Pair(project, number, name, one, values[name][place], one in given, weight * less)
            yield replace(pair, is_fallback=is_fallback)


def waits(uses: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """By task, all tasks it waits for, through others too."""
    reached: dict[str, set[str]] = {}
    for name, direct in uses.items():
        known = [one for one in direct if one in reached]
        reached[name] = set(known).union(*(reached[one] for one in known))
    return reached


def constructed_pairs(number: int, seed: int) -> list[Pair]:
    """The pairs of constructed crews, and of those written by hand."""
    found: list[Pair] = []
    for turn, one in enumerate(constructed(number, seed)):
        found += pairs_of(one.crew, one.uses, "", -1 - turn, CONSTRUCTED_WEIGHT)
    for crews, weight in ((SEEN, WRITTEN_WEIGHT), (CHAINS_SEEN, CHAIN_WEIGHT)):
        for rows in crews:
            uses = {name: used.split() for name, _, _, used in rows}
            found += pairs_of(crew_of(rows), uses, "", -1 - len(found) - number, weight)
    return found


def prior() -> tuple[float, ...]:
    """The weights that are drawn towards."""
    weights = json.loads(PRIOR.read_text(encoding="utf-8"))["weights"]
    return tuple(weights.get(name, 0.0) for name in FEATURES)


def fitted(pairs: Sequence[Pair], start: Sequence[float] | None = None) -> tuple[float, ...]:
    """Ridge-regularised logistic regression by Newton's steps; from ``start``, few of them."""
    size = len(FEATURES)
    before = prior()
    weights = list(start or before)
    for _ in range(STEPS):
        gradient = [-RIDGE * (weight - start) for weight, start in zip(weights, before, strict=True)]
        hessian = [[RIDGE * (at == other) for other in range(size)] for at in range(size)]
        for pair in pairs:
            guess = probability(pair.values, Weights(tuple(weights), 0.5))
            error = (pair.used - guess) * pair.weight
            curve = guess * (1 - guess) * pair.weight
            present = [(at, value) for at, value in enumerate(pair.values) if value]
            for at, value in present:
                gradient[at] += error * value
                for other, more in present:
                    hessian[at][other] += curve * value * more
        step = solved(hessian, gradient)
        weights = [weight + move for weight, move in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-5:
            break
    return tuple(weights)


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a system of linear equations."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        for row in range(size):
            if row != at:
                factor = rows[row][at] / rows[at][at]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[at], strict=True)]
    return [rows[at][size] / rows[at][at] for at in range(size)]


def left_out(
    pairs: Sequence[Pair], more: Sequence[Pair], with_all: Sequence[float]
) -> dict[str, tuple[float, ...]]:
    """For each project the weights that are fitted without it."""
    return {
        project: fitted([*(pair for pair in pairs if pair.project != project), *more], with_all)
        for project in sorted({pair.project for pair in pairs})
    }


def whole_inference(
    crews: Sequence[Judged], without: Mapping[str, tuple[float, ...]], threshold: float
) -> str:
    """How well crews are inferred, the signs and what is added to them, by weights fitted without them.

    Authors mostly leave out edges that reach a task through another one: precision of the edges also with
    those as right.
    """
    right = taken = wanted = implied = waited = waiting = wanted_waits = 0
    for one in crews:
        weights = Weights(without[one.project], threshold)
        found = {
            name: [edge.task for edge in edges]
            for name, edges in infer_dependencies(one.crew, weights).items()
        }
        given, reached = waits({name: one.uses.get(name, ()) for name in found}), waits(found)
        for name, used in one.uses.items():
            right += len(set(used) & set(found[name]))
            taken, wanted = taken + len(found[name]), wanted + len(set(used))
            implied += len(given[name] & set(found[name]))
            waited += len(given[name] & reached[name])
            waiting, wanted_waits = waiting + len(reached[name]), wanted_waits + len(given[name])
    return (
        f"edges: recall {right / wanted:.3f}, precision {right / taken:.3f} "
        f"({implied / taken:.3f} with those implied), "
        f"waits: recall {waited / wanted_waits:.3f}, precision {waited / waiting:.3f}"
    )


def recall_and_precision(scored: Sequence[tuple[Pair, float]], threshold: float) -> tuple[float, float]:
    """Of what tasks wait for, directly or through others, when edges are taken from ``threshold`` on."""
    right = taken = wanted = 0
    for crew in {pair.crew for pair, _ in scored}:
        own = [(pair, score) for pair, score in scored if pair.crew == crew]
        tasks = dict.fromkeys(name for pair, _ in own for name in (pair.earlier, pair.task))
        given = waits(
            {name: [pair.earlier for pair, _ in own if pair.task == name and pair.used] for name in tasks}
        )
        found = waits(
            {name: _taken([one for one in own if one[0].task == name], threshold) for name in tasks}
        )
        for name in {pair.task for pair, _ in own}:
            right += len(given[name] & found[name])
            taken += len(found[name])
            wanted += len(given[name])
    return right / wanted, right / taken if taken else 0.0


def _taken(scored: Sequence[tuple[Pair, float]], threshold: float) -> list[str]:
    """The earlier tasks that one is taken to use."""
    taken = [pair.earlier for pair, score in scored if score >= threshold]
    return taken or [pair.earlier for pair, _ in scored if pair.is_fallback]


def directly(scored: Sequence[tuple[Pair, float]], threshold: float) -> tuple[float, float]:
    """Recall and precision of the edges themselves."""
    taken = [pair for pair, score in scored if score >= threshold]
    right = sum(pair.used for pair in taken)
    return right / sum(pair.used for pair, _ in scored), right / len(taken) if taken else 0.0


def fan_outs_found(weights: Weights, number: int, seed: int) -> dict[str, tuple[int, int]]:
    """Of constructed crews, by kind, how many have all edges and no edge between independent tasks."""
    found: dict[str, tuple[int, int]] = {}
    for one in constructed(number, seed):
        inferred = {
            name: {edge.task for edge in edges}
            for name, edges in infer_dependencies(one.crew, weights).items()
        }
        right = all(one.uses[name] <= inferred[name] for name in one.uses)
        apart = not any(inferred[name] & one.independent for name in one.independent)
        good, all_ = found.get(one.kind, (0, 0))
        found[one.kind] = (good + (right and apart), all_ + 1)
    return found


def main() -> int:
    """Fit, print, write."""
    folders = [Path(argument) for argument in sys.argv[1:]]
    crews = judged_crews(folders)
    real, made = real_pairs(crews), constructed_pairs(CONSTRUCTED, seed=1)
    by_feature = fitted([*real, *made])
    without = left_out(real, made, by_feature)
    scored = [(pair, probability(pair.values, Weights(without[pair.project], 0.5))) for pair in real]
    thresholds = [step / 100 for step in range(5, round(MOST_THRESHOLD * 100) + 1)]
    threshold = max(
        (one for one in thresholds if recall_and_precision(scored, one)[0] >= LEAST_RECALL),
        default=thresholds[0],
    )
    print(
        f"{len(real)} pairs of {len({pair.project for pair in real})} projects, "
        f"{sum(pair.used for pair in real)} used"
    )
    everything = recall_and_precision(scored, 0.0)
    print(f"everything before: recall {everything[0]:.3f}, precision {everything[1]:.3f}")
    for one in (0.2, 0.3, 0.4, threshold):
        recall, precision = recall_and_precision(scored, one)
        print(f"threshold {one:.2f}: recall {recall:.3f}, precision {precision:.3f}, each project left out")
        print("    edges themselves: recall {:.3f}, precision {:.3f}".format(*directly(scored, one)))
    print(f"whole inference: {whole_inference(crews, without, threshold)}")
    weights = Weights(tuple(round(one, 3) for one in by_feature), threshold)
    for kind, (good, all_) in fan_outs_found(weights, CONSTRUCTED, seed=2).items():
        print(f"{kind:12}{good} of {all_} constructed crews right")
    TARGET.write_text(
        json.dumps(
            {"threshold": threshold, "weights": dict(zip(FEATURES, weights.by_feature, strict=True))},
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    for name, weight in zip(FEATURES, weights.by_feature, strict=True):
        print(f"{name:28}{weight:8.3f}")
    return 0 if math.isfinite(sum(weights.by_feature)) else 1


if __name__ == "__main__":
    sys.exit(main())
