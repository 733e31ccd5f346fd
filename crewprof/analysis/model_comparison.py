"""A crew on other models, side by side, and which mixes of models are worth a look.

Every row is the profile of the crew with its agents' models replaced, as an edit of its text would give it.
Nothing here says anything about how good the answers are.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.analysis.comparison_points import point_of
from crewprof.analysis.model_mixes import MixSearch, agents_that_count
from crewprof.analysis.other_models import models_of, on_models
from crewprof.analysis.subject import profile_basis
from crewprof.estimate.crew_calls import SemanticCalls
from crewprof.estimate.window_fit import largest_call
from crewprof.models import crewai_context_window
from crewprof.plan.model_mixes import front
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.prompt_setting import PromptSetting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.analysis.model_mixes import FoundMix
    from crewprof.analysis.options import AnalysisOptions
    from crewprof.analysis.subject import ProfileBasis
    from crewprof.crew.definition import Crew, Model
    from crewprof.estimate.profile import Profile
    from crewprof.quantity import Range

Ability: TypeAlias = Literal["function calling", "structured output"]

AS_IT_IS = "as it is"
"""Label of the first row."""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """The crew with some models.

    ``models``: agent to model, ``None`` where it is not known. ``does_not_fit``: tasks whose largest prompt
    is expected to be longer than what CrewAI sends to their model. ``lacks``: what tasks of the crew need and
    the model of their agent cannot do, as CrewAI sees it. ``on_front``: no other row is as good in both cost
    and time and better in one.
    """

    label: str
    models: Mapping[str, str | None]
    profile: Profile
    does_not_fit: tuple[str, ...]
    lacks: tuple[Ability, ...]
    monthly_cost_usd: Range[Decimal] | None
    on_front: bool = False


@dataclass(frozen=True, slots=True)
class Goals:
    """What a mix is looked for: the cheapest in so many seconds, the fastest for so many USD."""

    max_seconds: Decimal | None = None
    max_cost: Decimal | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is any."""
        return self.max_seconds is not None or self.max_cost is not None


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """The rows of one crew, the first as it is, and the front of cost and time over its agents' models.

    ``front`` is ``None`` where cost or time of the crew is not known. ``all_mixes``: whether every mix was
    looked at. ``wanted``: the mix that reaches the goals, ``None`` where none does or none are set.
    """

    crew: Crew
    rows: tuple[ComparedRow, ...]
    front: tuple[FoundMix, ...] | None
    mixes: int
    all_mixes: bool
    goals: Goals
    wanted: FoundMix | None
    runs_per_month: int | None


def compare_crew(
    crew: Crew,
    options: AnalysisOptions,
    models: Sequence[str],
    mixes: Sequence[Mapping[str, str]],
    goals: Goals,
) -> ModelComparison:
    """``crew`` as it is, with every agent on each of ``models``, and with each of ``mixes`` (agent to model).

    Raises :class:`InputError` for what makes a profile impossible.
    """
    basis = profile_basis(crew, options)
    names = list(models_of(basis.complete(crew)))
    chosen: list[tuple[str, Mapping[str, str]]] = [(AS_IT_IS, {})]
    chosen += [(model, dict.fromkeys(names, model)) for model in models]
    chosen += [(", ".join(f"{name}={model}" for name, model in mix.items()), mix) for mix in mixes]
    rows = [_row(crew, basis, label, mix) for label, mix in chosen]
    search = MixSearch(crew, basis, agents_that_count(rows[0].profile, names), models)
    found = search.front()
    is_searched = found is not None and goals.are_set
    return ModelComparison(
        crew=crew,
        rows=tuple(_on_front(rows)),
        front=found,
        mixes=search.count,
        all_mixes=search.is_complete,
        goals=goals,
        wanted=search.best(goals.max_seconds, goals.max_cost) if is_searched else None,
        runs_per_month=options.runs_per_month,
    )


def _row(crew: Crew, basis: ProfileBasis, label: str, mix: Mapping[str, str]) -> ComparedRow:
    changed = basis.complete(on_models(crew, mix))
    profile = basis.profile(changed)
    cost, runs = profile.total.cost_usd, basis.options.runs_per_month
    setting = PromptSetting(basis.texts, basis.behavior, basis.options.today, basis.facts.calls_functions)
    calls = SemanticCalls(changed, setting)
    ran_by = {task.name: calls.model(task) for task in changed.tasks}
    return ComparedRow(
        label=label,
        models=models_of(changed),
        profile=profile,
        does_not_fit=tuple(_too_long(profile, basis, ran_by)),
        lacks=tuple(dict.fromkeys(_lacking(changed, basis, ran_by))),
        monthly_cost_usd=None if cost is None or runs is None else cost.scaled(Decimal(runs)),
    )


def _too_long(profile: Profile, basis: ProfileBasis, ran_by: Mapping[str, Model | None]) -> Iterator[str]:
    for task in profile.tasks:
        llm = ran_by.get(task.name)
        if llm is None or llm.id is None:
            continue
        entry = basis.facts.lookup(llm)
        room = crewai_context_window(entry.identity).usable
        if entry.context_window is not None:
            # CrewAI may take the window for larger than the model's is.
            room = min(room, entry.context_window)
        if largest_call(task) > room:
            yield task.name


def _lacking(crew: Crew, basis: ProfileBasis, ran_by: Mapping[str, Model | None]) -> Iterator[Ability]:
    """What CrewAI does by calling functions of a model: hand it tools, and have it fill an output class."""
    agents = {agent.name: agent for agent in crew.workers}
    for task in crew.tasks:
        llm = ran_by.get(task.name)
        if llm is None or basis.facts.calls_functions(llm):
            continue
        agent = agents.get(task.agent or "")
        if task.tools or (agent is not None and agent.tools):
            yield "function calling"
        if task.output_pydantic or task.output_json or task.response_model:
            yield "structured output"


def _on_front(rows: Sequence[ComparedRow]) -> Iterator[ComparedRow]:
    points = [point_of(row.profile) for row in rows]
    best = set(front([point for point in points if point is not None]))
    for row, point in zip(rows, points, strict=True):
        yield replace(row, on_front=point in best)
