"""``dataclasses`` of Python's standard library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.mappings import PlacedDict
from crewprof.python.objects.dataclass_fields import dataclass_fields
from crewprof.python.values import ANY_ATTRIBUTE, ClassValue, External, Instance, Value

if TYPE_CHECKING:
    from crewprof.python.functions.copying import Copying
    from crewprof.python.given import Given
    from crewprof.python.machine import Machine


class DataclassFunctions:
    """Computes functions on dataclasses for a machine."""

    def __init__(self, machine: Machine, copying: Copying) -> None:
        self.machine = machine
        self.copying = copying

    def _dataclass_of(self, value: Value) -> ClassValue | None:
        cls = value.callee if isinstance(value, Instance) else value
        is_one = isinstance(cls, ClassValue) and any(one.decorator("dataclass") for one in cls.mro())
        return cls if is_one else None  # type: ignore[return-value]

    def is_dataclass(self, given: Given) -> Value:
        """``dataclasses.is_dataclass(…)``."""
        value = given.value(0, "obj")
        if self._dataclass_of(value) is not None:
            return True
        return False if operators.is_known(value) else self.machine.unsure(given.site)

    def fields(self, given: Given) -> Value:
        """``dataclasses.fields(…)``."""
        cls = self._dataclass_of(given.value(0, "class_or_instance"))
        fields = None if cls is None else dataclass_fields(cls)
        if fields is None:
            return self.machine.unsure(given.site)
        named = [{"name": given.site.argument(one.name)} for one in fields]
        return tuple(Instance(External("dataclasses.Field"), given.site.place, (), one) for one in named)

    def replace(self, given: Given) -> Value:
        """``dataclasses.replace(…)``."""
        value = given.value(0, "obj")
        cls = self._dataclass_of(value)
        fields = None if cls is None else dataclass_fields(cls)
        if fields is None or not isinstance(value, Instance) or ANY_ATTRIBUTE in value.attributes:
            return self.machine.unsure(given.site)
        changes = {name: one for name, one in given.keywords.items() if name != "obj"}
        for one in fields:
            if one.is_parameter and one.name not in changes:
                if one.name not in value.attributes:
                    return self.machine.unsure(given.site)
                changes[one.name] = value.attributes[one.name]
        return self.machine.invoke(value.callee, [], changes, given.site)

    def astuple(self, given: Given) -> Value:
        """``dataclasses.astuple(…)``."""
        made = self.asdict(given)
        return tuple(made.values()) if isinstance(made, PlacedDict) else made

    def asdict(self, given: Given) -> Value:
        """``dataclasses.asdict(…)``."""
        value = given.value(0, "obj")
        if not isinstance(value, Instance) or not isinstance(value.callee, ClassValue) or given.keywords:
            return self.machine.unsure(given.site)
        fields = dataclass_fields(value.callee) if self._dataclass_of(value) is not None else None
        if fields is None or any(isinstance(one.value, Instance) for one in value.attributes.values()):
            return self.machine.unsure(given.site)
        made = PlacedDict()
        for name in (one.name for one in fields):
            if name not in value.attributes:
                return self.machine.unsure(given.site)
            made[name] = self.copying.copied(value.attributes[name].value, {}, given)
        self.machine.journal.bear(made)
        return made
