"""A crew as a fix that is only shown would make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crewprof.crew.definition import Model, ModelSource, Process
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.crew.definition import Crew
    from crewprof.findings import Meant

_PLAIN: Final = {
    "agent": frozenset(
        {"allow_delegation", "cache", "max_iter", "max_rpm", "memory", "planning", "reasoning"}
    )
    | {"max_reasoning_attempts"},
    "task": frozenset({"async_execution", "context"}),
    "crew": frozenset({"cache", "max_rpm", "memory", "planning"}),
}
"""Keys whose value is the value of the field of the same name."""
_MODELS: Final = frozenset({"llm", "manager_llm", "planning_llm"})


def crew_as_meant(crew: Crew, meant: Sequence[Meant]) -> Crew | None:
    """``crew`` with what is ``meant``; ``None`` where that is not a matter of its fields."""
    for one in meant:
        changed = _with(crew, one)
        if changed is None:
            return None
        crew = changed
    return crew


def _with(crew: Crew, meant: Meant) -> Crew | None:
    fields = _fields(crew, meant)
    if fields is None:
        return None
    if meant.owner == "crew":
        return replace(crew, **fields)
    if meant.owner == "task":
        return replace(
            crew, tasks=tuple(replace(one, **fields) if one.name == meant.name else one for one in crew.tasks)
        )
    listed, others = (
        tuple(replace(one, **fields) if one.name == meant.name else one for one in agents)
        for agents in (crew.agents, crew.outside_agents)
    )
    return replace(crew, agents=listed, outside_agents=others)


def _fields(crew: Crew, meant: Meant) -> dict[str, Any] | None:
    """The field that is another then; ``None`` where there is no such field."""
    if meant.key in _PLAIN[meant.owner]:
        return {meant.key: meant.value}
    if meant.key == "process":
        return {meant.key: Process(meant.value)}
    if meant.key in _MODELS and isinstance(meant.value, str):
        owner = crew if meant.name is None else crew.agent(meant.name)
        present = getattr(owner, meant.key) or Model(meant.value, ModelSource.DECLARED)
        return {meant.key: replace(present, id=meant.value, source=ModelSource.DECLARED)}
    return None
