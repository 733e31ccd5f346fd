"""Attributes that ``__init__`` leaves empty and another method of a class fills, before its crew is made:
``self.inputs = {}``, and ``self.inputs = {"topic": topic}`` where the crew is started."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from crewprof.crew.loaders.project_code.syntax import own_calls
from crewprof.python.values import FunctionValue
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.python.values import ClassValue, Instance, Value


def filled_later(made: Instance, cls: ClassValue) -> Iterator[tuple[str, Unknown]]:
    """The attributes of an object that hold nothing yet, and that a method gives something."""
    empty = {name for name, given in made.attributes.items() if _is_empty(given.value)}
    methods = {
        name: value
        for one in reversed(cls.mro())
        for name, value in one.namespace.items()
        if isinstance(value, FunctionValue)
    }
    begun = _called(methods, "__init__")
    for name, method in methods.items():
        # What CrewAI calls itself comes when the agents and tasks are made.
        if name in begun or method.decorators:
            continue
        for node in ast.walk(method.node):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in empty:
                place = method.module.document.place_of(node)
                yield node.attr, Unknown(f"what `{name}` sets it to is only known when it runs", place)


def _is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _called(methods: Mapping[str, FunctionValue], first: str) -> set[str]:
    """The methods that one of them calls on its own object, and those that they call; itself, too."""
    found = {first}
    waiting = [first]
    while waiting:
        method = methods.get(waiting.pop())
        fresh = set() if method is None else set(own_calls(method.node)) - found
        found |= fresh
        waiting.extend(fresh)
    return found
