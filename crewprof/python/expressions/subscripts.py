"""``value[key]`` and slices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crewprof.python import module_names, operators
from crewprof.python.config_files import ConfigFile
from crewprof.python.exceptions import computed, raised
from crewprof.python.joining import joined
from crewprof.python.mappings import PlacedDict
from crewprof.python.module_names import ModuleNames
from crewprof.python.native_values import Deque
from crewprof.python.operations.hashing import is_key
from crewprof.python.site import Site
from crewprof.python.uncertain import (
    Deciding,
    FromEnvironment,
    OneOf,
    PartialText,
    UnknownItems,
    has_rest,
    usual_items,
)
from crewprof.python.values import ClassValue, External, Frame, Instance, Value
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    import ast

    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing


class Subscripts:
    """Looks items up for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing) -> None:
        self.machine = machine
        self.comparing = comparing

    def read_subscript(self, node: ast.Subscript, frame: Frame) -> Value:
        """``value[key]``."""
        value = self.machine.evaluate(node.value, frame)
        return self.item(value, self.machine.evaluate(node.slice, frame), Site(node, frame))

    def item(self, value: Value, key: Value, site: Site) -> Value:
        """``value[key]``."""
        if isinstance(value, OneOf):
            return self.machine.of_each(value, lambda one: self.item(one, key, site), site)
        if isinstance(value, External):
            return self._of_external(value, key, site)
        if isinstance(value, ModuleNames):
            return module_names.item(self.machine, value, key, site)
        if isinstance(key, FromEnvironment):
            return self._by_variable(value, key, site)
        if isinstance(value, FromEnvironment):
            return self.machine.marked(value, lambda: self.item(value.value, key, site), site)
        if isinstance(value, dict):
            return self._entry(value, key, site)
        if isinstance(value, Instance):
            return self.comparing.special(value, "getitem", [key], site)
        if isinstance(value, ClassValue):
            return self._of_class(value, key, site)
        if not isinstance(value, operators.DATA) or isinstance(value, PartialText):
            if isinstance(value, re.Match) and operators.is_known(key):
                return computed(site, lambda: value[key])  # type: ignore[call-overload]
            return self.machine.unsure(site)
        return self._of_sequence(value, key, site)

    def _by_variable(self, value: Value, key: FromEnvironment, site: Site) -> Value:
        if isinstance(value, PlacedDict) and value.factory is not None:
            # Which entry is made is only known when the variable is.
            return self._any_entry(value, site)
        if isinstance(value, dict) and any(isinstance(one, list | dict | set) for one in value.values()):
            return self._entry_by_default(value, key, site)
        return self.machine.marked(key, lambda: self.item(value, key.value, site), site)

    def _of_external(self, value: External, key: Value, site: Site) -> Value:
        if value.dotted == "sys.modules":
            return module_names.loaded(self.machine, key, site)
        if value.dotted == "os.environ" and isinstance(key, str):
            return self.machine.environment.get(key, FromEnvironment(key, None, site.place))
        if isinstance(key, FromEnvironment):
            return self.machine.marked(key, lambda: self.item(value, key.value, site), site)
        return self.machine.unsure(site)

    def _of_class(self, value: ClassValue, key: Value, site: Site) -> Value:
        if value.members and isinstance(key, str) and not isinstance(key, PartialText):
            if key not in value.members:
                raise raised(site, KeyError(key))
            return value.members[key]
        # A generic class with its parameters is the class, for all that matters here.
        return value if value.lookup("__class_getitem__") is None else self.machine.unsure(site)

    def _of_sequence(self, value: Any, key: Value, site: Site) -> Value:
        if isinstance(key, slice):
            if not all(operators.is_known(one) for one in (key.start, key.stop, key.step)):
                return self._some_of(value, site)
        elif not operators.is_known(key):
            return self._some_of(value, site)
        if isinstance(value, list | tuple) and has_rest(value):
            rest = next(at for at, one in enumerate(value) if isinstance(one, UnknownItems))
            if isinstance(key, int) and 0 <= key < rest:
                return value[key]
            return self._some_by_default(value, key, site)
        if isinstance(value, Deque) and isinstance(key, slice):
            raise raised(site, TypeError("sequence index must be integer, not 'slice'"))
        made: Value = computed(site, lambda: value[key])
        if isinstance(key, slice):
            self.machine.allocate(len(made))  # type: ignore[arg-type]
            if isinstance(made, list):
                self.machine.journal.bear(made)
        return made

    def _some_by_default(self, value: list[Value] | tuple[Value, ...], key: Any, site: Site) -> Value:
        """An item, or several, of which it is only known which they are by default, if that is known."""
        unknown = self._some_of(value, site)
        items = usual_items(value)
        rest = next(one for one in value if isinstance(one, UnknownItems))
        if items is None or not isinstance(key, int | slice):
            return unknown
        try:
            made: Value = list(items[key]) if isinstance(key, slice) else items[key]
        except IndexError:
            return unknown
        if isinstance(made, list) and isinstance(key, slice):
            self.machine.journal.bear(made)
        assert isinstance(unknown, Unknown)
        return joined([unknown, made], Deciding(unknown.reason, unknown.place, rest.variable, 1))

    def _some_of(self, value: Any, site: Site) -> Value:
        """What is not known to be which item, or items."""
        if isinstance(value, list | tuple):
            self.machine.escaping.add(value)
        return self.machine.unsure(site)

    def _entry(self, value: dict[object, object], key: Value, site: Site) -> Value:
        if not is_key(self.machine, key, site):
            return self._any_entry(value, site)
        if key in value:
            return value[key]
        default = getattr(value, "factory", None)
        if getattr(value, "kind", "dict") == "Counter" and getattr(value, "rest", None) is None:
            return 0
        if isinstance(value, PlacedDict) and value.rest is not None:
            return self.machine.unsure(site)
        if default is not None:
            made = self.machine.invoke(default, [], {}, site)
            self.machine.journal.touch(value)
            value[key] = made
            return made
        error = raised(site, KeyError(key))
        if isinstance(value, ConfigFile):
            error.error = value.no_key(key, site.place)
        raise error

    def _entry_by_default(self, value: dict[object, object], key: FromEnvironment, site: Site) -> Value:
        """The entry of a key that is only known by default: it may be changed, as any other."""
        found = self._any_entry(value, site)
        if not isinstance(key.value, str | int) or key.value not in value or not isinstance(found, Unknown):
            return found
        usual = value[key.value]
        if isinstance(found, OneOf):
            at = next(at for at, one in enumerate(found.options) if one is usual)
            return replace(found, variable=key.variable, usual=at)
        return joined([found, usual], Deciding(found.reason, found.place, key.variable, 1))

    def _any_entry(self, value: dict[object, object], site: Site) -> Value:
        """The entry of a key that is not known."""
        unknown = self.machine.unsure(site)
        if isinstance(value, PlacedDict) and value.factory is not None:
            self.machine.lose(value, unknown)
        self.machine.escaping.add(value.values())
        rest = isinstance(value, PlacedDict) and value.rest is not None
        if rest or not 0 < len(value) <= 8 or any(isinstance(one, Unknown) for one in value.values()):
            return unknown
        return OneOf(unknown.reason, unknown.place, tuple(value.values()))

    def read_slice(self, node: ast.Slice, frame: Frame) -> Value:
        """``lower:upper:step``."""
        parts = [
            None if one is None else self.machine.evaluate(one, frame)
            for one in (node.lower, node.upper, node.step)
        ]
        return slice(*parts)
