"""Inferred dependencies against the contexts authors wrote themselves, hidden from the inference.

Takes every crew in the folder of real crews (``crews`` below ``CREWPROF_SHARED``, default ``../shared/data``)
whose YAML has tasks with a ``context`` of earlier tasks. Prints recall (a missed dependency harms) and
precision of the edges, beside two plain methods: everything before, and weighted word overlap with the
threshold that reaches a recall of 0.95; of the edges, and of what tasks wait for through others too.
Authors mostly leave out edges that reach a task through another one: ``implied`` is the precision of the
edges when those are not counted as wrong. Below, how many constructed crews of each kind come out right.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.fan_outs import constructed
from benchmarks.written_fan_outs import (
    CHAINS_SEEN,
    CHAINS_UNSEEN,
    CHAINS_UNSEEN_LATER,
    SEEN,
    UNSEEN,
    UNSEEN_LATER,
    found_whole,
)
from crewprof.crew.definition import Crew, Kind, Task
from crewprof.crew.written import Judge, Written
from crewprof.errors import InputError
from crewprof.plan.dependencies import infer_dependencies
from crewprof.source.jsonc_document import parse_jsonc
from crewprof.source.text import SourceText
from crewprof.source.yaml_document import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Edges: TypeAlias = "dict[str, set[str]]"
CONSTRUCTED = 150
SUFFIXES = {".yaml", ".yml", ".json", ".jsonc"}


def main() -> None:
    folder = Path(os.environ.get("CREWPROF_SHARED", "../shared")) / "data" / "crews"
    if not folder.is_dir():
        sys.exit(f"no crews in {folder}: set CREWPROF_SHARED to the folder that holds data/crews")
    crews = list(distinct(crews_below(folder)))
    tasks = sum(len(declared(crew)) for crew in crews)
    print(f"{tasks} tasks of {len(crews)} crews whose authors wrote `context`")
    print(f"{'':28}{'recall':>8}{'precision':>11}{'implied':>9}   waiting: recall, precision")
    overlap = {crew.path: overlaps(crew) for crew in crews}
    threshold = max(t / 1000 for t in range(1000) if measured(crews, above(overlap, t / 1000))[0] >= 0.95)
    for name, method in (
        ("everything before", everything_before),
        (f"word overlap from {threshold:.3f}", above(overlap, threshold)),
        ("crewprof", inferred),
    ):
        recall, precision = measured(crews, method)
        waits = measured_waiting(crews, method)
        implied = precision_with_implied(crews, method)
        print(f"{name:28}{recall:8.3f}{precision:11.3f}{implied:9.3f}{waits[0]:20.3f}{waits[1]:11.3f}")
    print("\nconstructed crews with all edges and none between tasks that could run side by side")
    for kind, (right, number) in constructed_right(CONSTRUCTED).items():
        print(f"{kind:28}{right:4} of {number}")
    print("\nwritten by hand: all found, and nothing between siblings")
    for name, written in (
        ("fan-outs fitted on", SEEN),
        ("fan-outs kept aside", UNSEEN),
        ("fan-outs written later", UNSEEN_LATER),
        ("chains fitted on", CHAINS_SEEN),
        ("chains kept aside", CHAINS_UNSEEN),
        ("chains written later", CHAINS_UNSEEN_LATER),
    ):
        print(f"{name:28}{found_whole(written):4} of {len(written)}")


def measured_waiting(crews: list[Crew], method: Callable[[Crew], Edges]) -> tuple[float, float]:
    """Recall and precision of what tasks wait for, directly or through others."""
    right = found = wanted = 0
    for crew in crews:
        given, guessed = reached(declared(crew)), reached(method(crew))
        for task in declared(crew):
            right += len(given[task] & guessed[task])
            found += len(guessed[task])
            wanted += len(given[task])
    return right / wanted, right / found if found else 0.0


def precision_with_implied(crews: list[Crew], method: Callable[[Crew], Edges]) -> float:
    """Precision of the edges when one that is reached through another is right, too."""
    right = found = 0
    for crew in crews:
        given, guessed = reached(declared(crew)), method(crew)
        right += sum(len(given[task] & guessed[task]) for task in given)
        found += sum(len(guessed[task]) for task in given)
    return right / found if found else 0.0


def reached(edges: Edges) -> Edges:
    """Every task with all that it waits for."""
    found: Edges = {}
    for task, direct in edges.items():
        found[task] = set(direct).union(*(found.get(one, set()) for one in direct))
    return found


def constructed_right(number: int) -> dict[str, tuple[int, int]]:
    """By kind, of how many constructed crews the dependencies are found as they are."""
    found: dict[str, tuple[int, int]] = {}
    for one in constructed(number, seed=11):
        edges = inferred(one.crew)
        kept = all(one.uses[name] <= edges[name] for name in one.uses)
        apart = not any(edges[name] & one.independent for name in one.independent)
        right, all_ = found.get(one.kind, (0, 0))
        found[one.kind] = (right + (kept and apart), all_ + 1)
    return found


def crews_below(folder: Path) -> Iterator[Crew]:
    for path in sorted(folder.rglob("*")):
        if path.suffix not in SUFFIXES or not path.is_file():
            continue
        try:
            text = SourceText.read(path)
            document = parse_jsonc(text) if path.suffix.startswith(".json") else parse_yaml(text)
        except InputError:
            continue
        listed = tasks_in(document.data)
        if listed:
            place = document.place_of(())
            tasks = tuple(
                Task(
                    name=str(one.get("name") or f"task {number}"),
                    place=place,
                    description=str(one["description"]),
                    expected_output=str(one.get("expected_output") or ""),
                    output_file=one["output_file"] if isinstance(one.get("output_file"), str) else None,
                    context=tuple(map(str, one["context"])) if isinstance(one.get("context"), list) else None,
                )
                for number, one in enumerate(listed, start=1)
            )
            yield Crew(
                str(path),
                str(path),
                Kind.CREW_YAML,
                place,
                Written("crew-yaml", Judge.DEFINITION),
                agents=(),
                tasks=tasks,
            )


def tasks_in(data: object) -> list[dict[str, Any]]:
    if not isinstance(data, dict):
        return []
    found = data.get("tasks", data)
    named = (
        [{"name": name, **one} for name, one in found.items() if isinstance(one, dict)]
        if isinstance(found, dict)
        else found
    )
    listed = [one for one in named or [] if isinstance(one, dict)]
    return [one for one in listed if isinstance(one.get("description"), str)]


def distinct(crews: Iterator[Crew]) -> Iterator[Crew]:
    seen: set[tuple[str | None, ...]] = set()
    for crew in crews:
        key = tuple(task.description for task in crew.tasks)
        if key not in seen and declared(crew):
            seen.add(key)
            yield crew


def declared(crew: Crew) -> Edges:
    """The edges authors wrote, of tasks that have any."""
    names = [task.name for task in crew.tasks]
    edges = {
        task.name: {name for name in task.context or () if name in names[:index]}
        for index, task in enumerate(crew.tasks)
    }
    return {name: listed for name, listed in edges.items() if listed}


def measured(crews: list[Crew], method: Callable[[Crew], Edges]) -> tuple[float, float]:
    """Recall and precision over all edges."""
    right = found = wanted = 0
    for crew in crews:
        guessed = method(crew)
        for task, edges in declared(crew).items():
            right += len(edges & guessed[task])
            found += len(guessed[task])
            wanted += len(edges)
    return right / wanted, right / found if found else 0.0


def inferred(crew: Crew) -> Edges:
    return {name: {edge.task for edge in edges} for name, edges in infer_dependencies(crew).items()}


def everything_before(crew: Crew) -> Edges:
    names = [task.name for task in crew.tasks]
    return {name: set(names[:index]) for index, name in enumerate(names)}


def overlaps(crew: Crew) -> dict[str, dict[str, float]]:
    words = {task.name: set(re.findall(r"\w{3,}", task_text(task))) for task in crew.tasks}
    occurrences = Counter(word for one in words.values() for word in one)
    weight = {word: math.log(1 + len(words) / count) for word, count in occurrences.items()}
    names = list(words)
    return {
        name: {
            other: sum(weight[word] for word in words[name] & words[other])
            / (sum(weight[word] for word in words[name]) or 1.0)
            for other in names[:index]
        }
        for index, name in enumerate(names)
    }


def task_text(task: Task) -> str:
    return f"{task.description} {task.expected_output}".lower()


def above(overlap: dict[str, dict[str, dict[str, float]]], threshold: float) -> Callable[[Crew], Edges]:
    return lambda crew: {
        name: {other for other, share in shares.items() if share >= threshold}
        for name, shares in overlap[crew.path].items()
    }


if __name__ == "__main__":
    main()
