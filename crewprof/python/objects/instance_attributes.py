"""Attributes of instances, and what ``super()`` gives in their methods."""

from __future__ import annotations

import ast
import enum
from functools import partial
from typing import TYPE_CHECKING

from crewprof.python.exceptions import catches, is_exception_class, native_class, raised
from crewprof.python.mappings import PlacedDict
from crewprof.python.objects.slots import slots_of
from crewprof.python.operators import foreign_bases, is_object
from crewprof.python.uncertain import OneOf, Perhaps
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    BoundMethod,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    SuperValue,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.python.leaving import Leaving
    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site


class InstanceAttributes:
    """Looks attributes of instances up for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing, changes: AttributeChanges) -> None:
        self.machine = machine
        self.comparing = comparing
        self.changes = changes

    def read(self, value: Instance, name: str, site: Site) -> Value:
        """``value.name``."""
        if not isinstance(value.callee, ClassValue):
            return self._external_instance(value, name, site)
        reader = value.callee.lookup("__getattribute__")
        if reader is not None:
            return self.machine.run(BoundMethod(value, reader[1]), [name], site)  # type: ignore[arg-type]
        found = value.callee.lookup(name)
        if found is not None and isinstance(found[1], FunctionValue) and found[1].decorator("property"):
            return self._property(value, found[1], name, site)
        described = found is not None and self.changes.describes(found[1], "__get__")
        if found is not None and described and self.changes.is_data(found[1]):
            return self._described(found[1], value, site)
        if name in value.attributes:
            held = value.attributes[name].value
            return self._perhaps_set(value, held, found, site) if isinstance(held, Perhaps) else held
        if found is not None and described:
            return self._described(found[1], value, site)
        return self._not_set(value, name, None if found is None else found[1], site)

    def _perhaps_set(
        self, value: Instance, held: Perhaps, found: tuple[ClassValue, Value] | None, site: Site
    ) -> Value:
        """An attribute that may not be set at all: what the class has is meant, then."""
        assert isinstance(value.callee, ClassValue)
        unknown = self.machine.unsure(site)
        if found is None and value.callee.lookup("__getattr__") is None:
            return OneOf(held.reason, held.place, held.options, held.variable, held.usual)
        self.machine.escaping.add(held.options)
        return unknown

    def _not_set(self, value: Instance, name: str, found: Value, site: Site) -> Value:
        """An attribute that an instance does not have itself; ``found`` is what its class has."""
        assert isinstance(value.callee, ClassValue)
        is_known = value.callee.lookup(name) is not None
        if isinstance(found, OneOf):
            return self._one_of_class(value, found, site)
        if isinstance(found, FunctionValue):
            return self._method(value, found, site)
        if name in value.keywords and foreign_bases(value.callee):
            return value.keywords[name].value
        if ANY_ATTRIBUTE in value.attributes:
            return self.machine.unsure(site)
        return self._class_value(value, name, found, site) if is_known else self._missing(value, name, site)

    def _one_of_class(self, value: Instance, found: OneOf, site: Site) -> Value:
        """What a class body defines in one of several ways, or perhaps not at all."""
        options = found.options
        is_plain = all(isinstance(one, FunctionValue) and not one.decorator("property") for one in options)
        if isinstance(found, Perhaps) or not (is_plain or not any(map(is_object, options))):
            self.machine.escaping.add(options)
            return self.machine.unsure(site)
        if not is_plain:
            return found
        return self.machine.of_each(found, lambda one: self._method(value, one, site), site)  # type: ignore[arg-type]

    def _property(self, value: Instance, function: FunctionValue, name: str, site: Site) -> Value:
        read = partial(self.machine.invoke, function, [site.argument(value)], {}, site)
        other = value.callee.lookup("__getattr__") if isinstance(value.callee, ClassValue) else None
        if other is None or not isinstance(other[1], FunctionValue):
            return read()
        missing = partial(self.machine.run, BoundMethod(value, other[1]), [name], site)
        return self.unless_missing(read, missing, site)

    def unless_missing(self, find: Callable[[], Value], otherwise: Callable[[], Value], site: Site) -> Value:
        """What ``find`` gives; on paths where it raises an AttributeError, what is found ``otherwise``."""
        box: dict[str, Value] = {}
        # A loop that makes one in each round changes nothing that was there before.
        self.machine.journal.bear(box)

        def follow() -> None:
            found = find()
            self.machine.journal.touch(box)
            box["found"] = found

        def handle(left: Leaving | None) -> None:
            if left is None:
                return
            verdict = catches(External("builtins.AttributeError"), left.value)
            if verdict is False:
                raise left
            if verdict is None:
                self.machine.journal.may_leave(left, site.unknown())
            found = otherwise()
            self.machine.journal.touch(box)
            box["found"] = found

        self.machine.alternatives.catching(follow, handle, "raise")
        return box.get("found", site.unknown())

    def _described(self, found: Value, value: Instance, site: Site) -> Value:
        assert isinstance(found, Instance)
        return self.comparing.special(found, "get", [value, value.callee], site)

    def _external_instance(self, value: Instance, name: str, site: Site) -> Value:
        given = value.given()
        if name in given:
            return given[name].value
        native = native_class(value.callee)
        if value.callee == External("functools.partial") and value.arguments:
            return self._of_partial(value, name, site)
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

    def _of_partial(self, value: Instance, name: str, site: Site) -> Value:
        held = [one.value for one in value.arguments]
        if name == "func":
            return held[0]
        if name == "args":
            return tuple(held[1:])
        self.machine.escaping.add([*held, *(one.value for one in value.keywords.values())])
        return self.machine.unsure(site)

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
        if cls.members and name in ("_value_", "_name_"):
            return value.keywords[name.strip("_")].value
        is_plain = name not in value.keywords and not hasattr(enum.Enum, name) and name[:1] != "_"
        if cls.members and is_plain and not foreign_bases(cls):
            raise raised(site, AttributeError(f"'{cls.name}' object has no attribute '{name}'"))
        if foreign_bases(cls) or cls.members:
            return value.keywords[name].value if name in value.keywords else BoundMethod(value, name)
        hidden = is_exception_class(cls) and hasattr(BaseException, name)
        if hidden or name.startswith("__") or is_changed(cls):
            return self.machine.unsure(site)
        raise raised(site, AttributeError(f"'{cls.name}' object has no attribute '{name}'"))

    def _dict_of(self, value: Instance, site: Site) -> Value:
        """``value.__dict__``; what is done to it is done to the object, which is not followed."""
        cls = value.callee
        assert isinstance(cls, ClassValue)
        is_open = ANY_ATTRIBUTE in value.attributes or foreign_bases(cls) or is_changed(cls)
        if is_open or cls.lookup("__slots__") is not None or is_exception_class(cls):
            unknown = self.machine.unsure(site)
            self.changes.forget(value, unknown)
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
            if isinstance(receiver.callee, ClassValue) and slots_of(receiver.callee) is not None:
                raise raised(site, TypeError(f"No '__dict__' attribute to cache '{function.name}' property."))
            made = self.machine.invoke(function, [site.argument(receiver)], {}, site)
            self.machine.journal.touch(receiver.attributes)
            receiver.attributes[function.name] = site.argument(made)
            return made
        if not function.is_method:
            return function
        return BoundMethod(receiver, function)

    def read_super(self, value: SuperValue, name: str, site: Site) -> Value:
        """``super().name``."""
        found = value.lookup(name)
        if found is None or (name == "__init__" and _is_generated_first(value)):
            return BoundMethod(value, name)
        if not isinstance(found, FunctionValue):
            return found
        if not isinstance(value.instance, Instance):
            return BoundMethod(value.instance, found) if found.decorator("classmethod") else found
        if found.decorator("property"):
            return self.machine.invoke(found, [site.argument(value.instance)], {}, site)
        return self._method(value.instance, found, site)


def documentation(node: ast.AST) -> Value:
    """The docstring of a class or function as Python keeps it."""
    first = node.body[0] if getattr(node, "body", None) else None  # type: ignore[attr-defined]
    value = first.value if isinstance(first, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def is_changed(cls: ClassValue) -> bool:
    """Whether a decorator or metaclass of another package may have given a class more than is written."""
    return any(
        one.node.keywords or len(one.decorators) > (one.decorator("dataclass") is not None)
        for one in cls.mro()
    )


def _is_generated_first(value: SuperValue) -> bool:
    """Whether the ``__init__`` that comes next is that of a dataclass, which nobody wrote."""
    for one in value.after():
        if "__init__" in one.namespace:
            return False
        if one.decorator("dataclass"):
            return True
    return False
