"""What a rule looks at: one crew, what CrewAI does with it, and what that costs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from crewprof.models import is_nobodys, lookup
from crewprof.models.catalogue import today
from crewprof.models.identity import Route
from crewprof.plan.kept_prompts import fastest_in_order, fastest_moved, keeping_prompts
from crewprof.quick_dataclasses import dataclass, field
from crewprof.rules.model_places import model_places
from crewprof.semantics.context import TaskContext, contexts_of
from crewprof.semantics.refusals import Objection, Outcome, objections
from crewprof.semantics.schedule import Groups, groups_of
from crewprof.semantics.workforce import idle_agents, is_twin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from crewprof.crew.definition import Agent, Crew, Model
    from crewprof.estimate.profile import Profile
    from crewprof.models import CatalogueEntry, Override
    from crewprof.plan.kept_prompts import Rearrangement
    from crewprof.plan.schedule_problem import ScheduleProblem
    from crewprof.semantics.behavior import Behavior
    from crewprof.source.field import PlainValue

FunctionCalling: TypeAlias = "Callable[[Model | None], bool]"
"""Whether CrewAI treats a model as one that can call functions."""

Catalogue: TypeAlias = "Callable[[Model], CatalogueEntry]"


def _entry_of(model: Model) -> CatalogueEntry:
    return lookup(model.id or "")


@dataclass(frozen=True)
class Subject:
    """One crew and everything known about it. What is costly to know is worked out when first asked.

    ``inputs`` are the values given for one run besides the crew's own ``inputs``; they win over those.
    """

    crew: Crew
    behavior: Behavior
    profile: Profile
    function_calling: FunctionCalling
    inputs: Mapping[str, PlainValue] = field(default_factory=dict)
    catalogue: Catalogue = field(default=_entry_of)
    """What is known of a model, the user's settings included."""
    overrides: Mapping[str, Override] = field(default_factory=dict)
    """What the user knows better than the catalogue, by model: prices first of all."""
    tiers: Mapping[str, str] = field(default_factory=dict)
    """The model the user wants for work of a tier."""
    today: date = field(default_factory=today)

    @cached_property
    def contexts(self) -> Mapping[str, TaskContext]:
        """What each task receives from others, by name."""
        return contexts_of(self.crew, self.behavior)

    @cached_property
    def objections(self) -> tuple[Objection, ...]:
        """What CrewAI refuses, crashes on, ignores or does silently."""
        return objections(self.crew, self.behavior, self.function_calling, self._served_by)

    def _served_by(self, model: Model) -> str:
        """The class of CrewAI that serves a model, by its provider."""
        identity = self.catalogue(model).identity
        is_litellm = identity.route is Route.LITELLM or model.parameters.get("is_litellm")
        return "litellm" if is_litellm else identity.provider_class

    @cached_property
    def kinds_of_objections(self) -> frozenset[str]:
        """The kinds of :attr:`objections`."""
        return frozenset(one.kind.value for one in self.objections)

    @cached_property
    def refused(self) -> bool:
        """Whether CrewAI does not build the crew."""
        models = (self.catalogue(one.model) for one in model_places(self.crew))
        return any(one.outcome is Outcome.REFUSED for one in self.objections) or any(
            is_nobodys(entry.identity) for entry in models
        )

    @cached_property
    def workers(self) -> tuple[Agent, ...]:
        """The agents that can be asked something, listed or not; of twins only those that have a task."""
        busy = {task.agent for task in self.crew.tasks}
        idle = {agent.name for agent in idle_agents(self.crew)}
        return tuple(
            agent
            for agent in self.crew.workers
            if agent.name in busy or not (agent.name in idle or is_twin(agent, self.crew))
        )

    @property
    def on_one_machine(self) -> bool:
        """Whether one machine of the user's own answers everything: it is no faster for being asked two
        things at once."""
        models = [agent.llm for agent in self.workers if agent.llm is not None]
        return bool(models) and all(self.catalogue(model).local for model in models)

    @cached_property
    def prompt_keeping(self) -> ScheduleProblem | None:
        """Which schedules leave each call the messages it has now; ``None`` where nothing can be said."""
        return keeping_prompts(self.crew, self.profile, self.behavior)

    @cached_property
    def fastest_in_order(self) -> Rearrangement | None:
        """The fastest of those schedules that moves no task."""
        problem = self.prompt_keeping
        return None if problem is None else fastest_in_order(self.crew, problem, self.behavior)

    @cached_property
    def fastest(self) -> Rearrangement | None:
        """The fastest of those schedules, tasks moved where that saves time."""
        problem = self.prompt_keeping
        if problem is None:
            return None
        return fastest_moved(self.crew, problem, self.behavior, self.fastest_in_order)

    @cached_property
    def groups(self) -> Groups:
        """Which tasks run together, in time order."""
        return groups_of(self.crew)
