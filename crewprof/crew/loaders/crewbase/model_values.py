"""Models as Python gives them: a text, ``LLM(…)``, a LangChain model, the name of an ``@llm`` method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crewprof.crew.definition import Model, ModelSource
from crewprof.crew.loaders.crewbase.plain_fields import plain_value
from crewprof.crew.model_value import MODEL_KEYS, model_from_settings
from crewprof.python.values import Argument, FromEnvironment, Instance, PartialText, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.crew.loaders.crewbase.class_reader import CrewClass
    from crewprof.source.field import Field
    from crewprof.source.place import Place


def model_of(crew_class: CrewClass, found: Field | None, owner: str) -> Model | None:
    """The model under a key; ``None`` when none is given."""
    if found is None:
        return None
    value = found.value
    if isinstance(value, str) and found.is_looked_up:
        method = crew_class.method(value, "llm")
        value = crew_class.call(method) if method is not None else value
    return _model(crew_class, value, found.place, owner)


def _model(crew_class: CrewClass, value: Value, place: Place, owner: str) -> Model | None:
    def unknown(reason: str) -> None:
        crew_class.unknowns.append(Unknown(f"{owner}: {reason}", place))

    match value:
        case None | "":
            return None
        case PartialText():
            unknown(value.unknown.reason)
            return Model(None, ModelSource.DECLARED, place=place)
        case str():
            return Model(value, ModelSource.DECLARED, place=place)
        case FromEnvironment():
            return _from_environment(crew_class, value, place, owner)
        case Unknown():
            unknown(f"the model is not known: {value.reason}")
            return Model(None, ModelSource.DECLARED, place=place)
        case Instance():
            return _from_object(crew_class, value, place, owner)
        case dict():
            settings = {str(key): plain_value(item, place) for key, item in value.items()}
            return replace(model_from_settings(settings, place), is_mapping=True)
        case _:
            unknown("the model is an object that is only known when the crew runs")
            return Model(None, ModelSource.DECLARED, place=place)


def _from_environment(
    crew_class: CrewClass, value: FromEnvironment, place: Place, owner: str
) -> Model | None:
    inner = _model(crew_class, value.value, place, owner)
    shown = "CrewAI's default is taken" if inner is None else f"taken as {inner.id}"
    reason = f"the model comes from the environment variable {value.variable}; {shown}"
    crew_class.unknowns.append(Unknown(reason, place))
    if inner is None or not value.is_whole:
        return inner
    return replace(inner, source=ModelSource.ENVIRONMENT, variable=value.variable)


def _from_object(crew_class: CrewClass, made: Instance, place: Place, owner: str) -> Model:
    """``LLM(…)``, or any object with a model name, as CrewAI takes it (``create_llm``)."""
    given = made.given()
    named = next((given[key] for key in MODEL_KEYS if key in given), None)
    if named is None and made.arguments:
        named = made.arguments[0]
    settings = {key: plain_value(one.value, one.place) for key, one in given.items() if key not in MODEL_KEYS}
    settings = {key: one for key, one in settings.items() if not isinstance(one, Unknown)}
    model = model_from_settings(settings, place)
    inner = _named_model(crew_class, named, made, place, owner)
    return replace(model, id=inner.id, source=inner.source, variable=inner.variable, is_mapping=False)


def _named_model(
    crew_class: CrewClass, named: Argument | None, made: Instance, place: Place, owner: str
) -> Model:
    if named is None:
        reason = f"{owner}: which model `{made.name}` uses is only known when the crew runs"
        crew_class.unknowns.append(Unknown(reason, place))
        return Model(None, ModelSource.DECLARED)
    if isinstance(named.value, FromEnvironment) and named.value.value is None:
        variable = named.value.variable
        reason = f"the model comes from the environment variable {variable}, which is taken as not set"
        crew_class.unknowns.append(Unknown(reason, named.place))
        return Model(None, ModelSource.ENVIRONMENT, variable=variable)
    return _model(crew_class, named.value, named.place, owner) or Model(None, ModelSource.DECLARED)
