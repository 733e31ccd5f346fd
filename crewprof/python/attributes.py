"""Attributes of what a project's Python evaluates to."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from crewprof.python.dataclass_fields import dataclass_fields, flag, is_frozen
from crewprof.python.exceptions import is_exception_class, native_class, raised
from crewprof.python.given import NOT_KNOWN
from crewprof.python.library_constants import named
from crewprof.python.native_attributes import native_attribute, native_type
from crewprof.python.native_values import Record
from crewprof.python.operators import HARMLESS_BASES, comes_after_foreign, foreign_bases, is_known
from crewprof.python.site import Site
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    BoundMethod,
    ClassValue,
    DictView,
    External,
    FileText,
    FileValue,
    Frame,
    FromEnvironment,
    FunctionValue,
    Instance,
    LazyItems,
    ModuleValue,
    OneOf,
    PartialText,
    Perhaps,
    PlacedDict,
    SuperValue,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crewprof.python.comparing import Comparing
    from crewprof.python.machine import Machine
    from crewprof.python.project import Module
    from crewprof.source.python_document import Positioned


class Attributes:
    """Looks attributes up, and sets them, for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing) -> None:
        self.machine = machine
        self.comparing = comparing

    def of(self, value: Value, name: str, node: Positioned, frame: Frame) -> Value:
        """``value.name``, written at ``node``."""
        return self.read(value, name, Site(node, frame))

    def read(self, value: Value, name: str, site: Site) -> Value:
        """``value.name``."""
        match value:
            case OneOf():
                return self.machine.of_each(value, lambda one: self.read(one, name, site), site)
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
                return self._instance_attribute(value, name, site)
            case FunctionValue():
                return self._function_attribute(value, name, site)
            case SuperValue():
                return self._super_attribute(value, name, site)
            case PartialText() | FileValue() | LazyItems() | BoundMethod() | DictView():
                return BoundMethod(value, name)
            case _:
                return self._native(value, name, site)

    def _of_environment(self, value: FromEnvironment, name: str, site: Site) -> Value:
        if value.value is None or isinstance(value.value, str):
            return BoundMethod(value, name)
        found = self.machine.marked(value, lambda: self.read(value.value, name, site), site)
        is_method = isinstance(found, FromEnvironment) and isinstance(found.value, BoundMethod)
        return BoundMethod(value, name) if is_method else found

    def _external(self, value: External, name: str, site: Site) -> Value:
        if name == "__name__":
            return value.name
        dotted = f"{value.dotted}.{name}"
        if value.dotted in self.machine.project.folders:
            module = self.machine.project.find(dotted, site.frame.module.folder)
            if module is not None:
                return ModuleValue(module)
            self.machine.project.note_folder(dotted, site.frame.module.folder)
        return named(dotted)

    def member(self, module: Module, name: str, site: Site) -> Value:
        """What ``from module import name`` gives."""
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
        return External(star) if star else self.machine.unsure(site)

    # Functions and data

    def _function_attribute(self, value: FunctionValue, name: str, site: Site) -> Value:
        if name in value.attributes:
            return value.attributes[name]
        if name == "__name__":
            return "<lambda>" if value.name == "lambda" else value.name
        if name == "__doc__" and not isinstance(value.node, ast.Lambda) and value.label is None:
            return documentation(value.node)
        if name in ("setter", "getter", "deleter") and value.decorator("property"):
            return BoundMethod(value, name)
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
        found = value.lookup(name)
        if found is None:
            return self._missing_of_class(value, name, site)
        if isinstance(found[1], FunctionValue):
            return self._of_class(value, found[1])
        if isinstance(found[1], Instance) and found[1].name in ("Field", "field"):
            return self.machine.unsure(site)
        if self._describes(found[1], "__get__"):
            return self.comparing.special(found[1], "get", [None, value], site)  # type: ignore[arg-type]
        return found[1]

    @staticmethod
    def _of_class(value: ClassValue, function: FunctionValue) -> Value:
        if function.decorator("classmethod"):
            return BoundMethod(value, function)
        return function

    def _missing_of_class(self, value: ClassValue, name: str, site: Site) -> Value:
        if name == "__name__" or (
            name == "__qualname__" and value.node in site.frame.module.document.tree.body
        ):
            return value.name
        if name == "__doc__":
            return documentation(value.node)
        if name == "__bases__" and value.bases:
            return value.bases
        if name == "__mro__" and not value.external_bases() and not foreign_bases(value):
            return (*value.mro(), External("builtins.object"))
        if name == "__members__" and value.members:
            made = PlacedDict(dict(value.members.items()))
            self.machine.journal.bear(made)
            return made
        if name == "_fields" and "NamedTuple" in value.external_bases():
            return tuple(field for one in reversed(value.mro()) for field in one.annotations)
        if name.startswith("__") or foreign_bases(value) or _is_changed(value):
            return BoundMethod(value, name) if value.members or not name.startswith("__") else site.unknown()
        if is_exception_class(value):
            if hasattr(BaseException, name):
                return BoundMethod(value, name)
        elif value.external_bases() & (HARMLESS_BASES - {"object"}):
            return BoundMethod(value, name)
        raise raised(site, AttributeError(f"type object '{value.name}' has no attribute '{name}'"))

    # Instances

    def _instance_attribute(self, value: Instance, name: str, site: Site) -> Value:
        if not isinstance(value.callee, ClassValue):
            return self._external_instance(value, name, site)
        found = value.callee.lookup(name)
        if found is not None and isinstance(found[1], FunctionValue) and found[1].decorator("property"):
            return self.machine.invoke(found[1], [site.argument(value)], {}, site)
        described = found is not None and self._describes(found[1], "__get__")
        if found is not None and described and self._describes(found[1], "__set__"):
            return self._described(found[1], value, site)
        if name in value.attributes:
            held = value.attributes[name].value
            if isinstance(held, Perhaps):
                # It may not be set at all.
                self.machine.unsure(site)
                return OneOf(held.reason, held.place, held.options)
            return held
        if found is not None and described:
            return self._described(found[1], value, site)
        if found is not None and isinstance(found[1], FunctionValue):
            return self._method(value, found[1], site)
        if name in value.keywords and foreign_bases(value.callee):
            return value.keywords[name].value
        if ANY_ATTRIBUTE in value.attributes:
            return self.machine.unsure(site)
        if found is not None:
            return self._class_value(value, name, found[1], site)
        return self._missing(value, name, site)

    @staticmethod
    def _describes(found: Value, name: str) -> bool:
        """Whether what a class holds is a descriptor of the project."""
        cls = found.callee if isinstance(found, Instance) else None
        return isinstance(cls, ClassValue) and cls.lookup(name) is not None

    def _described(self, found: Value, value: Instance, site: Site) -> Value:
        assert isinstance(found, Instance)
        return self.comparing.special(found, "get", [value, value.callee], site)

    def _external_instance(self, value: Instance, name: str, site: Site) -> Value:
        given = value.given()
        if name in given:
            return given[name].value
        native = native_class(value.callee)
        if native is None:
            return BoundMethod(value, name)
        if name == "args":
            return tuple(one.value for one in value.arguments)
        if name == "__cause__":
            return None
        if name == "__class__":
            return value.callee
        if not hasattr(native, name):
            shown = f"'{value.name}' object has no attribute '{name}'"
            raise raised(site, AttributeError(shown))
        return (
            BoundMethod(value, name) if name in ("with_traceback", "add_note") else self.machine.unsure(site)
        )

    def _class_value(self, value: Instance, name: str, found: Value, site: Site) -> Value:
        """A value of the class, which a pydantic model or dataclass may copy or make for each instance."""
        assert isinstance(value.callee, ClassValue)
        if isinstance(found, Instance) and found.name in ("Field", "field"):
            default, factory = found.argument("default", 0), found.given().get("default_factory")
            if default is None and factory is None:
                return self.machine.unsure(site)
            found = default.value if default else self.machine.invoke(factory.value, [], {}, site)  # type: ignore[union-attr]
        elif "BaseModel" not in value.callee.external_bases() or not isinstance(found, list | dict | set):
            return found
        if isinstance(found, list | dict | set):
            found = found.copy()
        self.machine.journal.touch(value.attributes)
        value.attributes[name] = Argument(found, value.place, value.place)
        return found

    def _missing(self, value: Instance, name: str, site: Site) -> Value:
        cls = value.callee
        assert isinstance(cls, ClassValue)
        if name == "__class__":
            return cls
        if name == "__dict__":
            return self._dict_of(value, site)
        if name == "__doc__":
            return documentation(cls.node)
        own = None if name.startswith("__") else cls.lookup("__getattr__")
        if own is not None and isinstance(own[1], FunctionValue):
            return self.machine.run(BoundMethod(value, own[1]), [name], site)
        if name == "args" and is_exception_class(cls):
            return tuple(one.value for one in value.arguments)
        if name == "__cause__" and is_exception_class(cls):
            return None
        if foreign_bases(cls) or cls.members:
            return value.keywords[name].value if name in value.keywords else BoundMethod(value, name)
        hidden = is_exception_class(cls) and hasattr(BaseException, name)
        if hidden or name.startswith("__") or _is_changed(cls):
            return self.machine.unsure(site)
        raise raised(site, AttributeError(f"'{cls.name}' object has no attribute '{name}'"))

    def _dict_of(self, value: Instance, site: Site) -> Value:
        """``value.__dict__``; what is done to it is done to the object, which is not followed."""
        cls = value.callee
        assert isinstance(cls, ClassValue)
        is_open = ANY_ATTRIBUTE in value.attributes or foreign_bases(cls) or _is_changed(cls)
        if is_open or cls.lookup("__slots__") is not None or is_exception_class(cls):
            unknown = self.machine.unsure(site)
            self.forget(value, unknown)
            return unknown
        if value.views:
            return value.views[0]
        made = PlacedDict({name: one.value for name, one in value.attributes.items()})
        made.owner = value
        value.views.append(made)
        self.machine.journal.bear(made)
        return made

    def _method(self, receiver: Instance, function: FunctionValue, site: Site) -> Value:
        if function.decorator("staticmethod"):
            return function
        if function.decorator("classmethod"):
            return BoundMethod(receiver.callee, function)
        if function.decorator("cached_property"):
            made = self.machine.invoke(function, [site.argument(receiver)], {}, site)
            self.machine.journal.touch(receiver.attributes)
            receiver.attributes[function.name] = site.argument(made)
            return made
        if not function.is_method:
            return function
        return BoundMethod(receiver, function)

    def _super_attribute(self, value: SuperValue, name: str, site: Site) -> Value:
        found = value.lookup(name)
        if found is None:
            return BoundMethod(value, name)
        if not isinstance(found, FunctionValue):
            return found
        if not isinstance(value.instance, Instance):
            return BoundMethod(value.instance, found) if found.decorator("classmethod") else found
        if found.decorator("property"):
            return self.machine.invoke(found, [site.argument(value.instance)], {}, site)
        return self._method(value.instance, found, site)

    # Setting

    def set(self, receiver: Value, name: str, argument: Argument, site: Site) -> None:
        """``receiver.name = argument``."""
        match receiver:
            case OneOf():
                self.machine.of_each(receiver, lambda one: self.set(one, name, argument, site), site)
            case Instance():
                self._set_on_instance(receiver, name, argument, site)
            case ClassValue():
                self.machine.journal.touch(receiver.namespace)
                receiver.namespace[name] = argument.value
            case FunctionValue():
                self.machine.journal.touch(receiver.attributes)
                receiver.attributes[name] = argument.value
            case ModuleValue():
                self.machine.journal.touch(receiver.module.names)
                receiver.module.names[name] = argument.value
            case _ if is_known(receiver) or isinstance(receiver, PlacedDict | list | tuple | set):
                shown = type(receiver).__name__.removeprefix("Placed").lower()
                raise raised(site, AttributeError(f"'{shown}' object has no attribute '{name}'"))
            case _:
                self.machine.escaping.attribute_set(name, [argument], self.machine.unsure(site))

    def _set_on_instance(self, receiver: Instance, name: str, argument: Argument, site: Site) -> None:
        if isinstance(receiver.callee, ClassValue):
            self.set_by(receiver.callee.mro(), receiver, name, argument, site)
        else:
            self.put(receiver, name, argument)

    def set_by(
        self, order: Sequence[ClassValue], receiver: Instance, name: str, argument: Argument, site: Site
    ) -> None:
        """What the first ``__setattr__`` of the classes ``order`` does, written or of a dataclass."""
        cls = receiver.callee
        assert isinstance(cls, ClassValue)
        for at, one in enumerate(order):
            own = one.namespace.get("__setattr__")
            if own is None and is_frozen(one) is False:
                continue
            if comes_after_foreign(cls, one):
                # Which may have a ``__setattr__`` of its own, as exceptions have.
                rest = partial(self._set_by_first, order[at:], receiver, name, argument, site)
                plainly = partial(self._set_plainly, cls, receiver, name, argument, site)
                self.machine.either([plainly, rest], site.unknown())
            else:
                self._set_by_first(order[at:], receiver, name, argument, site)
            return
        self._set_plainly(cls, receiver, name, argument, site)

    def _set_by_first(
        self, order: Sequence[ClassValue], receiver: Instance, name: str, argument: Argument, site: Site
    ) -> None:
        own = order[0].namespace.get("__setattr__")
        if own is not None:
            self.machine.run(BoundMethod(receiver, own), [name, argument.value], site)  # type: ignore[arg-type]
            return
        self._refuse_frozen(order[0], receiver, f"cannot assign to field '{name}'", name, site)
        self.set_by(order[1:], receiver, name, argument, site)

    def _set_plainly(
        self, cls: ClassValue, receiver: Instance, name: str, argument: Argument, site: Site
    ) -> None:
        if "?" in foreign_bases(cls):
            self.machine.unsure(site)
        if cls.members and name in ("name", "value"):
            raise raised(site, AttributeError(f"<enum '{cls.name}'> cannot set attribute '{name}'"))
        found = cls.lookup(name)
        if found is not None and isinstance(found[1], FunctionValue) and found[1].decorator("property"):
            if found[1].setter is None:
                message = f"property '{name}' of '{cls.name}' object has no setter"
                raise raised(site, AttributeError(message))
            self.machine.invoke(found[1].setter, [site.argument(receiver), argument], {}, site)
        elif found is not None and self._describes(found[1], "__set__"):
            assert isinstance(found[1], Instance)
            self.comparing.special(found[1], "set", [receiver, argument.value], site)
        else:
            self.put(receiver, name, argument)

    def _refuse_frozen(
        self, cls: ClassValue, receiver: Instance, message: str, name: str, site: Site
    ) -> None:
        """Raise where ``cls``, of the classes of ``receiver``, is a frozen dataclass that forbids it."""
        frozen = is_frozen(cls)
        if frozen is False:
            return
        fields = dataclass_fields(cls)
        is_meant: bool | None = cls is receiver.callee
        if fields is not None and any(one.name == name for one in fields):
            is_meant = True
        elif flag(cls.decorator("dataclass"), "slots", default=False) or (not is_meant and fields is None):
            # One with slots is a copy of the class that is meant: what is raised differs by version.
            is_meant = None
        if frozen is None or is_meant is None:
            self.machine.unsure(site)
        elif is_meant:
            error = raised(site, AttributeError(message))
            assert isinstance(error.value, Instance)
            error.value.callee = External("dataclasses.FrozenInstanceError")
            raise error

    def put(self, receiver: Instance, name: str, argument: Argument) -> None:
        """``object.__setattr__(receiver, name, argument)``."""
        for view in receiver.views:
            self.machine.lose(view, Unknown(f"`{name}` may be set later", argument.place))
        self.machine.journal.touch(receiver.attributes)
        receiver.attributes[name] = argument

    def delete(self, receiver: Value, name: str, site: Site) -> None:
        """``del receiver.name``."""
        if isinstance(receiver, Instance) and isinstance(receiver.callee, ClassValue):
            self.delete_by(receiver.callee.mro(), receiver, name, site)
            return
        if isinstance(receiver, ClassValue) and name in receiver.namespace:
            self.machine.journal.touch(receiver.namespace)
            del receiver.namespace[name]
            return
        self.machine.unsure(site)

    def delete_by(self, order: Sequence[ClassValue], receiver: Instance, name: str, site: Site) -> None:
        """What the first ``__delattr__`` of the classes ``order`` does, written or of a dataclass."""
        cls = receiver.callee
        assert isinstance(cls, ClassValue)
        for one in order:
            own = one.namespace.get("__delattr__")
            if (own is not None or is_frozen(one) is not False) and comes_after_foreign(cls, one):
                why = self.machine.unsure(site)
                if own is not None:
                    self.machine.forget_reached(own, why)
                self.forget(receiver, why)
                return
            if own is not None:
                self.machine.run(BoundMethod(receiver, own), [name], site)  # type: ignore[arg-type]
                return
            self._refuse_frozen(one, receiver, f"cannot delete field '{name}'", name, site)
        if name in receiver.attributes:
            if isinstance(receiver.attributes[name].value, Perhaps):
                self.machine.unsure(site)
            self.machine.journal.touch(receiver.attributes)
            del receiver.attributes[name]
            return
        is_open = ANY_ATTRIBUTE in receiver.attributes or cls.lookup(name) is not None
        if self.comparing.is_own(receiver) and not is_open:
            raise raised(site, AttributeError(name))
        self.machine.unsure(site)

    def forget(self, value: Any, why: Unknown) -> None:
        """Make what an object holds unknown."""
        if isinstance(value, Instance):
            self.machine.journal.touch(value.attributes)
            self.machine.escaping.add(value.attributes.values())
            for name, argument in value.attributes.items():
                value.attributes[name] = Argument(why, argument.place, argument.key_place)
            value.attributes[ANY_ATTRIBUTE] = Argument(why, value.place, value.place)
        elif isinstance(value, list | set | PlacedDict):
            self.machine.journal.touch(value)
            self.machine.lose(value, why)
        elif isinstance(value, LazyItems):
            value.lost = why

    def forget_named(self, value: Instance, names: Collection[str], why: Unknown) -> None:
        """Make the attributes ``names`` of an object unknown; it may have got those that it did not have."""
        if names:
            self.machine.journal.touch(value.attributes)
        for name in names:
            had = value.attributes.get(name)
            place, key_place = (had.place, had.key_place) if had is not None else (value.place, value.place)
            value.attributes[name] = Argument(why, place, key_place)


def documentation(node: ast.AST) -> Value:
    """The docstring of a class or function as Python keeps it."""
    first = node.body[0] if getattr(node, "body", None) else None  # type: ignore[attr-defined]
    value = first.value if isinstance(first, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _is_changed(cls: ClassValue) -> bool:
    """Whether a decorator or metaclass of another package may have given a class more than is written."""
    return any(
        one.node.keywords or len(one.decorators) > (one.decorator("dataclass") is not None)
        for one in cls.mro()
    )
