"""Attributes of what a project's Python evaluates to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.python.frame import argument_at
from crewprof.python.values import (
    BoundMethod,
    ClassValue,
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    ModuleValue,
    SuperValue,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.frame import Frame
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.project import Module
    from crewprof.source.python_document import Positioned

ENUM_BASES: Final = frozenset({"Enum", "StrEnum", "IntEnum"})


class Attributes:
    """Looks attributes up for an interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter

    def of(self, value: Value, name: str, node: Positioned, frame: Frame) -> Value:
        """``value.name``."""
        match value:
            case Unknown():
                return self.interpreter.unknown(node, frame)
            case FromEnvironment():
                return self.of(value.value, name, node, frame)
            case External():
                return External(f"{value.dotted}.{name}")
            case ModuleValue():
                return self.member(value.module, name, node, frame)
            case ClassValue():
                return self._class_attribute(value, name, node, frame)
            case Instance():
                return self._instance_attribute(value, name, node, frame)
            case SuperValue():
                return BoundMethod(value, name)
            case _:
                found = path_attribute(value, name)
                return BoundMethod(value, name) if found is None else found

    def member(self, module: Module, name: str, node: Positioned, frame: Frame) -> Value:
        """What ``from module import name`` gives."""
        names = self.interpreter.names_of(module)
        if name in names:
            return names[name]
        nested = (
            self.interpreter.project.find_relative(module.folder, 1, name)
            if module.path.stem == "__init__"
            else None
        )
        return ModuleValue(nested) if nested else self.interpreter.unknown(node, frame)

    def _class_attribute(self, value: ClassValue, name: str, node: Positioned, frame: Frame) -> Value:
        found = value.lookup(name)
        if found is None:
            return value.name if name == "__name__" else self.interpreter.unknown(node, frame)
        if value.external_bases() & ENUM_BASES and not isinstance(found[1], FunctionValue):
            return Instance(
                value,
                found[0].module.document.place_of(found[0].node),
                keywords={
                    "value": argument_at(found[1], node, frame),
                    "name": argument_at(name, node, frame),
                },
            )
        if isinstance(found[1], FunctionValue) and found[1].decorator("classmethod"):
            return BoundMethod(value, found[1])
        return found[1]

    def _instance_attribute(self, value: Instance, name: str, node: Positioned, frame: Frame) -> Value:
        if name in value.attributes:
            return value.attributes[name].value
        if isinstance(value.callee, ClassValue):
            found = value.callee.lookup(name)
            if found is not None and isinstance(found[1], FunctionValue):
                return self._method(value, found[1])
            if name in value.keywords:
                return value.keywords[name].value
            return found[1] if found is not None else self._of_unseen_base(value, name, node, frame)
        return value.keywords[name].value if name in value.keywords else BoundMethod(value, name)

    def _of_unseen_base(self, value: Instance, name: str, node: Positioned, frame: Frame) -> Value:
        assert isinstance(value.callee, ClassValue)
        return (
            BoundMethod(value, name)
            if value.callee.external_bases()
            else self.interpreter.unknown(node, frame)
        )

    def _method(self, receiver: Instance, function: FunctionValue) -> Value:
        if function.decorator("staticmethod"):
            return function
        bound = BoundMethod(receiver, function)
        if function.decorator("property", "cached_property"):
            return self.interpreter.calls.call_function(function, [receiver], {})
        return bound


def path_attribute(value: Value, name: str) -> Value:
    """``path.parent`` and the like; ``None`` for what is a method, or no path."""
    if not isinstance(value, Path) or name not in ("parent", "parents", "name", "stem", "suffix"):
        return None
    found: Value = list(value.parents) if name == "parents" else getattr(value, name)
    return found
