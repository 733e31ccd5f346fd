"""What callbacks before a kickoff make of its inputs: ``@before_kickoff``, ``before_kickoff_callbacks``.

CrewAI calls each with what the one before gave, ``{}`` for the first where nothing is given, and starts the
crew with what the last one gives (``prepare_kickoff``, crewai/crews/utils.py). Those of
``Crew(before_kickoff_callbacks=…)`` come first; then the methods of the class itself, bases not counted,
whose ``@crew`` method made the crew (crewai/project/annotations.py and crew_base.py).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crewprof.crew.loaders.project_code.receivers import instance_of
from crewprof.python import operators
from crewprof.python.mappings import PlacedDict
from crewprof.python.site import Site
from crewprof.python.values import BoundMethod, Frame, FunctionValue
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.values import Instance, MethodCall, Value


def prepared_inputs(interpreter: Interpreter, call: MethodCall, given: Value) -> Value:
    """What the crew that ``call`` starts runs with, when the call gives it ``given``."""
    callbacks = _callbacks(interpreter, call.receiver)
    if isinstance(callbacks, Unknown):
        return callbacks
    value = given
    for callback in callbacks:
        value = _called(interpreter, callback, value, call)
    return value


def _callbacks(interpreter: Interpreter, crew: Instance) -> list[Value] | Unknown:
    found = crew.given().get("before_kickoff_callbacks")
    listed = [] if found is None else operators.items_of(operators.plain(found.value))
    if listed is None:
        return Unknown("which callbacks change the inputs is only known when the crew runs", crew.place)
    return [*listed, *_of_class(interpreter, crew)]


def _of_class(interpreter: Interpreter, crew: Instance) -> list[Value]:
    function = crew.function
    if function is None or function.owner is None or not function.decorator("crew"):
        return []
    methods = [
        one
        for one in function.owner.namespace.values()
        if isinstance(one, FunctionValue) and one.decorator("before_kickoff")
    ]
    receiver = instance_of(interpreter, function.owner) if methods else None
    return [BoundMethod(receiver, one) for one in methods]


def _called(interpreter: Interpreter, callback: Value, inputs: Value, call: MethodCall) -> Value:
    if inputs is None:
        inputs = PlacedDict()
    elif isinstance(inputs, dict):
        # CrewAI copies what it is given: the caller's own mapping stays as it is.
        inputs = inputs.copy() if isinstance(inputs, PlacedDict) else PlacedDict(inputs)
    module = interpreter.project.module_at(call.place.path)
    if module is None:
        return Unknown("what a callback makes of the inputs is only known when the crew runs", call.place)
    site = Site(module.document.tree.body[0], Frame(module, module.names))
    with interpreter.afresh():
        run = partial(interpreter.invoke, callback, [site.argument(inputs)], {}, site)
        return operators.plain(interpreter.calls.asked(run, site))
