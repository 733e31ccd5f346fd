"""Settings of an LLM that its class in crewai/llms refuses, or the client of its provider does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Agent
from crewprof.crew.typed_fields import describe
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.refusals import accepted_keys
from crewprof.semantics.refusals.accepted_keys import in_words, is_accepted
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import inner_place
from crewprof.source.field import ObjectName
from crewprof.source.unknown import Unknown
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crewprof.crew.definition import Crew, Model
    from crewprof.semantics.refusals.accepted_keys import LlmSettings
    from crewprof.source.field import Field

LLMS_OF_CREW: Final = ("manager_llm", "planning_llm", "function_calling_llm", "chat_llm")
_MORE: Final = "additional_params"
"""A setting with settings that are passed on to the provider."""
_OTHER_NAMES: Final = {"stop_sequences": "stop"}
_EMPTY_IS_NONE: Final = frozenset({"api_key", _MORE})
_OF_CLASS: Final = frozenset({"provider", "is_litellm", "llm_type", "custom_openai"})
"""Settings that say which class serves the model."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A model with the key it stands under."""

    model: Model
    key: str
    label: str
    agents: tuple[str, ...]
    field: Field


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with a setting: what it must be; ``None`` where nobody takes a setting of that name."""

    wanted: str | None


_NOT_TAKEN: Final = _Problem(None)


def llm_settings(crew: Crew, version: str, served_by: Callable[[Model], str]) -> Iterator[Objection]:
    """Of every LLM that an agent or the crew is given: it is made whether or not it is ever asked.

    ``served_by``: the class of CrewAI that serves a model, by the name of its provider.
    """
    for chosen in _models(crew):
        class_name = served_by(chosen.model)
        settings = accepted_keys.llm_settings(class_name, version)
        if settings is None or chosen.model.id is None:
            continue
        if not chosen.agents and chosen.key == "function_calling_llm" and class_name != "litellm":
            yield from _no_name(chosen)
        if chosen.model.parameters.get("api") == "responses" or not isinstance(chosen.field.value, dict):
            settings = replace(settings, passed=None)  # asked another way, or by an object of any class
        for setting, value in chosen.model.parameters.items():
            problem = _problem(setting, value, settings)
            if problem is not None:
                yield _objection(crew, chosen, setting, problem, settings)
            if setting == _MORE and isinstance(value, dict) and settings.passed is not None:
                for inner in [one for one in value if one not in settings.passed]:
                    yield _objection(crew, chosen, f"{setting}.{inner}", _NOT_TAKEN, settings)


def _models(crew: Crew) -> Iterator[_Chosen]:
    managers = (crew.manager_agent,) if crew.manager_agent is not None else ()
    unused = [one for one in crew.unused if isinstance(one, Agent)]
    for agent in (*crew.workers, *managers, *unused):
        own = {"llm": agent.llm, "function_calling_llm": agent.function_calling_llm}
        yield from _given(own, agent.fields, f"agent '{agent.name}'", (agent.name,))
    yield from _given({key: getattr(crew, key) for key in LLMS_OF_CREW}, crew.fields, "the crew", ())


def _given(
    models: Mapping[str, Model | None], fields: Mapping[str, Field], label: str, agents: tuple[str, ...]
) -> Iterator[_Chosen]:
    for key, model in models.items():
        if model is not None and key in fields and not isinstance(fields[key].value, Unknown):
            yield _Chosen(model, key, label, agents, fields[key])


def _no_name(chosen: _Chosen) -> Iterator[Objection]:
    """An LLM object under the crew's ``function_calling_llm``, whose field takes a name or one of LiteLLM."""
    value = chosen.field.value
    is_reference = isinstance(value, dict) and "python" in value
    if isinstance(value, dict | ObjectName) and not is_reference:
        yield Objection(
            Kind.WRONG_VALUE,
            Outcome.REFUSED,
            f"CrewAI refuses {chosen.key} of the crew: it takes the name of a model, not an LLM; "
            f"write '{chosen.model.id}'",
            chosen.field.place,
            key=chosen.key,
        )


def _problem(setting: str, value: object, settings: LlmSettings) -> _Problem | None:
    """What is wrong with a setting; ``None`` if nothing is."""
    kind = settings.types.get(_OTHER_NAMES.get(setting, setting))
    if kind is not None:
        is_none = setting in _EMPTY_IS_NONE and not value
        is_right = is_none or is_accepted(value, kind)
        return None if is_right else _Problem(f"{in_words(kind)}, not {describe(value)}")
    is_taken = settings.passed is None or setting in settings.passed or setting in _OF_CLASS
    return None if is_taken else _NOT_TAKEN


def _objection(
    crew: Crew, chosen: _Chosen, setting: str, problem: _Problem, settings: LlmSettings
) -> Objection:
    key = f"{chosen.key}.{setting}"
    place = inner_place(crew, chosen.field, setting.partition(".")[0])
    if problem.wanted is not None:
        outcome = Outcome.REFUSED
        message = f"CrewAI refuses {key} of {chosen.label}: it must be {problem.wanted}"
    else:
        outcome = Outcome.CRASH
        close = did_you_mean(setting, sorted({*settings.types, *(settings.passed or ())}), likeness=0.8)
        message = f"the first call of {chosen.label} fails: the client of OpenAI does not take {key}"
        message += f"; did you mean {close}?" if close else ""
    return Objection(Kind.WRONG_VALUE, outcome, message, place, agents=chosen.agents, key=key)
