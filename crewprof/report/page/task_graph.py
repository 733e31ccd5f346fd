"""Which task receives what from which, as boxes and lines: what is received comes from above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crewprof.estimate.profile import Dependency, Profile, TaskProfile

MOST_TASKS = 120
"""Tasks up to which a graph can be read."""
PER_ROW = 6
WIDTH, HEIGHT, GAP, DOWN = 176, 48, 16, 44
MARGIN = 6
LETTERS = 22
"""Letters of a name that fit into a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A task: its place in pixels, the number of its agent's colour, what it says."""

    x: int
    y: int
    name: str
    short: str
    told: str
    colour: int


@dataclass(frozen=True, slots=True)
class Line:
    """From the bottom of one box to the top of another, as the path of an SVG; dashed when not certain."""

    path: str
    told: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """All boxes and lines, and the size of the drawing. ``implied``: lines left out, which others imply."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    implied: int


def task_graph(profile: Profile, colours: Mapping[str | None, int]) -> Graph | None:
    """The graph of a crew; ``None`` where it has too many tasks to be read."""
    if not 1 < len(profile.tasks) <= MOST_TASKS:
        return None
    boxes: dict[str, Box] = {}
    layers = _layers(profile.tasks)
    columns = min(PER_ROW, max(len(layer) for layer in layers))
    width = columns * WIDTH + (columns - 1) * GAP + 2 * MARGIN
    y = MARGIN
    tasks = {task.name: task for task in profile.tasks}
    for row in _rows(layers):
        used = len(row) * WIDTH + (len(row) - 1) * GAP
        for number, name in enumerate(row):
            x = (width - used) // 2 + number * (WIDTH + GAP)
            boxes[name] = _box(tasks[name], x, y, colours)
        y += HEIGHT + DOWN
    shown, implied = _direct(profile.tasks)
    lines = [_line(boxes[one.task], boxes[name], one) for name, one in shown if one.task in boxes]
    return Graph(width, y - DOWN + MARGIN, tuple(boxes.values()), tuple(lines), implied)


def _layers(tasks: Sequence[TaskProfile]) -> list[list[str]]:
    """Names of tasks, those that receive nothing first, each below all it receives from, near those."""
    depth: dict[str, int] = {}
    layers: list[list[str]] = []
    for task in tasks:
        above = [depth[one.task] for one in task.depends_on if one.task in depth]
        depth[task.name] = 1 + max(above, default=-1)
        while len(layers) <= depth[task.name]:
            layers.append([])
        layers[depth[task.name]].append(task.name)
    at: dict[str, float] = {}
    sources = {task.name: [one.task for one in task.depends_on] for task in tasks}
    for layer in layers:
        middle = {name: _mean([at[one] for one in sources[name] if one in at]) for name in layer}
        # Each below the middle of what it receives from: fewer lines cross.
        layer.sort(key=lambda name: middle[name])
        at.update({name: (number + 0.5) / len(layer) for number, name in enumerate(layer)})
    return layers


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.5


def _rows(layers: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    for layer in layers:
        for start in range(0, len(layer), PER_ROW):
            yield layer[start : start + PER_ROW]


def _box(task: TaskProfile, x: int, y: int, colours: Mapping[str | None, int]) -> Box:
    cost = numbers.money(None if task.cost_usd is None else task.cost_usd.expected)
    told = f"{numbers.at_least(cost, is_least=not task.known)} · {numbers.seconds(task.seconds.expected)}"
    name = plain(task.name)
    short = name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"
    return Box(x, y, name, short, told, colours[task.agent])


def _direct(tasks: Sequence[TaskProfile]) -> tuple[list[tuple[str, Dependency]], int]:
    """The dependencies that no chain of others implies, and how many those leave out."""
    above: dict[str, set[str]] = {}
    shown: list[tuple[str, Dependency]] = []
    implied = 0
    for task in tasks:
        own = {one.task for one in task.depends_on}
        # Of tasks that receive every earlier output, all lines but the last are implied: a graph of them
        # would be black.
        behind = set().union(*(above.get(name, set()) for name in own))
        above[task.name] = own | behind
        for one in task.depends_on:
            if one.task in behind:
                implied += 1
            else:
                shown.append((task.name, one))
    return shown, implied


def _line(source: Box, target: Box, edge: Dependency) -> Line:
    x1, y1 = source.x + WIDTH // 2, source.y + HEIGHT
    x2, y2 = target.x + WIDTH // 2, target.y
    bend = max(16, (y2 - y1) // 2)
    path = f"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"
    via = {"context": "its context", "default": "CrewAI's default context", "text": "its text"}[edge.via]
    return Line(path, f"{target.name} receives the output of {source.name} ({via})", edge.certain)
