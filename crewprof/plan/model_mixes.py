"""Which model for which agent: the mixes that no other mix beats in both money and time.

What a change of one agent's model does is added up over agents. That is exact where tasks spend by
themselves, and near it where an answer's length depends on its model; whoever needs the exact amounts works
them out for the mixes found here.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from crewprof.quick_dataclasses import dataclass, field
from crewprof.semantics.schedule import makespan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crewprof.semantics.schedule import Groups

Mix: TypeAlias = "tuple[int, ...]"
"""For each agent the number of its model; 0 is the one it has."""
Point: TypeAlias = "tuple[float, float]"
"""USD and seconds of an expected run."""

Item = TypeVar("Item")

MOST_COUNTED = 20_000
"""Mixes that are all looked at; of more, those that descents from several starts come by."""
PASSES = 3
TRADES = 24
"""Prices of a second at which a descent weighs money against time."""


@dataclass(frozen=True)
class MixTable:
    """What each agent's models change: USD of a run, and seconds of tasks by name.

    ``costs`` and ``seconds`` have, for each agent, one entry a model, the first for the one it has.
    """

    cost: float
    task_seconds: Mapping[str, float]
    groups: Groups
    costs: Sequence[Sequence[float]]
    seconds: Sequence[Sequence[Mapping[str, float]]]
    _known: dict[Mix, Point] = field(default_factory=dict, repr=False)

    def point(self, mix: Mix) -> Point:
        """USD and seconds of a run with ``mix``."""
        if mix not in self._known:
            took = dict(self.task_seconds)
            for agent, model in enumerate(mix):
                for task, more in self.seconds[agent][model].items():
                    took[task] += more
            money = self.cost + sum(self.costs[agent][model] for agent, model in enumerate(mix))
            self._known[mix] = (money, makespan(self.groups, took))
        return self._known[mix]

    @property
    def mixes(self) -> int:
        """How many mixes there are."""
        count = 1
        for models in self.costs:
            count *= len(models)
        return count

    @property
    def is_counted(self) -> bool:
        """Whether every mix is looked at."""
        return self.mixes <= MOST_COUNTED

    def promising(self, slack: float) -> list[Mix]:
        """Mixes that none beats by more than ``slack``, a share of both amounts; the cheapest first."""
        points = {mix: self.point(mix) for mix in self._looked_at()}
        best = front(points.values())
        least = [(money * (1 + slack), took * (1 + slack)) for money, took in best]
        kept = [
            mix
            for mix, (money, took) in points.items()
            if any(money <= other[0] and took <= other[1] for other in least)
        ]
        return sorted(kept, key=lambda mix: points[mix])

    def _looked_at(self) -> Iterable[Mix]:
        if self.is_counted:
            return product(*(range(len(models)) for models in self.costs))
        return self._met()

    def _met(self) -> set[Mix]:
        """Every mix that is met on the way to the least of money plus time, at many prices of a second."""
        agents = range(len(self.costs))
        most = max(len(models) for models in self.costs)
        # From each row of models: a descent changes one agent at a time and stops in the nearest valley.
        starts = [tuple(min(model, len(self.costs[agent]) - 1) for agent in agents) for model in range(most)]
        money, took = self.point(starts[0])
        rate = (money or 1e-6) / (took or 1.0)
        met: set[Mix] = set(starts)
        for start in starts:
            for step in range(TRADES):
                # From a thousandth of what the present mix pays for a second to a thousand times that, in
                # steps of four a decade.
                price = rate * 10 ** (step / 4 - TRADES / 8)
                met.add(self._descended(start, price))
        met.update(self._walked(min(met, key=self.point)))
        return met

    def _walked(self, mix: Mix) -> Iterator[Mix]:
        """From the cheapest mix on: the change of one agent that saves most seconds for its money, and so on.

        Descents alone miss what lies between two mixes when all agents trade money for time alike.
        """
        while True:
            money, took = self.point(mix)
            ways = [
                (*mix[:agent], model, *mix[agent + 1 :])
                for agent, models in enumerate(self.costs)
                for model in range(len(models))
            ]
            faster = [way for way in ways if self.point(way)[1] < took]
            if not faster:
                return
            mix = min(faster, key=lambda way: (self.point(way)[0] - money) / (took - self.point(way)[1]))
            yield mix

    def _descended(self, mix: Mix, price: float) -> Mix:
        """The mix that no change of one agent's model makes better, by money plus ``price`` a second."""

        def worth(one: Mix) -> float:
            money, took = self.point(one)
            return money + price * took

        for _ in range(PASSES):
            before = mix
            for agent, models in enumerate(self.costs):
                ways = [(*mix[:agent], model, *mix[agent + 1 :]) for model in range(len(models))]
                mix = min(ways, key=worth)
            if mix == before:
                break
        return mix


def front(points: Iterable[Point]) -> list[Point]:
    """The points that no other is as good as in both and better in one, the cheapest first."""
    kept: list[Point] = []
    for point in sorted(set(points)):
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return kept


def thinned(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many (two or more) of ``items``, evenly spaced, both ends among them."""
    if len(items) <= most:
        return list(items)
    step = (len(items) - 1) / (most - 1)
    return [items[round(number * step)] for number in range(most)]


def every_mix(sizes: Sequence[int]) -> Iterator[Mix]:
    """Every way to choose one of so many models for each agent."""
    return product(*(range(size) for size in sizes))


def cheapest(
    mixes: Mapping[Mix, Point], fits: Callable[[Point], bool], by: Callable[[Point], Point]
) -> Mix | None:
    """The mix with the least ``by`` among those that fit; ``None`` where none does."""
    fitting = [mix for mix, point in mixes.items() if fits(point)]
    return min(fitting, key=lambda mix: by(mixes[mix]), default=None)
