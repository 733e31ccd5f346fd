"""Instances that nobody in the project makes: their ``__init__`` gets what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.values import FunctionValue, Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.interpreter import Interpreter
    from crewprof.python.values import Argument, ClassValue


def instance_of(
    interpreter: Interpreter, cls: ClassValue, given: Mapping[str, Argument] | None = None
) -> Instance:
    """An instance of a class; what its ``__init__`` needs is ``given``, its defaults, else unknown."""
    place = cls.module.document.place_of(cls.node)
    found = cls.lookup("__init__")
    if found is None or not isinstance(found[1], FunctionValue):
        return interpreter.calls.instantiate(cls, [], {}, place)
    made = Instance(cls, place)
    interpreter.call(found[1], made, keywords=given)
    for finish in interpreter.after_init:
        finish(made)
    return made
