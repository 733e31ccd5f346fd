"""The search for mixes of models: which agent on which model, exactly profiled."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from crewprof.analysis.comparison_points import point_of
from crewprof.analysis.other_models import models_of, on_models
from crewprof.crew.definition import Model, ModelSource
from crewprof.plan.model_mixes import MixTable, cheapest, every_mix, front, thinned
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crewprof.analysis.subject import ProfileBasis
    from crewprof.crew.definition import Crew
    from crewprof.estimate.profile import Profile
    from crewprof.plan.model_mixes import Mix, Point

MOST_PROFILED = 600
"""Tasks that are profiled, over all mixes, to look at every mix exactly: about a second."""
MOST_CANDIDATES = 48
"""Mixes that are profiled of those an addition over agents finds."""
MOST_TABLED = 6000
"""Tasks that are profiled to see what each model changes for each agent, and again for the mixes this finds.

In larger crews only the agents that cost most are looked at one by one.
"""
LEAST_TABLED = 6
"""Profiles that are made of every crew, however large."""
SLACK = 0.005
"""How far from the best a mix may be by addition and still be profiled: answers depend on models a little."""


@dataclass(frozen=True, slots=True)
class FoundMix:
    """A mix with what a run takes.

    ``models``: agent to model, for every agent; ``changed``: those that differ from the crew as it is;
    ``is_everybody``: whether that is every agent that makes calls.
    """

    models: Mapping[str, str | None]
    changed: Mapping[str, str]
    profile: Profile
    is_everybody: bool = False

    @property
    def label(self) -> str:
        """What differs from the crew as it is."""
        return ", ".join(f"{name}={model}" for name, model in self.changed.items()) or "as it is"


@dataclass
class MixSearch:
    """The mixes of ``models`` (beside the one each has) over ``agents`` of ``crew``."""

    crew: Crew
    basis: ProfileBasis
    agents: Sequence[str]
    models: Sequence[str]

    @cached_property
    def _ways(self) -> list[list[str | None]]:
        """The models of each agent: the one it has, as ``None``, then the others that have a price."""
        own = models_of(self.basis.complete(self.crew))
        return [[None, *(model for model in self._priced if model != own.get(name))] for name in self.agents]

    @cached_property
    def _priced(self) -> list[str]:
        lookup = self.basis.facts.lookup
        return [one for one in dict.fromkeys(self.models) if lookup(Model(one, ModelSource.DECLARED)).priced]

    @cached_property
    def count(self) -> int:
        """How many mixes there are, the crew as it is among them."""
        number = 1
        for ways in self._ways:
            number *= len(ways)
        return number

    @property
    def is_complete(self) -> bool:
        """Whether every mix is profiled, so that none better can be missed."""
        return self.count * max(1, len(self.crew.tasks)) <= MOST_PROFILED

    def front(self) -> tuple[FoundMix, ...] | None:
        """The mixes that none beats in both cost and time, the cheapest first; one of those that are equal.

        ``None`` where the crew's cost or time is not known.
        """
        if self._points is None:
            return None
        first: dict[Point, Mix] = {}
        for mix, point in self._points.items():
            if point not in first or _changes(mix) < _changes(first[point]):
                first[point] = mix
        return tuple(self._found(first[point]) for point in front(self._points.values()))

    def best(self, max_seconds: Decimal | None, max_cost: Decimal | None) -> FoundMix | None:
        """The cheapest mix within ``max_seconds``, the fastest within ``max_cost``; with both the cheapest
        that keeps both; ``None`` where none does."""

        def fits(point: Point) -> bool:
            in_time = max_seconds is None or point[1] <= float(max_seconds)
            return in_time and (max_cost is None or point[0] <= float(max_cost))

        def by(point: Point) -> Point:
            return point if max_seconds is not None else (point[1], point[0])

        found = cheapest(self._points or {}, fits, by)
        return None if found is None else self._found(found)

    @cached_property
    def _points(self) -> dict[Mix, Point] | None:
        base = point_of(self._profile(tuple(0 for _ in self.agents)))
        if base is None:
            return None
        found = ((mix, point_of(self._profile(mix))) for mix in self._candidates())
        return {mix: point for mix, point in found if point is not None}

    def _candidates(self) -> Iterable[Mix]:
        sizes = [len(ways) for ways in self._ways]
        if self.is_complete:
            return every_mix(sizes)
        table = self._table()
        alike = [tuple(min(number, size - 1) for size in sizes) for number in range(max(sizes))]
        room = min(MOST_CANDIDATES, self._room)
        best = thinned(_one_each(table, table.promising(0.0)), room)
        # What is left of the room goes to mixes that are nearly as good by addition.
        near = thinned(_one_each(table, table.promising(SLACK)), max(2, room - len(best)))
        return list(dict.fromkeys([*alike, *best, *near]))

    @property
    def _room(self) -> int:
        """How many profiles may be made for each of the two steps."""
        return max(LEAST_TABLED, MOST_TABLED // max(1, len(self.crew.tasks)))

    def _looked_at(self, base: Profile) -> set[str]:
        """The agents whose models are looked at one by one: those that cost most, as far as there is room."""
        spent: defaultdict[str | None, Decimal] = defaultdict(Decimal)
        for line in (*base.overhead, *(line for task in base.tasks for line in task.lines)):
            if line.cost_usd is not None:
                spent[line.agent] += line.cost_usd.expected
        in_order = sorted(self.agents, key=lambda name: -spent[name])
        return set(in_order[: max(1, self._room // max(map(len, self._ways)))])

    def _table(self) -> MixTable:
        nothing = tuple(0 for _ in self.agents)
        base = self._profile(nothing)
        looked_at = self._looked_at(base)
        costs, seconds = [], []
        for agent, ways in enumerate(self._ways):
            number = len(ways) if self.agents[agent] in looked_at else 1
            one_by_one = [
                self._profile((*nothing[:agent], way, *nothing[agent + 1 :])) for way in range(number)
            ]
            costs.append([_usd(one) - _usd(base) for one in one_by_one])
            seconds.append([_slower(one, base) for one in one_by_one])
        took = {task.name: task.seconds.expected for task in base.tasks}
        return MixTable(_usd(base), took, base.schedule.groups, costs, seconds)

    def _profile(self, mix: Mix) -> Profile:
        if mix not in self._profiles:
            changed = self.basis.complete(on_models(self.crew, self._changed(mix)))
            self._profiles[mix] = self.basis.profile(changed)
        return self._profiles[mix]

    @cached_property
    def _profiles(self) -> dict[Mix, Profile]:
        return {}

    def _changed(self, mix: Mix) -> dict[str, str]:
        named = zip(self.agents, (ways[way] for ways, way in zip(self._ways, mix, strict=True)), strict=True)
        return {name: model for name, model in named if model is not None}

    def _found(self, mix: Mix) -> FoundMix:
        changed = self._changed(mix)
        complete = self.basis.complete(on_models(self.crew, changed))
        return FoundMix(models_of(complete), changed, self._profile(mix), len(changed) == len(self.agents))


def agents_that_count(profile: Profile, names: Iterable[str]) -> list[str]:
    """The agents among ``names`` that make calls."""
    lines = (*profile.overhead, *(line for task in profile.tasks for line in task.lines))
    calling = {line.agent for line in lines}
    return [name for name in names if name in calling]


def _one_each(table: MixTable, mixes: Sequence[Mix]) -> list[Mix]:
    """Of mixes that are the same by addition the one with the fewest changes, the cheapest first."""
    found: dict[Point, Mix] = {}
    for mix in mixes:
        point = table.point(mix)
        if point not in found or _changes(mix) < _changes(found[point]):
            found[point] = mix
    return list(found.values())


def _changes(mix: Mix) -> int:
    return sum(1 for way in mix if way)


def _usd(profile: Profile) -> float:
    cost = profile.total.cost_usd
    return 0.0 if cost is None else float(cost.expected)


def _slower(one: Profile, base: Profile) -> dict[str, float]:
    pairs = zip(one.tasks, base.tasks, strict=True)
    changes = {after.name: after.seconds.expected - before.seconds.expected for after, before in pairs}
    return {name: more for name, more in changes.items() if more}
