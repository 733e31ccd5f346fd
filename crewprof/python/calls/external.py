"""Calls of what is not the project's: what is computed, and what only leaves its arguments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from crewprof.python.calls import command_line
from crewprof.python.calls.handed_work import HandedWork
from crewprof.python.exceptions import native_class
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.lazy_items import LazyItems
from crewprof.python.values import Argument, ClassValue, External, Frame, Instance, MethodCall, Value
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.functions.known_functions import KnownFunctions
    from crewprof.python.machine import Machine
    from crewprof.python.site import Site

STANDARD_LIBRARY: Final = frozenset(sys.stdlib_module_names) | {"builtins"}

CHANGING_PACKAGES: Final = frozenset(
    {"random", "heapq", "bisect", "operator", "functools", "itertools", "collections", "contextlib", "array"}
)
"""Packages of the standard library that change what they are given, or call it; files aside.

What others do with it later (threads, handlers of signals) is taken not to change what a crew is.
"""

_CLASSES: Final = frozenset({"threading.local"})
"""Classes of the library that do not look like one."""

_COPIED: Final = tuple(External(f"crewai.{name}") for name in ("Agent", "Task", "Crew"))


class ExternalCalls:
    """Calls functions, classes and methods of other packages for a machine."""

    def __init__(self, machine: Machine, known: KnownFunctions) -> None:
        self.machine = machine
        self.known = known
        self.handed = HandedWork(machine)

    def call(
        self, callee: External, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """``callee(*arguments, **keywords)``."""
        if callee.dotted == "asyncio.to_thread":
            return self.handed.called(arguments, keywords, site)
        made = self.known.call(callee, Given(list(arguments), keywords, site))
        if type(made) is Unknown:
            self.machine.escaping.give([*arguments, *keywords.values()], made)
        if made is not NOT_KNOWN:
            return made
        if callee.package in STANDARD_LIBRARY and native_class(callee) is None:
            return self._call_library(callee, arguments, keywords, site)
        self._give_generators([*arguments, *keywords.values()], site)
        if callee.name[:1].isupper():
            if callee.package == "crewai":
                keywords = {name: self._as_field(one) for name, one in keywords.items()}
            instance = Instance(callee, site.place, tuple(arguments), keywords)
            self.machine.journal.bear(instance.attributes)
            return instance if callee.package == "builtins" else self.recorded(instance, site.frame)
        return self.machine.unsure(site)

    def _call_library(
        self, callee: External, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """Something of Python's library that is not computed: some of it changes what it is given."""
        given = [*arguments, *keywords.values()]
        unknown = self.machine.unsure(site)
        if callee.package in CHANGING_PACKAGES:
            self.machine.forget_reached([one.value for one in given], unknown)
        self.machine.escaping.give(given, unknown)
        if not callee.name[:1].isupper() and callee.dotted not in _CLASSES:
            return unknown
        made = Instance(callee, site.place, tuple(arguments), keywords)
        self.machine.journal.bear(made.attributes)
        return made if callee.package == "builtins" else self.recorded(made, site.frame)

    def _give_generators(self, given: Sequence[Argument], site: Site) -> None:
        """Generators are used up by what is given them, such as a response that streams what they give."""
        found = [one for one in given if isinstance(one.value, LazyItems) and one.value.is_generator]
        if found:
            self.machine.escaping.give(found, site.unknown())

    def call_method(
        self,
        receiver: Instance,
        name: str,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> Value:
        """A method that is not the project's. It is taken not to change what it is given."""
        certain = self.machine.journal.is_certain
        self.machine.method_calls.append(
            MethodCall(
                receiver,
                name,
                tuple(arguments),
                keywords,
                site.place,
                site.frame.function,
                is_certain=certain,
                is_repeated=self.machine.repeating > 0 and not certain,
                held=receiver.held(),
            )
        )
        if isinstance(receiver.callee, ClassValue) and name in ("__init__", "__init_subclass__"):
            return None
        if isinstance(receiver.callee, External) and receiver.callee.package in CHANGING_PACKAGES:
            unknown = self.machine.unsure(site)
            self.machine.forget_reached([one.value for one in (*arguments, *keywords.values())], unknown)
            return unknown
        made = self.handed.method(receiver, name, arguments, keywords, site)
        if made is not NOT_KNOWN:
            return made
        part = command_line.made_by(receiver, name, arguments, keywords, site)
        if part is not None:
            return self.recorded(part, site.frame)
        parsed = command_line.parsed(self.machine, receiver, name, arguments, keywords, site)
        if parsed is not None:
            return parsed
        if name == "copy" and receiver.callee in _COPIED:
            return self._copied(receiver, site)
        return self.machine.unsure(site)

    def _copied(self, one: Instance, site: Site) -> Instance:
        """``agent.copy()``: another object with all the first one was given (``BaseAgent.copy``).

        A crew copies its members too, a task its context; they say the same.
        """
        keywords = {name: self._as_field(given) for name, given in one.keywords.items()}
        attributes = {name: self._as_field(given) for name, given in one.attributes.items()}
        made = Instance(one.callee, one.place, one.arguments, keywords, attributes)
        made.method, made.label = one.method, one.label
        self.machine.journal.bear(made.attributes)
        return self.recorded(made, site.frame)

    def _as_field(self, given: Argument) -> Argument:
        """What a model of CrewAI keeps: pydantic copies the lists it is given, not what is in them."""
        if not isinstance(given.value, list):
            return given
        copied = list(given.value)
        self.machine.journal.bear(copied)
        return replace(given, value=copied)

    def recorded(self, made: Instance, frame: Frame) -> Instance:
        """``made``, among all that is made by the code that is followed."""
        if isinstance(made.callee, ClassValue) and made.callee.members:
            return made
        made.function = frame.function
        made.is_certain = self.machine.journal.is_certain
        self.machine.made.append(made)
        return made
