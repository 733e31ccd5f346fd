"""Models as Python gives them: a text, ``LLM(…)``, a LangChain model, the name of an ``@llm`` method."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from crewprof.crew.definition import Model, ModelSource
from crewprof.crew.environment import MODEL_VARIABLES
from crewprof.crew.loaders.objects.langchain_models import as_crewai_names_it
from crewprof.crew.loaders.objects.plain_fields import plain_value
from crewprof.crew.model_value import MODEL_KEYS, model_from_settings
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.python.values import Argument, ClassValue, FunctionValue, Instance, Value
from crewprof.quick_dataclasses import replace
from crewprof.source.field import ObjectName
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.crew.loaders.objects.surroundings import Surroundings
    from crewprof.source.field import Field
    from crewprof.source.place import Place


def model_of(surroundings: Surroundings, found: Field | None, owner: str) -> Model | None:
    """The model under a key; ``None`` when none is given."""
    if found is None:
        return None
    value = found.value
    if isinstance(value, ObjectName) or (isinstance(value, str) and found.is_looked_up):
        named = surroundings.named("llm", value)
        value = value if named is None else named
    return _model(surroundings, value, found.place, owner)


def model_set_in_code(surroundings: Surroundings, place: Place, owner: str) -> Model | None:
    """What an agent without a model gets from a variable that the project's code sets in its environment;
    ``None`` if it sets none."""
    environment = surroundings.interpreter.environment
    for variable in MODEL_VARIABLES:
        model = _model(surroundings, environment.get(variable), place, owner)
        if model is not None:
            return replace(model, variable=variable)
    return None


def _model(surroundings: Surroundings, value: Value, place: Place, owner: str) -> Model | None:
    def unknown(reason: str) -> None:
        surroundings.unknowns.append(Unknown(f"{owner}: {reason}", place))

    match value:
        case None | "":
            return None
        case PartialText():
            unknown(value.unknown.reason)
            return Model(None, ModelSource.UNKNOWN, place=place)
        case str():
            return Model(value, ModelSource.DECLARED, place=place)
        case FromEnvironment():
            return _from_environment(surroundings, value, place, owner)
        case Unknown():
            unknown(f"the model is not known: {value.reason}")
            return Model(None, ModelSource.UNKNOWN, place=place)
        case Instance():
            return _from_object(surroundings, value, place, owner)
        case dict():
            settings = {str(key): plain_value(item, place) for key, item in value.items()}
            return replace(model_from_settings(settings, place), is_mapping=True)
        case _:
            unknown("the model is an object that is only known when the crew runs")
            return Model(None, ModelSource.UNKNOWN, place=place)


def _from_environment(
    surroundings: Surroundings, value: FromEnvironment, place: Place, owner: str
) -> Model | None:
    if value.is_needed:
        return _without_default(surroundings, value, place)
    inner = _model(surroundings, value.value, place, owner)
    shown = "CrewAI's default is taken" if inner is None else f"taken as {inner.id}"
    reason = f"the model comes from {value.shown}; {shown}"
    surroundings.unknowns.append(Unknown(reason, place))
    if inner is None or not value.is_whole or value.is_option:
        return inner
    return replace(inner, source=ModelSource.ENVIRONMENT, variable=value.variable)


def _without_default(surroundings: Surroundings, value: FromEnvironment, place: Place) -> Model:
    """A model that only the environment names, which is not read."""
    reason = f"the model comes from {value.shown}, which is not read"
    surroundings.unknowns.append(Unknown(reason, place))
    return Model(None, ModelSource.UNKNOWN, place=place, variable=value.variable)


def _from_object(surroundings: Surroundings, made: Instance, place: Place, owner: str) -> Model:
    """``LLM(…)``, or any object with a model name, as CrewAI takes it (``create_llm``)."""
    given = made.given()
    if isinstance(made.callee, ClassValue) and _answers_itself(made.callee):
        # CrewAI calls the object itself, whatever it is named.
        return _named_model(surroundings, None, made, place, owner)
    named = next((given[key] for key in MODEL_KEYS if key in given), None)
    if named is None and made.arguments:
        named = made.arguments[0]
    settings = {key: plain_value(one.value, one.place) for key, one in given.items() if key not in MODEL_KEYS}
    settings = {key: one for key, one in settings.items() if type(one) is not Unknown}
    model = model_from_settings(settings, place)
    inner = _named_model(surroundings, named, made, place, owner)
    name = inner.id and as_crewai_names_it(made.callee, inner.id)
    return replace(model, id=name, source=inner.source, variable=inner.variable, is_mapping=False)


def _answers_itself(cls: ClassValue) -> bool:
    """Whether a class of the project asks whom it likes, or nobody, whatever model it names."""
    if "BaseLLM" in cls.external_bases():
        return True
    found = cls.lookup("call") if "LLM" in cls.external_bases() else None
    if found is None or not isinstance(found[1], FunctionValue):
        return False
    return not any(isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(found[1].node))


def _named_model(
    surroundings: Surroundings, named: Argument | None, made: Instance, place: Place, owner: str
) -> Model:
    if named is None:
        reason = f"{owner}: which model `{made.name}` uses is only known when the crew runs"
        surroundings.unknowns.append(Unknown(reason, place))
        return Model(None, ModelSource.UNKNOWN)
    if isinstance(named.value, FromEnvironment) and named.value.is_needed:
        return _without_default(surroundings, named.value, named.place)
    return _model(surroundings, named.value, named.place, owner) or Model(None, ModelSource.UNKNOWN)
