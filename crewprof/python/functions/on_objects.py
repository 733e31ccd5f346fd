"""Python's own functions on objects: their types, attributes and hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.exceptions import raised
from crewprof.python.objects.types_of import is_builtin, is_instance, is_subclass, native_of, type_of
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    BoundMethod,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    Value,
)
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.objects.attributes import Attributes
    from crewprof.python.operations.comparing import Comparing


class FunctionsOnObjects:
    """Computes functions on objects for a machine."""

    def __init__(
        self, machine: Machine, comparing: Comparing, attributes: Attributes, changes: AttributeChanges
    ) -> None:
        self.machine = machine
        self.comparing = comparing
        self.attributes = attributes
        self.changes = changes

    def call_isinstance(self, given: Given) -> Value:
        """``isinstance(…)``."""
        if len(given.values) != 2:
            return self.machine.unsure(given.site)
        known = is_instance(given.values[0], given.values[1])
        return self.machine.unsure(given.site) if known is None else known

    def call_issubclass(self, given: Given) -> Value:
        """``issubclass(…)``."""
        known = is_subclass(*given.values) if len(given.values) == 2 else None
        return self.machine.unsure(given.site) if known is None else known

    def call_callable(self, given: Given) -> Value:
        """``callable(…)``."""
        value = given.first()
        if isinstance(value, FunctionValue | ClassValue) or is_builtin(value):
            return True
        if isinstance(value, BoundMethod):
            return True if value.is_surely_method else self.machine.unsure(given.site)
        if isinstance(value, Instance) and self.comparing.is_own(value):
            return isinstance(value.callee, ClassValue) and value.callee.lookup("__call__") is not None
        return False if operators.is_known(value) else self.machine.unsure(given.site)

    def call_type(self, given: Given) -> Value:
        """``type(…)``."""
        if len(given.values) != 1:
            return self.machine.unsure(given.site)
        value = given.values[0]
        if isinstance(value, OneOf):
            return self.machine.of_each(value, lambda one: type_of(one) or given.site.unknown(), given.site)
        found = type_of(value)
        return self.machine.unsure(given.site) if found is None else found

    def call_hash(self, given: Given) -> Value:
        """``hash(…)``."""
        value = given.first()
        if isinstance(value, Instance):
            return self.comparing.special(value, "hash", [], given.site)
        if isinstance(value, list | dict | set):
            raise raised(given.site, TypeError(f"unhashable type: '{type(value).__name__}'"))
        # The hash of a text differs from run to run.
        if isinstance(value, int | float):
            return hash(value)
        return self.machine.unsure(given.site)

    # Attributes

    def call_getattr(self, given: Given) -> Value:
        """``getattr(…)``."""
        values = given.values
        if len(values) not in (2, 3) or not isinstance(values[1], str) or isinstance(values[1], PartialText):
            return self.machine.unsure(given.site)
        name = str(values[1])
        if len(values) == 2:
            return self.attributes.read(values[0], name, given.site)

        def get() -> Value:
            found = self.attributes.read(values[0], name, given.site)
            return self.machine.unsure(given.site) if _may_be_missing(values[0], found) else found

        return self.attributes.instances.unless_missing(get, lambda: values[2], given.site)

    def call_hasattr(self, given: Given) -> Value:
        """``hasattr(…)``."""
        values = given.values
        if len(values) != 2 or not isinstance(values[1], str) or isinstance(values[1], PartialText):
            return self.machine.unsure(given.site)

        def has() -> Value:
            found = self.attributes.read(values[0], str(values[1]), given.site)
            return given.site.unknown() if _may_be_missing(values[0], found) else True

        return self.attributes.instances.unless_missing(has, lambda: False, given.site)

    def call_setattr(self, given: Given) -> Value:
        """``setattr(…)``."""
        values = given.values
        if len(values) == 3 and isinstance(values[1], str) and not isinstance(values[1], PartialText):
            argument = Argument(values[2], given.arguments[2].place, given.arguments[1].place)
            self.changes.set(values[0], values[1], argument, given.site)
            return None
        if values:
            self.changes.forget(values[0], given.site.unknown())
        return self.machine.unsure(given.site)

    def call_delattr(self, given: Given) -> Value:
        """``delattr(…)``."""
        values = given.values
        if len(values) == 2 and isinstance(values[1], str) and not isinstance(values[1], PartialText):
            self.changes.delete(values[0], values[1], given.site)
            return None
        if values:
            self.changes.forget(values[0], given.site.unknown())
        return self.machine.unsure(given.site)

    def call_vars(self, given: Given) -> Value:
        """``vars(…)``."""
        value = given.value(0, "object")
        is_own = isinstance(value, Instance) and self.comparing.is_own(value)
        if not is_own and not isinstance(value, ClassValue | FunctionValue | ModuleValue):
            return self.machine.unsure(given.site)
        return self.attributes.read(value, "__dict__", given.site)

    def call_property(self, given: Given) -> Value:
        """``property(…)``."""
        getter, setter = given.value(0, "fget"), given.value(1, "fset")
        if not isinstance(getter, FunctionValue) or not isinstance(setter, FunctionValue | None):
            return self.machine.unsure(given.site)
        decorators = (External("builtins.property"), *getter.decorators)
        return replace(getter, decorators=decorators, setter=setter)


def _may_be_missing(value: Value, found: Value) -> bool:
    """Whether an attribute that was read may not be there."""
    if native_of(value) is not None:
        return False
    if isinstance(found, Unknown) or isinstance(value, External | FromEnvironment):
        return True
    if isinstance(value, ModuleValue):
        return False
    if isinstance(value, Instance) and isinstance(found, BoundMethod) and isinstance(found.function, str):
        return True
    return isinstance(value, Instance) and ANY_ATTRIBUTE in value.attributes
