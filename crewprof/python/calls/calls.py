"""Calls in a project's Python: of whatever is called, with whatever arguments."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from crewprof.python import operators
from crewprof.python.calls.arguments import Arguments
from crewprof.python.calls.external import ExternalCalls
from crewprof.python.calls.functions import Functions
from crewprof.python.escaping import changing_in_items
from crewprof.python.exceptions import raised
from crewprof.python.functions.operator_functions import GETTERS
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.leaving import Raised, TooLong
from crewprof.python.objects.related_classes import METHODS_OF_CLASSES
from crewprof.python.site import Site
from crewprof.python.uncertain import FromEnvironment, OneOf
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    BoundMethod,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    SuperValue,
    Value,
)
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.functions.known_functions import KnownFunctions
    from crewprof.python.generators import Generators
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.methods import Methods
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.objects.classes import Classes
    from crewprof.python.operations.comparing import Comparing
    from crewprof.source.place import Place


class Calls:
    """Makes the calls of a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        classes: Classes,
        changes: AttributeChanges,
        known: KnownFunctions,
        methods: Methods,
        generators: Generators,
    ) -> None:
        self.machine = machine
        self.comparing = comparing
        self.classes = classes
        self.changes = changes
        self.known = known
        self.methods = methods
        self.arguments = Arguments(machine, iteration)
        self.functions = Functions(machine, iteration, generators)
        self.external = ExternalCalls(machine, known)

    # Written calls

    def evaluate(self, node: ast.Call, frame: Frame) -> Value:
        """What a call gives."""
        callee = self.machine.evaluate(node.func, frame)
        site = Site(node, frame)
        arguments, keywords, is_complete = self.arguments.written(node, frame)
        if callee == External("builtins.super"):
            return self._super([one.value for one in arguments], frame, site)
        if not is_complete or ANY_ATTRIBUTE in keywords:
            return self._with_unknown_arguments(callee, arguments, keywords, site)
        return self.machine.invoke(callee, arguments, keywords, site)

    def _super(self, values: list[Value], frame: Frame, site: Site) -> Value:
        while frame.host is not None:
            frame = frame.host
        owner, receiver = frame.owner, frame.receiver
        if len(values) == 2 and isinstance(values[0], ClassValue):
            owner, receiver = values[0], values[1]
        if owner is not None and isinstance(receiver, Instance | ClassValue):
            return SuperValue(receiver, owner)
        return self.machine.unsure(site)

    def _with_unknown_arguments(
        self, callee: Value, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        if isinstance(callee, External | ClassValue) and callee.name[:1].isupper():
            why = self.machine.note(site.unknown())
            found = callee.lookup("__init__") if isinstance(callee, ClassValue) else None
            if found is not None:
                self.machine.forget_reached([found[1]], why)
            made = Instance(callee, site.place, keywords=keywords)
            if ANY_ATTRIBUTE in keywords:
                made.attributes[ANY_ATTRIBUTE] = keywords[ANY_ATTRIBUTE]
            self.machine.journal.bear(made.attributes)
            return self.external.recorded(made, site.frame)
        unknown = self.machine.note(self.machine.unsure(site))
        if (
            isinstance(callee, BoundMethod)
            and callee.function == "format"
            and isinstance(callee.receiver, str)
        ):
            # A template is known as it is written, whatever fills it in.
            return self.methods.call(callee.receiver, "format", Given([site.argument(unknown)], {}, site))
        if isinstance(callee, FunctionValue | BoundMethod | Instance):
            self.machine.forget_reached([callee], unknown)
            self.machine.forget_reached([one.value for one in (*arguments, *keywords.values())], unknown)
        self.machine.escaping.give([*arguments, *keywords.values()], unknown)
        return unknown

    # Calls of values

    def call(
        self, callee: Value, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """``callee(*arguments, **keywords)``."""
        match callee:
            case External():
                return self.external.call(callee, arguments, keywords, site)
            case ClassValue():
                made = self.classes.instantiate(callee, arguments, keywords, site)
                return self.external.recorded(made, site.frame) if isinstance(made, Instance) else made
            case FunctionValue():
                return self.functions.call(callee, arguments, keywords, site)
            case BoundMethod():
                return self._call_method(callee, arguments, keywords, site)
            case Instance():
                return self._call_instance(callee, arguments, keywords, site)
            case OneOf():
                return self.machine.of_each(
                    callee, lambda one: self.machine.invoke(one, arguments, keywords, site), site
                )
            case Unknown() | FromEnvironment():
                return self._call_unknown(arguments, keywords, site)
            case _ if operators.is_known(callee) or isinstance(callee, list | dict | set | tuple):
                shown = type(callee).__name__.removeprefix("Placed").lower()
                raise raised(site, TypeError(f"'{shown}' object is not callable"))
            case _:
                return self.machine.unsure(site)

    def _call_unknown(
        self, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """A call of what is not known: it may be a method of whatever has escaped."""
        unknown = self.machine.unsure(site)
        written = site.node.func if isinstance(site.node, ast.Call) else None
        name = written.attr if isinstance(written, ast.Attribute) else ""
        given = [*arguments, *keywords.values()]
        if name == "run_in_executor" and len(arguments) > 1:
            # An event loop's: nothing else that is known has a method of that name.
            return self.external.handed.called(arguments[1:], keywords, site)
        self.machine.escaping.called(name, given, unknown)
        return unknown

    def _call_instance(
        self, callee: Instance, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        if callee.callee == External("functools.partial") and callee.arguments:
            given = [*callee.arguments[1:], *arguments]
            return self.machine.invoke(
                callee.arguments[0].value, given, {**callee.keywords, **keywords}, site
            )
        if isinstance(callee.callee, External) and callee.callee.dotted in GETTERS and len(arguments) == 1:
            return self.known.operators.get(callee, arguments[0].value, site)
        if isinstance(callee.callee, ClassValue):
            found = callee.callee.lookup("__call__")
            if found is not None and isinstance(found[1], FunctionValue):
                return self.machine.invoke(BoundMethod(callee, found[1]), arguments, keywords, site)
            if self.comparing.is_own(callee):
                raise raised(site, TypeError(f"'{callee.name}' object is not callable"))
        return self.machine.unsure(site)

    def _call_method(
        self, callee: BoundMethod, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        receiver, function = callee.receiver, callee.function
        if isinstance(function, FunctionValue):
            return self.functions.call_method(receiver, function, arguments, keywords, site)
        if isinstance(receiver, OneOf):
            return self.machine.of_each(
                receiver,
                lambda one: self.machine.invoke(BoundMethod(one, function), arguments, keywords, site),
                site,
            )
        if isinstance(receiver, SuperValue):
            return self._call_super(receiver, function, arguments, keywords, site)
        if isinstance(receiver, Instance):
            return self.external.call_method(receiver, function, arguments, keywords, site)
        if isinstance(receiver, FunctionValue):
            return self._call_of_function(receiver, function, arguments, site)
        if (
            isinstance(receiver, ClassValue)
            and function in METHODS_OF_CLASSES
            and not (arguments or keywords)
        ):
            return METHODS_OF_CLASSES[function](self.machine, receiver, site)
        given = Given(list(arguments), keywords, site)
        made = self.known.method(receiver, function, given)
        made = self.methods.call(receiver, function, given) if made is NOT_KNOWN else made
        if type(made) is Unknown:
            self.machine.escaping.give([*changing_in_items(receiver), *arguments, *keywords.values()], made)
        return made

    def _call_of_function(
        self, function: FunctionValue, name: str, arguments: Sequence[Argument], site: Site
    ) -> Value:
        """``@x.setter`` and ``@x.deleter`` of a property, or a method of a function that is decorated."""
        if len(arguments) == 1 and isinstance(arguments[0].value, FunctionValue):
            if name == "setter":
                return replace(function, setter=arguments[0].value)
            if name == "deleter":
                return replace(function, deleter=arguments[0].value)
        return self.machine.unsure(site)

    def _call_super(
        self,
        parent: SuperValue,
        name: str,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> Value:
        made = parent.instance
        if name == "__init__" and isinstance(made, Instance) and isinstance(made.callee, ClassValue):
            after = parent.after()
            self.classes.initialise(made, after or [parent.owner], arguments, keywords, site) if after else (
                self._super_init(made, arguments, keywords, site)
            )
            return None
        if name == "__init_subclass__" and isinstance(made, ClassValue):
            return None
        if name == "__new__" and arguments and isinstance(arguments[0].value, ClassValue):
            cls = arguments[0].value
            return self.machine.unsure(site) if operators.foreign_bases(cls) else self.classes.bare(cls, site)
        count = {"__setattr__": 2, "__delattr__": 1}.get(name)
        if isinstance(made, Instance) and len(arguments) == count:
            attribute, changes = arguments[0].value, self.changes
            if not isinstance(attribute, str):
                changes.forget(made, self.machine.unsure(site))
            elif name == "__setattr__":
                changes.set_by(parent.after(), made, attribute, arguments[1], site)
            else:
                changes.delete_by(parent.after(), made, attribute, site)
            return None
        return self.machine.unsure(site, f"`super().{name}()` is only known when the crew runs")

    def _super_init(
        self, made: Instance, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> None:
        assert isinstance(made.callee, ClassValue)
        if operators.foreign_bases(made.callee):
            self.machine.journal.touch(made.attributes)
            made.attributes.update(keywords)
        else:
            self.classes.initialise(made, (), arguments, keywords, site)

    # For loaders

    def instantiate(
        self, cls: ClassValue, arguments: list[Argument], keywords: dict[str, Argument], place: Place
    ) -> Instance:
        """An instance of a class of the project, with its ``__init__`` followed as far as it goes."""
        site = Site(cls.node, Frame(cls.module, cls.module.names))
        before = len(self.machine.journal.layers)
        try:
            made = self.classes.instantiate(cls, arguments, keywords, site)
        except (Raised, TooLong):
            made = None
        self.machine.journal.abandon(before)
        if not isinstance(made, Instance):
            made = Instance(cls, place, tuple(arguments), keywords)
        made.place = place
        return made

    def call_method(
        self,
        receiver: Value,
        function: FunctionValue,
        arguments: list[Argument],
        keywords: dict[str, Argument],
    ) -> Value:
        """``receiver.function(…)``; what CrewAI memoizes is made once; what nobody gives is unknown."""
        site = Site(function.node, Frame(function.module, function.module.names))
        return self.asked(
            partial(self.functions.call_method_loosely, receiver, function, arguments, keywords, site), site
        )

    def asked(self, run: Any, site: Site) -> Value:
        """What a loader asks for: where the code raises, an Unknown that says so.

        Raises :class:`InputError` for an entry that a config file does not have.
        """
        before = len(self.machine.journal.layers)
        try:
            made: Value = run()
        except Raised as left:
            self.machine.journal.abandon(before)
            if left.error is not None:
                raise left.error from None
            return site.unknown(raising(left, site))
        except (TooLong, RecursionError):
            self.machine.journal.abandon(before)
            return site.unknown("the Python code is too long to follow")
        # A path that raises ends the program: what is left is the other one.
        self.machine.journal.abandon(before)
        return made


def raising(left: Raised, site: Site) -> str:
    """That code raises, in words."""
    if not isinstance(left.value, Instance):
        return f"`{site.source.partition(':')[0]}` raises an exception"
    said = [one.value for one in left.value.arguments]
    said = [one.reason if isinstance(one, Unknown) else one for one in said]
    shown = ", ".join(repr(one) for one in said if isinstance(one, str | int))
    cell = f"cell {left.place.cell.number}, " if left.place and left.place.cell else ""
    where = f" ({cell}line {left.place.shown_line})" if left.place else ""
    return f"raises {left.value.name}: {shown}{where}" if shown else f"raises {left.value.name}{where}"
