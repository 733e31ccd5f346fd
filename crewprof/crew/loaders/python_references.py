"""Objects that a definition takes from the project's Python: ``{"python": "module.name"}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.loaders.objects.members import Members
from crewprof.crew.loaders.objects.model_values import model_of
from crewprof.crew.loaders.objects.surroundings import Surroundings
from crewprof.python.interpreter import Interpreter
from crewprof.quick_dataclasses import replace
from crewprof.source.field import Field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Model
    from crewprof.python.project import PythonProject
    from crewprof.python.values import Value
    from crewprof.source.place import Place


def referenced_model(
    project: PythonProject, reference: str, place: Place, owner: str
) -> tuple[Model | None, list[Unknown]]:
    """The LLM at ``module.name``, and what of it is not known. ``place`` is where it is used."""
    surroundings = Surroundings(Interpreter(project), place)
    value = _value(surroundings, reference)
    model = model_of(surroundings, Field(value, place, place, is_editable=False), owner)
    return None if model is None else replace(model, place=place), surroundings.unknowns


def referenced_agent(
    project: PythonProject, reference: str, place: Place, name: str
) -> tuple[Agent | None, list[Unknown]]:
    """The agent at ``module.name``, called ``name`` from here on, and what of it is not known."""
    surroundings = Surroundings(Interpreter(project), place)
    agent = Members(surroundings).agent(_value(surroundings, reference), place)
    return None if agent is None else replace(agent, name=name), surroundings.unknowns


def _value(surroundings: Surroundings, reference: str) -> Value:
    interpreter, place = surroundings.interpreter, surroundings.place
    module_name, _, name = reference.strip().rpartition(".")
    module = interpreter.project.find(module_name) if module_name else None
    if module is None:
        return Unknown(f"the project has no module of `{reference}`", place)
    names = interpreter.names_of(module)
    return names[name] if name in names else Unknown(f"{module.path.name} has no {name}", place)
