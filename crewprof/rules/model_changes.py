"""Fixes that touch the model of an agent or crew, in whichever form it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import ModelSource
from crewprof.crew.model_value import MODEL_KEYS
from crewprof.findings import Applicability, Fix, SetValue
from crewprof.rules.key_changes import meant, route_of, set_key

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew, Model
    from crewprof.findings import PlainData
    from crewprof.source.field import Field


def use_model(crew: Crew, owner: Agent | Crew, key: str, present: Model, model: str) -> Fix:
    """Give ``owner``'s ``key`` (``llm``, ``manager_llm`` …) another ``model``.

    Unsafe, as another model answers otherwise; shown only where Python decides.
    """
    title = f"set `{key}: {model}`"
    change = _model_change(crew, owner, key, present, model)
    if change is None:
        return Fix(
            Applicability.DISPLAY, title, suggestion=f'{key}="{model}"', meant=meant(owner, key, model)
        )
    return Fix(Applicability.UNSAFE, title, (change,))


def cap_answers(crew: Crew, owner: Agent | Crew, key: str, present: Model, max_tokens: int) -> Fix:
    """Write ``max_tokens`` where it reaches the LLM: in the mapping a definition takes under ``key``, or in
    ``LLM(…)`` where Python imports that.

    A mapping in a @CrewBase ``agents.yaml`` crashes (``unhashable type: 'dict'``), so there the line of
    Python is shown; so it is where the environment chooses the model, for the settings have to name one.
    """
    title = f"set `max_tokens: {max_tokens}`"
    suggestion = f'{key}=LLM(model="{present.id}", max_tokens={max_tokens})'
    shown = Fix(Applicability.DISPLAY, title, suggestion=suggestion)
    if present.source is ModelSource.ENVIRONMENT:
        return shown
    given = owner.fields.get(key)
    change: SetValue | None
    if given is not None and isinstance(given.value, dict):
        change = _inside(given, "max_tokens", max_tokens) if holds_settings(crew, given, present) else None
    else:
        change = set_key(crew, owner, key, {"model": present.id, "max_tokens": max_tokens})
    return shown if change is None else Fix(Applicability.UNSAFE, title, (change,))


def _model_change(crew: Crew, owner: Agent | Crew, key: str, present: Model, model: str) -> SetValue | None:
    given = owner.fields.get(key)
    if given is None or given.value is None:
        return set_key(crew, owner, key, model)
    if isinstance(given.value, dict):
        named = next((one for one in MODEL_KEYS if given.value.get(one)), MODEL_KEYS[0])
        return _inside(given, named, model) if holds_settings(crew, given, present) else None
    # In a @CrewBase project the value may name an @llm method, whose settings would be lost.
    is_plain = given.value == present.id and not present.parameters
    return set_key(crew, owner, key, model) if is_plain else None


def holds_settings(crew: Crew, given: Field, present: Model) -> bool:
    """Whether the settings of the model stand where it is given: in a mapping, or in ``LLM(…)`` of Python.

    Else the mapping names an object of the project's Python, or CrewAI takes none.
    """
    if given.place.path in crew.written.names:
        return True
    return present.is_mapping and crew.written.takes_llm_mapping


def _inside(given: Field, key: str, value: PlainData) -> SetValue | None:
    route = route_of(given)
    return SetValue(given.place.path, (*route, key), value) if route is not None else None
