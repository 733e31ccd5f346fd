"""Moving a setting of the LLM from the agent, where it does nothing, to the LLM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import ModelSource
from crewprof.findings import Applicability, Fix, SetValue
from crewprof.rules.key_changes import remove_key, route_of, set_key
from crewprof.rules.model_changes import holds_settings

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew
    from crewprof.findings import Change


def moved_into_llm(crew: Crew, agent: Agent, key: str) -> Fix:
    """Write ``key`` of ``agent`` into the mapping of its ``llm``.

    Unsafe, as it then takes effect. Shown only in the YAML of a @CrewBase project, which takes no mapping
    there, where Python does not import ``LLM``, and where the model is not written down.
    """
    value = agent.fields[key].value
    model = agent.llm.id if agent.llm is not None else None
    title = f"move `{key}` into `llm`"
    shown = Fix(Applicability.DISPLAY, title, suggestion=f'llm=LLM(model="{model or "…"}", {key}={value!r})')
    away = remove_key(agent, key)
    into = _into_llm(crew, agent, key)
    if away is None or into is None:
        return shown
    return Fix(Applicability.UNSAFE, title, (into, away))


def _into_llm(crew: Crew, agent: Agent, key: str) -> Change | None:
    given, llm = agent.fields.get("llm"), agent.llm
    value = agent.fields[key].value
    if not isinstance(value, bool | int | float | str) or llm is None or llm.id is None:
        return None
    if given is not None and isinstance(given.value, dict):
        route = route_of(given)
        if route is None or key in given.value or not holds_settings(crew, given, llm):
            return None
        return SetValue(given.place.path, (*route, key), value)
    if llm.source is ModelSource.ENVIRONMENT:
        return None
    return set_key(crew, agent, "llm", {"model": llm.id, key: value})
