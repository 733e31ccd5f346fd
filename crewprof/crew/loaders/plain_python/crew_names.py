"""What crews that Python makes are called, when they do not name themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.project_code.flow_detection import is_flow_class
from crewprof.crew.loaders.project_code.following import in_crew_class

if TYPE_CHECKING:
    from crewprof.crew.loaders.plain_python.module_objects import ObjectNames
    from crewprof.python.values import Instance

_SAYS_NOTHING: Final = frozenset({"crew", "my_crew", "the_crew", "result"})
"""Names of variables that only say that there is a crew."""


def crew_name(made: Instance, names: ObjectNames) -> str:
    """The variable that holds a crew, unless that only says what it is; else who makes it, else the file."""
    held = names.of(made)
    function = made.function
    if function is not None and function.owner is not None and in_crew_class(function):
        return function.owner.name
    if held is not None and held.strip("_").lower() not in _SAYS_NOTHING:
        return held
    if function is None:
        return Path(made.place.path).stem
    if function.owner is None or is_flow_class(function.owner.node):
        return function.name
    return function.owner.name


def own_name(made: Instance) -> str | None:
    """The ``name`` a crew gives itself, if that is known."""
    given = made.given().get("name")
    value = given.value if given is not None else None
    return str(value) if isinstance(value, str) and value else None
