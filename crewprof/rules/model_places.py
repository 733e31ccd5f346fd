"""Where a crew chooses its models: agents, manager, planner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Crew, ModelSource, Process
from crewprof.name_lists import called, listed
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.crew.definition import Agent, Model
    from crewprof.rules.subject import Subject
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """A model somebody chose: for ``what`` (a noun for messages), at ``owner``'s ``key``."""

    model: Model
    owner: Agent | Crew
    key: str
    what: str

    @property
    def place(self) -> Place:
        """Where the choice is written."""
        return self.owner.place_of(self.key)

    @property
    def agents(self) -> tuple[str, ...]:
        """The agent it is for; none for the crew's own."""
        return () if isinstance(self.owner, Crew) else (self.owner.name,)


def model_places(crew: Crew) -> Iterator[ModelPlace]:
    """Every model the crew's text chooses and calls will go to."""
    agents = list(crew.workers)
    if crew.manager_agent is not None:
        agents.append(crew.manager_agent)
    for agent in agents:
        yield from _place(agent.llm, agent, "llm", f"agent '{agent.name}'")
    if crew.process is Process.HIERARCHICAL and crew.manager_agent is None:
        yield from _place(crew.manager_llm, crew, "manager_llm", "the manager")
    if crew.planning:
        yield from _place(crew.planning_llm, crew, "planning_llm", "the planner")


def function_callers(crew: Crew) -> Iterator[ModelPlace]:
    """Every model the crew's text chooses for calling functions: made with its agent, called or not."""
    key = "function_calling_llm"
    for agent in crew.agents:
        yield from _place(agent.function_calling_llm, agent, key, f"agent '{agent.name}' ({key})")
    yield from _place(crew.function_calling_llm, crew, key, f"the crew ({key})")


def by_model(subject: Subject) -> Mapping[str | None, Sequence[ModelPlace]]:
    """The places of each model that somebody can be asked on, by model."""
    asked = {agent.name for agent in (*subject.workers, subject.crew.manager_agent) if agent is not None}
    places: dict[str | None, list[ModelPlace]] = {}
    for chosen in model_places(subject.crew):
        if asked.issuperset(chosen.agents):
            places.setdefault(chosen.model.id, []).append(chosen)
    return places


def users(places: Sequence[ModelPlace]) -> str:
    """``agent 'writer'``, or of several ``agents writer, editor and critic and the planner``."""
    names = [name for one in places for name in one.agents]
    others = [one.what for one in places if not one.agents]
    return listed([*([agents_named(names)] if names else []), *others])


def agents_named(names: Sequence[str]) -> str:
    """``agent 'writer'``, or of several ``agents writer, editor and critic``."""
    return f"agent{'s' * (len(names) > 1)} {called(names)}"


def _place(model: Model | None, owner: Agent | Crew, key: str, what: str) -> Iterator[ModelPlace]:
    is_written = model is not None and model.id and model.source is ModelSource.DECLARED
    if model is not None and is_written and key in owner.fields:
        yield ModelPlace(model, owner, key, what)


def is_without_openai(subject: Subject) -> bool:
    """Whether no agent of the crew calls OpenAI: all of their models are known, and none is one of its."""
    models = [agent.llm for agent in subject.crew.agents]
    return bool(models) and all(
        model is not None and model.id is not None and subject.catalogue(model).provider != "openai"
        for model in models
    )
