"""Attributes of what a project's Python evaluates to: setting, deleting and forgetting them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crewprof.python.escaping import is_forgotten
from crewprof.python.exceptions import raised
from crewprof.python.functions.records import is_first_record
from crewprof.python.lazy_items import LazyItems
from crewprof.python.mappings import PlacedDict
from crewprof.python.native_values import Record
from crewprof.python.objects.dataclass_fields import dataclass_fields, flag, is_frozen
from crewprof.python.objects.slots import slots_of
from crewprof.python.objects.types_of import native_of
from crewprof.python.operators import comes_after_foreign, foreign_bases, is_known
from crewprof.python.uncertain import OneOf, Perhaps
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
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site


class AttributeChanges:
    """Changes attributes for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing) -> None:
        self.machine = machine
        self.comparing = comparing

    # Setting

    def set(self, receiver: Value, name: str, argument: Argument, site: Site) -> None:
        """``receiver.name = argument``."""
        match receiver:
            case OneOf():
                self.machine.of_each(receiver, lambda one: self.set(one, name, argument, site), site)
            case Instance():
                self._set_on_instance(receiver, name, argument, site)
            case ClassValue() if name in receiver.members:
                raise raised(site, AttributeError(f"cannot reassign member {name!r}"))
            case ClassValue():
                self.machine.journal.touch(receiver.namespace)
                receiver.namespace[name] = argument.value
            case FunctionValue():
                self.machine.journal.touch(receiver.attributes)
                receiver.attributes[name] = argument.value
            case ModuleValue():
                self.machine.journal.touch(receiver.module.names)
                receiver.module.names[name] = argument.value
            case Record() if not is_first_record(receiver.cls) and name not in receiver.fields:
                # What an object of a class that derives from a named tuple keeps beside it is not followed.
                self.machine.journal.touch(receiver.cls.namespace)
                self.machine.escaping.add([argument])
                receiver.cls.namespace[name] = self.machine.unsure(site)
            case _ if is_known(receiver) or isinstance(receiver, PlacedDict | list | tuple | set):
                shown = type(receiver).__name__.removeprefix("Placed").lower()
                raise raised(site, AttributeError(f"'{shown}' object has no attribute '{name}'"))
            case External() if native_of(receiver) is not None:
                raise raised(
                    site, TypeError(f"cannot set '{name}' attribute of immutable type '{receiver.name}'")
                )
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
        elif found is not None and self.is_data(found[1]):
            assert isinstance(found[1], Instance)
            self.comparing.special(found[1], "set", [receiver, argument.value], site)
        else:
            slots = slots_of(cls)
            if slots is not None and name not in slots:
                what = f"has no attribute '{name}'" if found is None else f"attribute '{name}' is read-only"
                raise raised(site, AttributeError(f"'{cls.name}' object {what}"))
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

    # Deleting

    def delete(self, receiver: Value, name: str, site: Site) -> None:
        """``del receiver.name``."""
        if isinstance(receiver, Instance) and isinstance(receiver.callee, ClassValue):
            self.delete_by(receiver.callee.mro(), receiver, name, site)
            return
        if isinstance(receiver, ClassValue) and name in receiver.members:
            raise raised(site, AttributeError(f"'{receiver.name}' cannot delete member '{name}'."))
        if isinstance(receiver, ClassValue) and name in receiver.namespace:
            self.machine.journal.touch(receiver.namespace)
            del receiver.namespace[name]
            return
        if isinstance(receiver, OneOf):
            self.machine.of_each(receiver, lambda one: self.delete(one, name, site), site)
            return
        self._delete_plainly(receiver, name, site)

    def _delete_plainly(self, receiver: Value, name: str, site: Site) -> None:
        held = receiver.attributes if isinstance(receiver, FunctionValue) else {}
        if isinstance(receiver, ModuleValue):
            held = receiver.module.names
        if name in held and not isinstance(held[name], Perhaps):
            self.machine.journal.touch(held)
            del held[name]
        elif is_known(receiver) or isinstance(receiver, list | dict | set | tuple):
            raise raised(site, AttributeError(name))
        else:
            self.machine.escaping.attribute_set(name, [], self.machine.unsure(site))

    def delete_by(self, order: Sequence[ClassValue], receiver: Instance, name: str, site: Site) -> None:
        """What the first ``__delattr__`` of the classes ``order`` does, written or of a dataclass."""
        cls = receiver.callee
        assert isinstance(cls, ClassValue)
        for one in order:
            own = one.namespace.get("__delattr__")
            if (own is not None or is_frozen(one) is not False) and comes_after_foreign(cls, one):
                why = self.machine.unsure(site)
                if own is not None:
                    self.machine.forget_reached([own], why)
                self.forget(receiver, why)
                return
            if own is not None:
                self.machine.run(BoundMethod(receiver, own), [name], site)  # type: ignore[arg-type]
                return
            self._refuse_frozen(one, receiver, f"cannot delete field '{name}'", name, site)
        found = cls.lookup(name)
        if found is not None and isinstance(found[1], FunctionValue) and found[1].decorator("property"):
            if found[1].deleter is None:
                raise raised(site, AttributeError(f"property '{name}' of '{cls.name}' object has no deleter"))
            self.machine.invoke(found[1].deleter, [site.argument(receiver)], {}, site)
            return
        if found is not None and self.is_data(found[1]):
            assert isinstance(found[1], Instance)
            self.comparing.special(found[1], "delete", [receiver], site)
            return
        if name in receiver.attributes:
            if isinstance(receiver.attributes[name].value, Perhaps):
                self.machine.unsure(site)
            self.machine.journal.touch(receiver.attributes)
            del receiver.attributes[name]
            return
        is_open = ANY_ATTRIBUTE in receiver.attributes or found is not None
        if self.comparing.is_own(receiver) and not is_open:
            raise raised(site, AttributeError(name))
        self.machine.unsure(site)

    # Forgetting

    def forget(self, value: Any, why: Unknown) -> None:
        """Make what an object holds unknown."""
        if isinstance(value, Instance):
            if ANY_ATTRIBUTE in value.attributes and all(map(is_forgotten, value.attributes.values())):
                return
            self.machine.journal.touch(value.attributes)
            self.machine.escaping.add(value.attributes.values())
            for name, argument in value.attributes.items():
                value.attributes[name] = Argument(why, argument.place, argument.key_place)
            value.attributes[ANY_ATTRIBUTE] = Argument(why, value.place, value.place)
        elif isinstance(value, list | set | PlacedDict):
            self.machine.lose(value, why)
        elif isinstance(value, LazyItems):
            value.lost = why

    def forget_named(self, value: Instance, names: Collection[str], why: Unknown) -> None:
        """Make the attributes ``names`` of an object unknown; it may have got those that it did not have."""
        known = [name for name in sorted(names) if not is_forgotten(value.attributes.get(name))]
        if known:
            self.machine.journal.touch(value.attributes)
        for name in known:
            had = value.attributes.get(name)
            if had is None:
                # Whether it has it is not known, nor in which order.
                value.attributes[ANY_ATTRIBUTE] = Argument(why, value.place, value.place)
            place, key_place = (had.place, had.key_place) if had is not None else (value.place, value.place)
            value.attributes[name] = Argument(why, place, key_place)

    def forget_set(self, value: ClassValue | FunctionValue, names: Collection[str], why: Unknown) -> None:
        """Make the attributes ``names`` of a class or function unknown."""
        held = value.namespace if isinstance(value, ClassValue) else value.attributes
        known = [name for name in sorted(names) if type(held.get(name)) is not Unknown]
        if known:
            self.machine.journal.touch(held)
        for name in known:
            self.machine.escaping.add([held.get(name)])
            held[name] = why if name in held else Perhaps(why.reason, why.place, (why,))

    @classmethod
    def is_data(cls, found: Value) -> bool:
        """Whether what a class holds is a descriptor that comes before what an instance holds itself."""
        return cls.describes(found, "__set__") or cls.describes(found, "__delete__")

    @staticmethod
    def describes(found: Value, name: str) -> bool:
        """Whether what a class holds is a descriptor of the project."""
        cls = found.callee if isinstance(found, Instance) else None
        return isinstance(cls, ClassValue) and cls.lookup(name) is not None
