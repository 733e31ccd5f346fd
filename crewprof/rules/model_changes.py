"""Fixes that touch the model of an agent or crew, in whichever form it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Kind
from crewprof.findings import Applicability, Fix, SetValue

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew, Field, Model
    from crewprof.findings import Change
    from crewprof.source.place import Place


def use_model(crew: Crew, owner: Agent | Crew, key: str, present: Model, model: str, title: str) -> Fix:
    """Give ``owner``'s ``key`` (``llm``, ``manager_llm`` …) another ``model``.

    Unsafe, as another model answers otherwise; shown only where Python decides.
    """
    change = _model_change(crew, owner, key, present, model)
    if change is None:
        return Fix(Applicability.DISPLAY, title, suggestion=f'{key}="{model}"')
    return Fix(Applicability.UNSAFE, title, (change,))


def cap_answers(crew: Crew, agent: Agent, present: Model, max_tokens: int) -> Fix:
    """Write ``max_tokens`` where it reaches the LLM: in the ``llm`` mapping of a definition.

    A mapping in a @CrewBase ``agents.yaml`` crashes (``unhashable type: 'dict'``), so there the line of
    Python is shown.
    """
    title = f"end answers at {max_tokens:,} tokens"
    suggestion = f'LLM(model="{present.id}", max_tokens={max_tokens})'
    if crew.kind is not Kind.CREW_YAML:
        return Fix(Applicability.DISPLAY, title, suggestion=suggestion)
    given = agent.fields.get("llm")
    if given is None:
        value = {"model": present.id, "max_tokens": max_tokens}
        change = _at(agent.place, ("llm",), value)
    elif isinstance(given.value, dict):
        change = _at(given.place, ("max_tokens",), max_tokens)
    else:
        change = _at(given.place, (), {"model": present.id, "max_tokens": max_tokens})
    if change is None:
        return Fix(Applicability.DISPLAY, title, suggestion=suggestion)
    return Fix(Applicability.UNSAFE, title, (change,))


def _model_change(crew: Crew, owner: Agent | Crew, key: str, present: Model, model: str) -> Change | None:
    given = owner.fields.get(key)
    if given is None:
        return _at(owner.place, (key,), model) if _yaml_decides(crew, owner) else None
    if given.origin != "yaml":
        return None
    if isinstance(given.value, dict):
        return _at(given.place, (_model_key(given),), model)
    # In a @CrewBase project the value may name an @llm method, whose settings would be lost.
    return _at(given.place, (), model) if given.value == present.id else None


def _yaml_decides(crew: Crew, owner: Agent | Crew) -> bool:
    return crew.kind is Kind.CREW_YAML or owner is not crew


def _model_key(given: Field) -> str:
    assert isinstance(given.value, dict)
    return next((key for key in ("model", "model_name", "deployment_name") if key in given.value), "model")


def _at(place: Place, rest: tuple[str, ...], value: object) -> SetValue | None:
    if place.route is None:
        return None
    return SetValue(place.path, (*place.route, *rest), value)  # type: ignore[arg-type]
