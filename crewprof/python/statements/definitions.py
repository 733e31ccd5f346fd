"""``def`` and ``class``: what is made, and what decorators make of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.python.calls.external import STANDARD_LIBRARY
from crewprof.python.exceptions import raised
from crewprof.python.objects.dataclass_fields import refusal
from crewprof.python.site import Site
from crewprof.python.values import ANY_ATTRIBUTE, ClassValue, External, Frame, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.calls.calls import Calls
    from crewprof.python.machine import Machine
    from crewprof.python.objects.classes import Classes
    from crewprof.python.statements.assignments import Assignments

_MARKS: Final = frozenset(
    {"property", "staticmethod", "classmethod", "wraps", "lru_cache", "cache", "cached_property"}
    | {"contextmanager", "asynccontextmanager", "abstractmethod", "abstractproperty", "dataclass"}
    | {"total_ordering", "override", "overload", "final", "runtime_checkable", "unique", "no_type_check"}
    | {"dataclass_transform", "deprecated", "abstractclassmethod", "abstractstaticmethod"}
)
"""Decorators of the standard library that give what they were given, or are followed where it is called."""


class Definitions:
    """Makes functions and classes for a machine."""

    def __init__(self, machine: Machine, assignments: Assignments, classes: Classes, calls: Calls) -> None:
        self.machine = machine
        self.assignments = assignments
        self.classes = classes
        self.calls = calls

    def follow_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        """``def``, with its decorators."""
        decorators = [self._decorator(one, frame) for one in node.decorator_list]
        made: Value = self.calls.functions.made(node, frame)
        for decorator, written in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
            made = self._decorated(decorator, made, Site(written, frame))
        self.assignments.bind(node.name, made, frame)

    def follow_class(self, node: ast.ClassDef, frame: Frame) -> None:
        """``class``, with its decorators."""
        decorators = [self._decorator(one, frame) for one in node.decorator_list]
        made = self.classes.make(node, frame)
        for decorator, written in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
            made = self._decorated(decorator, made, Site(written, frame))
        self.assignments.bind(node.name, made, frame)

    def _decorator(self, node: ast.expr, frame: Frame) -> Value:
        """A decorator; one of another package with arguments is kept with them."""
        if not isinstance(node, ast.Call):
            return self.machine.evaluate(node, frame)
        callee = self.machine.evaluate(node.func, frame)
        if isinstance(callee, External):
            return self.calls.arguments.made_by(callee, node, frame)
        arguments, keywords, is_complete = self.calls.arguments.written(node, frame)
        site = Site(node, frame)
        if not is_complete or ANY_ATTRIBUTE in keywords:
            return self.machine.unsure(site)
        return self.machine.invoke(callee, arguments, keywords, site)

    def _decorated(self, decorator: Value, made: Value, site: Site) -> Value:
        """What a decorator makes of a function or class.

        One of another package is taken to give what behaves as what it was given; only one of the
        project is followed.
        """
        target = decorator.callee if isinstance(decorator, Instance) else decorator
        if isinstance(target, External):
            if target.package in STANDARD_LIBRARY and target.name not in _MARKS:
                unknown = self.machine.unsure(site)
                self.machine.forget_reached([made], unknown)
                return unknown
            return self._marked(decorator, target, made, site)
        if isinstance(decorator, Unknown):
            # Where it comes from is not known: another package, most likely.
            return made if isinstance(made, FunctionValue | ClassValue) else site.unknown()
        return self.machine.run(decorator, [made], site)

    def _marked(self, decorator: Value, target: External, made: Value, site: Site) -> Value:
        if isinstance(made, FunctionValue):
            label = None
            decorators = (decorator, *made.decorators)
            if target.dotted == "functools.wraps" and isinstance(decorator, Instance):
                wrapped = decorator.arguments[0].value if decorator.arguments else None
                if isinstance(wrapped, FunctionValue):
                    label, decorators = wrapped.name, wrapped.decorators
                    decorators = tuple(one for one in decorators if _last(one) not in ("cache", "lru_cache"))
            made.label, made.decorators = label or made.label, decorators
            return made
        if isinstance(made, ClassValue):
            made.decorators = (decorator, *made.decorators)
            if target.name == "dataclass":
                made.defaults = dict(made.namespace)
                error = refusal(made)
                if error is not None:
                    raise raised(site, error)
            return made
        return self.machine.invoke(decorator, [site.argument(made)], {}, site)


def _last(decorator: Value) -> str:
    target = decorator.callee if isinstance(decorator, Instance) else decorator
    return target.name if isinstance(target, External | ClassValue | FunctionValue) else ""
