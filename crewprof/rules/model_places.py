"""Where a crew chooses its models: agents, manager, planner, function calling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from crewprof.crew.definition import Crew, ModelSource, Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Model
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
        """Where the choice is written; the owner if it is not."""
        return self.owner.place_of(self.key)

    @property
    def is_agent(self) -> bool:
        """Whether an agent owns it."""
        return not isinstance(self.owner, Crew)


def model_places(crew: Crew) -> Iterator[ModelPlace]:
    """Every declared model that calls will go to."""
    agents = [*crew.agents, *([crew.manager_agent] if crew.manager_agent is not None else [])]
    for agent in agents:
        if _is_declared(agent.llm):
            yield ModelPlace(agent.llm, agent, "llm", f"agent '{agent.name}'")
    if crew.process is Process.HIERARCHICAL and crew.manager_agent is None and _is_declared(crew.manager_llm):
        yield ModelPlace(crew.manager_llm, crew, "manager_llm", "the manager")
    if crew.planning and "planning_llm" in crew.fields and _is_declared(crew.planning_llm):
        yield ModelPlace(crew.planning_llm, crew, "planning_llm", "the planner")


def _is_declared(model: Model | None) -> TypeGuard[Model]:
    return model is not None and model.id is not None and model.source is ModelSource.DECLARED
