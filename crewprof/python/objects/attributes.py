"""Attributes of what a project's Python evaluates to: looking them up."""

from __future__ import annotations

import abc
import ast
import enum
import typing
from typing import TYPE_CHECKING, Final

from crewprof.python import module_names
from crewprof.python.exceptions import computed, is_exception_class, raised
from crewprof.python.file_values import FileText, FileValue
from crewprof.python.functions.records import fields_of, is_record_class
from crewprof.python.given import NOT_KNOWN
from crewprof.python.lazy_items import LazyItems
from crewprof.python.library_constants import named
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.module_names import ModuleNames
from crewprof.python.native_values import Record
from crewprof.python.objects.instance_attributes import InstanceAttributes, documentation, is_changed
from crewprof.python.objects.native_attributes import native_attribute, native_type
from crewprof.python.objects.slots import is_slot
from crewprof.python.objects.types_of import native_of, type_of
from crewprof.python.operators import foreign_bases
from crewprof.python.scopes import names_bound_by
from crewprof.python.site import Site
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText, Perhaps
from crewprof.python.values import (
    BoundMethod,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    ModuleValue,
    SuperValue,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.project import Module
    from crewprof.source.python_document import Positioned

_BASES: Final = {"ABC": abc.ABC, "Enum": enum.Enum, "Generic": typing.Generic, "Protocol": typing.Protocol}
"""Bases from outside the project of which all attributes are known."""

SIGNATURE: Final = frozenset({"__annotations__", "__signature__"})
"""Attributes of a function that say what it takes and returns."""


class Attributes:
    """Looks attributes up for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing, changes: AttributeChanges) -> None:
        self.machine = machine
        self.comparing = comparing
        self.changes = changes
        self.instances = InstanceAttributes(machine, comparing, changes)

    def of(self, value: Value, name: str, node: Positioned, frame: Frame) -> Value:
        """``value.name``, written at ``node``."""
        return self.read(value, name, Site(node, frame))

    def read(self, value: Value, name: str, site: Site) -> Value:
        """``value.name``."""
        match value:
            case OneOf():
                return self.machine.of_each(value, lambda one: self.read(one, name, site), site)
            case ModuleNames():
                return BoundMethod(value, name)
            case Unknown():
                self.machine.unsure(site)
                return value
            case FromEnvironment():
                return self._of_environment(value, name, site)
            case External():
                return self._external(value, name, site)
            case ModuleValue():
                return self.member(value.module, name, site)
            case ClassValue():
                return self._class_attribute(value, name, site)
            case Instance():
                return self.instances.read(value, name, site)
            case FunctionValue() | BoundMethod():
                return self._function_attribute(value, name, site)
            case SuperValue():
                return self.instances.read_super(value, name, site)
            case PartialText() | FileValue() | LazyItems() | DictView():
                return BoundMethod(value, name)
            case _:
                return self._native(value, name, site)

    def _of_environment(self, value: FromEnvironment, name: str, site: Site) -> Value:
        if value.value is None or isinstance(value.value, str):
            if value.is_whole and value.value is not None and not hasattr(str, name):
                raise raised(site, AttributeError(f"'str' object has no attribute '{name}'"))
            if not value.is_whole or value.value is None:
                # It may be ``None``, or of another kind.
                self.machine.unsure(site)
            return BoundMethod(value, name)
        found = self.machine.marked(value, lambda: self.read(value.value, name, site), site)
        is_method = isinstance(found, FromEnvironment) and isinstance(found.value, BoundMethod)
        return BoundMethod(value, name) if is_method else found

    def _external(self, value: External, name: str, site: Site) -> Value:
        if name == "__name__":
            return value.name
        native = native_of(value)
        if native is not None and not hasattr(native, name):
            raise raised(site, AttributeError(f"type object '{value.name}' has no attribute '{name}'"))
        dotted = f"{value.dotted}.{name}"
        if value.dotted in self.machine.project.folders:
            module = self.machine.project.find(dotted, site.frame.module.folder)
            if module is not None:
                return ModuleValue(module)
            self.machine.project.note_folder(dotted, site.frame.module.folder)
        return named(dotted)

    def member(self, module: Module, name: str, site: Site) -> Value:
        """What ``from module import name`` gives."""
        if name == "__dict__":
            return module_names.names_of(self.machine, module, site)
        names = self.machine.names_of(module)
        if name in names:
            return names[name]
        nested = (
            self.machine.project.find_relative(module.folder, 1, name)
            if module.path.stem == "__init__"
            else None
        )
        if nested is not None:
            self.machine.names_of(nested)
            return ModuleValue(nested)
        star = module.star_of(name)
        if star:
            return External(star)
        is_given = module.stars or "__getattr__" in names or name in names_bound_by(module.document.tree)
        reason = None if is_given else f"`{name}` is not defined in {module.path.name}"
        return self.machine.unsure(site, reason)

    # Functions and data

    def _function_attribute(self, value: FunctionValue | BoundMethod, name: str, site: Site) -> Value:
        if isinstance(value, BoundMethod):
            return self._method_attribute(value, name, site)
        if name in value.attributes:
            return value.attributes[name]
        if name == "__name__":
            return "<lambda>" if value.name == "lambda" else value.name
        if name == "__doc__" and not isinstance(value.node, ast.Lambda) and value.label is None:
            return documentation(value.node)
        if name in ("setter", "deleter") and value.decorator("property"):
            return BoundMethod(value, name)
        if name == "__globals__":
            return module_names.names_of(self.machine, value.module, site)
        unknown = self.machine.unsure(site)
        if name in SIGNATURE:
            # Whoever asks for it may change it; it is no longer what the text says.
            self.machine.journal.touch(value.attributes)
            value.attributes[name] = unknown
        self.machine.escaping.add([*value.defaults.values(), *value.closure.values()])
        if name == "__dict__":
            self.machine.journal.touch(value.attributes)
            self.machine.escaping.add(value.attributes.values())
            value.attributes.update(dict.fromkeys(value.attributes, unknown))
        return unknown

    def _method_attribute(self, value: BoundMethod, name: str, site: Site) -> Value:
        if isinstance(value.function, FunctionValue):
            given = {"__self__": value.receiver, "__func__": value.function}
            return given[name] if name in given else self.read(value.function, name, site)
        self.machine.escaping.add([value])
        return self.machine.unsure(site)

    def _native(self, value: Value, name: str, site: Site) -> Value:
        if isinstance(value, Record):
            return self._record_attribute(value, name, site)
        if isinstance(value, FileText) and name == "path":
            return BoundMethod(value, name)
        found = native_attribute(value, name)
        if found is not NOT_KNOWN:
            return found
        native = native_type(value)
        if native is not None and not hasattr(native, name):
            raise raised(site, AttributeError(f"'{native.__name__}' object has no attribute '{name}'"))
        if isinstance(value, slice):
            return computed(site, getattr, value, name)
        if name == "__class__":
            return type_of(value) or self.machine.unsure(site)
        if native is not None and not callable(getattr(native, name)):
            return self.machine.unsure(site)
        return BoundMethod(value, name)

    def _record_attribute(self, value: Record, name: str, site: Site) -> Value:
        if name in value.fields:
            return value[value.fields.index(name)]
        if name == "_fields":
            return value.fields
        found = value.cls.lookup(name)
        if found is None:
            if hasattr(tuple, name) or name in ("_asdict", "_replace", "_make", "_field_defaults"):
                return BoundMethod(value, name)
            raise raised(site, AttributeError(f"'{value.cls.name}' object has no attribute '{name}'"))
        function = found[1]
        if not isinstance(function, FunctionValue):
            return function
        if function.decorator("property"):
            return self.machine.invoke(function, [site.argument(value)], {}, site)
        if function.decorator("staticmethod"):
            return function
        return BoundMethod(value.cls if function.decorator("classmethod") else value, function)

    # Classes

    def _class_attribute(self, value: ClassValue, name: str, site: Site) -> Value:
        if name in value.members:
            return value.members[name]
        if is_slot(value, name):
            return self.machine.unsure(site)
        found = value.lookup(name)
        if found is None:
            return self._missing_of_class(value, name, site)
        if isinstance(found[1], Perhaps):
            self.machine.escaping.add(found[1].options)
            return self.machine.unsure(site)
        if isinstance(found[1], OneOf) and any(isinstance(one, FunctionValue) for one in found[1].options):
            self.machine.escaping.add(found[1].options)
            return self.machine.unsure(site)
        if isinstance(found[1], FunctionValue):
            return self._of_class(value, found[1])
        if isinstance(found[1], Instance) and found[1].name in ("Field", "field"):
            return self.machine.unsure(site)
        if self.changes.describes(found[1], "__get__"):
            return self.comparing.special(found[1], "get", [None, value], site)  # type: ignore[arg-type]
        return found[1]

    @staticmethod
    def _of_class(value: ClassValue, function: FunctionValue) -> Value:
        if function.decorator("classmethod"):
            return BoundMethod(value, function)
        return function

    @staticmethod
    def _of_every_class(value: ClassValue, name: str, site: Site) -> Value:
        """What Python gives every class; ``NOT_KNOWN`` for what it does not give, or is not read."""
        match name:
            case "__name__":
                return value.name
            case "__qualname__" if value.node in site.frame.module.document.tree.body:
                return value.name
            case "__doc__":
                return documentation(value.node)
            case "__bases__" if value.bases:
                return value.bases
            case "__mro__" if not value.external_bases() and not foreign_bases(value):
                return (*value.mro(), External("builtins.object"))
            case "__subclasses__" | "mro":
                return BoundMethod(value, name)
            case _:
                return NOT_KNOWN

    def _missing_of_class(self, value: ClassValue, name: str, site: Site) -> Value:
        given = self._of_every_class(value, name, site)
        if given is not NOT_KNOWN:
            return given
        if name == "__members__" and value.members:
            made = PlacedDict(dict(value.members.items()))
            self.machine.journal.bear(made)
            return made
        if name == "_fields" and is_record_class(value):
            return fields_of(value)
        if name == "__dict__":
            self.machine.escaping.add(held for one in value.mro() for held in one.namespace.values())
        if name.startswith("__") or foreign_bases(value) or is_changed(value):
            unknown = self.machine.unsure(site)
            return BoundMethod(value, name) if value.members or not name.startswith("__") else unknown
        if is_exception_class(value):
            if hasattr(BaseException, name):
                return BoundMethod(value, name)
        elif any(hasattr(_BASES[one], name) for one in value.external_bases() & set(_BASES)):
            return BoundMethod(value, name)
        elif value.members and name in ("name", "value"):
            # What it gives differs from version to version of Python.
            return self.machine.unsure(site)
        raise raised(site, AttributeError(f"type object '{value.name}' has no attribute '{name}'"))
