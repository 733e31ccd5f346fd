"""Calls in a project's Python: what is followed, what is computed, and what only leaves its arguments."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.binding import bound
from crewprof.python.escaping import changing_in_items
from crewprof.python.exceptions import native_class, raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.leaving import Raised, TooLong
from crewprof.python.operator_functions import GETTERS
from crewprof.python.scopes import bound_in
from crewprof.python.site import Site
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    BoundMethod,
    ClassValue,
    External,
    Frame,
    FromEnvironment,
    FunctionValue,
    Instance,
    MethodCall,
    OneOf,
    PlacedDict,
    SuperValue,
    UnknownItems,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.python.classes import Classes
    from crewprof.python.comparing import Comparing
    from crewprof.python.generators import Generators
    from crewprof.python.iteration import Iteration
    from crewprof.python.known_functions import KnownFunctions
    from crewprof.python.machine import Machine
    from crewprof.python.methods import Methods
    from crewprof.source.place import Place
    from crewprof.source.python_document import Positioned

DEPTH_LIMIT: Final = 40
"""Calls within calls."""

STANDARD_LIBRARY: Final = frozenset(sys.stdlib_module_names) | {"builtins"}
CHANGING_PACKAGES: Final = frozenset(
    {"random", "heapq", "bisect", "operator", "functools", "itertools", "collections", "contextlib", "array"}
)
"""Packages of the standard library that change what they are given, or call it; files aside.

What others do with it later (threads, handlers of signals) is taken not to change what a crew is.
"""

MEMOIZED: Final = ("agent", "task", "llm", "tool", "callback", "cache_handler", "crew")
"""Decorators of crewai.project whose methods give the same object each time (project/annotations.py)."""


class Calls:
    """Makes the calls of a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        classes: Classes,
        known: KnownFunctions,
        methods: Methods,
        generators: Generators,
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.classes = classes
        self.known = known
        self.methods = methods
        self.generators = generators
        self.depth = 0

    # Written calls

    def evaluate(self, node: ast.Call, frame: Frame) -> Value:
        """What a call gives."""
        callee = self.machine.evaluate(node.func, frame)
        site = Site(node, frame)
        arguments, keywords, is_complete = self.arguments(node, frame)
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

    def made_by(self, callee: External | ClassValue, node: ast.Call, frame: Frame) -> Instance:
        """The arguments ``callee`` is called with, without following the call."""
        arguments, keywords, is_complete = self.arguments(node, frame)
        place = frame.module.document.place_of(node)
        return Instance(callee, place, tuple(arguments) if is_complete else (), keywords)

    def _with_unknown_arguments(
        self, callee: Value, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        if isinstance(callee, External | ClassValue) and callee.name[:1].isupper():
            why = self.machine.note(site.unknown())
            found = callee.lookup("__init__") if isinstance(callee, ClassValue) else None
            if found is not None:
                self.machine.forget_reached(found[1], why)
            made = Instance(callee, site.place, keywords=keywords)
            if ANY_ATTRIBUTE in keywords:
                made.attributes[ANY_ATTRIBUTE] = keywords[ANY_ATTRIBUTE]
            self.machine.journal.bear(made.attributes)
            return self._recorded(made, site.frame)
        unknown = self.machine.note(self.machine.unsure(site))
        if (
            isinstance(callee, BoundMethod)
            and callee.function == "format"
            and isinstance(callee.receiver, str)
        ):
            # A template is known as it is written, whatever fills it in.
            return self.methods.call(callee.receiver, "format", Given([site.argument(unknown)], {}, site))
        if isinstance(callee, FunctionValue | BoundMethod | Instance):
            self.machine.forget_reached(callee, unknown)
            for one in (*arguments, *keywords.values()):
                self.machine.forget_reached(one.value, unknown)
        self.machine.escaping.add([*arguments, *keywords.values()])
        return unknown

    def arguments(self, node: ast.Call, frame: Frame) -> tuple[list[Argument], dict[str, Argument], bool]:
        """The arguments of a call, and whether they are all: not where a splat hides which there are.

        Where ``**`` hides which keywords there are, those that are known, and ``ANY_ATTRIBUTE`` with the
        reason.
        """
        arguments: list[Argument] = []
        is_complete = True
        for one in node.args:
            if not isinstance(one, ast.Starred):
                arguments.append(self._written(one, one, frame))
                continue
            site = Site(one, frame)
            items = self.iteration.listed(self.machine.evaluate(one.value, frame), site)
            is_complete = is_complete and not any(isinstance(item, UnknownItems) for item in items)
            arguments.extend(map(site.argument, items))
        keywords: dict[str, Argument] = {}
        for keyword in node.keywords:
            if keyword.arg is not None:
                keywords[keyword.arg] = self._written(keyword.value, keyword, frame)
            else:
                self._splat(keyword.value, keywords, frame)
        return arguments, keywords, is_complete

    def _splat(self, node: ast.expr, keywords: dict[str, Argument], frame: Frame) -> None:
        """Add what ``**node`` gives to ``keywords``."""
        splat = operators.plain(self.machine.evaluate(node, frame))
        site = Site(node, frame)
        if not isinstance(splat, PlacedDict) or splat.rest is not None:
            why = splat if isinstance(splat, Unknown) else site.unknown()
            hidden = Unknown(f"`**{site.source}` may give it: {why.reason}", site.place)
            keywords[ANY_ATTRIBUTE] = site.argument(hidden)
        if not isinstance(splat, PlacedDict):
            return
        fields = splat.fields(site.place)
        for key in splat:
            if not isinstance(key, str):
                raise raised(site, TypeError("keywords must be strings"))
            if key in keywords:
                raise raised(site, TypeError(f"got multiple values for keyword argument '{key}'"))
        keywords.update({key: Argument(one.value, one.place, one.key_place) for key, one in fields.items()})

    def _written(self, node: ast.expr, named: Positioned, frame: Frame) -> Argument:
        value = self.iteration.private(partial(self.machine.evaluate, node, frame))
        document = frame.module.document
        items = tuple(Site(one, frame).place for one in node.elts) if isinstance(node, ast.List) else ()
        key_place = Site(named, frame).place
        if isinstance(named, ast.keyword) and named.arg is not None:
            start = document.text.offset(key_place.line, key_place.column)
            key_place = document.text.place(start, start + len(named.arg))
        return Argument(value, Site(node, frame).place, key_place, items)

    # Calls of values

    def call(
        self, callee: Value, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """``callee(*arguments, **keywords)``."""
        match callee:
            case External():
                return self._call_external(callee, arguments, keywords, site)
            case ClassValue():
                made = self.classes.instantiate(callee, arguments, keywords, site)
                return self._recorded(made, site.frame) if isinstance(made, Instance) else made
            case FunctionValue():
                return self.call_function(callee, arguments, keywords, site)
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
        self.machine.escaping.called(name, given, unknown)
        return unknown

    def _call_external(
        self, callee: External, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        made = self.known.call(callee, Given(list(arguments), keywords, site))
        if type(made) is Unknown:
            self.machine.escaping.add([*arguments, *keywords.values()])
        if made is not NOT_KNOWN:
            return made
        if callee.package in STANDARD_LIBRARY and native_class(callee) is None:
            return self._call_library(callee, arguments, keywords, site)
        if callee.name[:1].isupper():
            if callee.package == "crewai":
                keywords = {name: self._as_field(one) for name, one in keywords.items()}
            instance = Instance(callee, site.place, tuple(arguments), keywords)
            self.machine.journal.bear(instance.attributes)
            return instance if callee.package == "builtins" else self._recorded(instance, site.frame)
        return self.machine.unsure(site)

    def _as_field(self, given: Argument) -> Argument:
        """What a model of CrewAI keeps: pydantic copies the lists it is given, not what is in them."""
        if not isinstance(given.value, list):
            return given
        copied = list(given.value)
        self.machine.journal.bear(copied)
        return replace(given, value=copied)

    def _call_library(
        self, callee: External, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """Something of Python's library that is not computed: some of it changes what it is given."""
        given = [*arguments, *keywords.values()]
        unknown = self.machine.unsure(site)
        if callee.package in CHANGING_PACKAGES:
            for one in given:
                self.machine.forget_reached(one.value, unknown)
        self.machine.escaping.add(given)
        if not callee.name[:1].isupper():
            return unknown
        made = Instance(callee, site.place, tuple(arguments), keywords)
        self.machine.journal.bear(made.attributes)
        return made if callee.package == "builtins" else self._recorded(made, site.frame)

    def _recorded(self, made: Instance, frame: Frame) -> Instance:
        if isinstance(made.callee, ClassValue) and made.callee.members:
            return made
        made.function = frame.function
        made.is_certain = self.machine.journal.is_certain
        self.machine.made.append(made)
        return made

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
            return self._memoized(receiver, function, arguments, keywords, site)
        if isinstance(receiver, OneOf):
            return self.machine.of_each(
                receiver,
                lambda one: self.machine.invoke(BoundMethod(one, function), arguments, keywords, site),
                site,
            )
        if isinstance(receiver, SuperValue):
            return self._call_super(receiver, function, arguments, keywords, site)
        if isinstance(receiver, Instance):
            return self._call_external_method(receiver, function, arguments, keywords, site)
        if isinstance(receiver, FunctionValue):
            return self._call_of_function(receiver, function, arguments, site)
        given = Given(list(arguments), keywords, site)
        made = self.known.method(receiver, function, given)
        made = self.methods.call(receiver, function, given) if made is NOT_KNOWN else made
        if type(made) is Unknown:
            self.machine.escaping.add([*changing_in_items(receiver), *arguments, *keywords.values()])
        return made

    def _call_external_method(
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
            )
        )
        if isinstance(receiver.callee, ClassValue) and name in ("__init__", "__init_subclass__"):
            return None
        if isinstance(receiver.callee, External) and receiver.callee.package in CHANGING_PACKAGES:
            unknown = self.machine.unsure(site)
            for one in (*arguments, *keywords.values()):
                self.machine.forget_reached(one.value, unknown)
            return unknown
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
        return self._recorded(made, site.frame)

    def _call_of_function(
        self, function: FunctionValue, name: str, arguments: Sequence[Argument], site: Site
    ) -> Value:
        """``@x.setter`` of a property, or a method of a function that is decorated."""
        if name == "setter" and len(arguments) == 1 and isinstance(arguments[0].value, FunctionValue):
            return replace(function, setter=arguments[0].value)
        return self.machine.unsure(site)

    def _memoized(
        self,
        receiver: Value,
        function: FunctionValue,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> Value:
        """A method of the project; what CrewAI memoizes is made once."""
        given = [site.argument(receiver), *arguments]
        is_once = function.decorator(*MEMOIZED) is not None and not arguments and not keywords
        if not is_once or not isinstance(receiver, Instance):
            return self.machine.invoke(function, given, keywords, site)
        if function.name not in receiver.results:
            # A method that needs itself would never end; what it needs of itself is unknown.
            place = function.module.document.place_of(function.node)
            self.machine.journal.touch(receiver.results)
            receiver.results[function.name] = Unknown(f"`{function.name}` needs itself", place)
            try:
                made = self.machine.invoke(function, given, keywords, site)
            except BaseException:
                receiver.results.pop(function.name, None)
                raise
            if isinstance(made, Instance) and made.method is None:
                made.method = function.name
            self.machine.journal.touch(receiver.results)
            receiver.results[function.name] = made
        return receiver.results[function.name]

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
                self._external_init(made, arguments, keywords, site)
            )
            return None
        if name == "__init_subclass__" and isinstance(made, ClassValue):
            return None
        if name == "__new__" and arguments and isinstance(arguments[0].value, ClassValue):
            cls = arguments[0].value
            return self.machine.unsure(site) if operators.foreign_bases(cls) else self.classes.bare(cls, site)
        count = {"__setattr__": 2, "__delattr__": 1}.get(name)
        if isinstance(made, Instance) and len(arguments) == count:
            attribute, attributes = arguments[0].value, self.classes.attributes
            if not isinstance(attribute, str):
                attributes.forget(made, self.machine.unsure(site))
            elif name == "__setattr__":
                attributes.set_by(parent.after(), made, attribute, arguments[1], site)
            else:
                attributes.delete_by(parent.after(), made, attribute, site)
            return None
        return self.machine.unsure(site, f"`super().{name}()` is only known when the crew runs")

    def _external_init(
        self, made: Instance, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> None:
        assert isinstance(made.callee, ClassValue)
        if operators.foreign_bases(made.callee):
            self.machine.journal.touch(made.attributes)
            made.attributes.update(keywords)
        else:
            self.classes.initialise(made, (), arguments, keywords, site)

    # Functions of the project

    def function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, frame: Frame
    ) -> FunctionValue:
        """The function a node defines, its decorators not yet applied."""
        owner = frame.receiver if frame.is_class and isinstance(frame.receiver, ClassValue) else None
        hidden = frame.is_module or frame.is_class
        made = FunctionValue(
            node,
            frame.module,
            owner=owner,
            outer=frame.outer if hidden else frame,
            defaults=self._defaults(node.args, frame),
        )
        if owner is None:
            # Written in a method, it sees the class by ``super()``; only what a class holds becomes a method.
            made.owner = frame.owner if isinstance(node, ast.Lambda) else None
        self.machine.journal.bear(made.attributes)
        self.machine.journal.bear(made.results)
        return made

    def _defaults(self, written: ast.arguments, frame: Frame) -> Mapping[str, Value]:
        positional = [one.arg for one in (*written.posonlyargs, *written.args)]
        found = dict(
            zip(positional[len(positional) - len(written.defaults) :], written.defaults, strict=True)
        )
        named = zip(written.kwonlyargs, written.kw_defaults, strict=True)
        found.update({one.arg: default for one, default in named if default is not None})
        return {name: self.machine.evaluate(default, frame) for name, default in found.items()}

    def call_function(
        self,
        function: FunctionValue,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
        *,
        is_complete: bool = True,
    ) -> Value:
        """What a function of the project returns; see :func:`~crewprof.python.binding.bound`."""
        if function.decorator("cache", "lru_cache") is None:
            return self._followed(function, arguments, keywords, site, is_complete=is_complete)
        return self._remembered(function, arguments, keywords, site)

    def _remembered(
        self,
        function: FunctionValue,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> Value:
        """A call of a function that remembers what it gave for the same arguments."""
        values = tuple(one.value for one in arguments)
        for one in values:
            if isinstance(one, list | dict | set) or (operators.is_known(one) and not operators.as_key(one)):
                raise raised(site, TypeError(f"unhashable type: '{type(one).__name__}'"))
        follow = partial(self._followed, function, arguments, keywords, site, is_complete=True)
        is_sure = not keywords and all(map(operators.as_key, values))
        if not is_sure or None in function.results:
            # Whether it was called like that before is not known, nor what later calls find.
            unknown = self.machine.unsure(site)
            self.machine.journal.touch(function.results)
            function.results[None] = unknown
            return self.machine.either([lambda: unknown, follow], unknown)
        key = values, tuple(type(one) for one in values)
        if key not in function.results:
            made = follow()
            self.machine.journal.touch(function.results)
            function.results[key] = made
        return function.results[key]

    def _followed(
        self,
        function: FunctionValue,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
        *,
        is_complete: bool,
    ) -> Value:
        names = bound(function, arguments, keywords, site, is_complete=is_complete)
        if self.depth >= DEPTH_LIMIT:
            raise TooLong
        scope = bound_in(function.node)
        frame = Frame(
            function.module,
            names,
            outer=function.outer,
            owner=function.owner,
            receiver=arguments[0].value if arguments else None,
            function=function,
            local=scope.local,
            shared=scope.shared,
            borrowed=scope.borrowed,
        )
        self.machine.journal.bear(names)
        self.machine.followed.add(function.node)
        if scope.is_generator:
            return self._generator(function, frame, site)
        return self.machine.journal.settle(
            partial(self._body, function, frame, apart=not is_complete), "return"
        )

    def _body(self, function: FunctionValue, frame: Frame, *, apart: bool) -> Value:
        self.depth += 1
        try:
            if isinstance(function.node, ast.Lambda):
                return self.machine.evaluate(function.node.body, frame)
            if apart or function.decorator(*MEMOIZED) is not None:
                self.machine.execute_apart(function.node.body, frame)
            else:
                self.machine.execute(function.node.body, frame)
        finally:
            self.depth -= 1
        return None

    def _generator(self, function: FunctionValue, frame: Frame, site: Site) -> Value:
        if isinstance(function.node, ast.Lambda):
            return self.machine.unsure(site)
        reached = (function, *frame.names.values())
        return self.iteration.lazily(
            self.generators.items(function.node.body, frame), reached, is_generator=True
        )

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
            partial(self._memoized_loosely, receiver, function, arguments, keywords, site), site
        )

    def _memoized_loosely(
        self,
        receiver: Value,
        function: FunctionValue,
        arguments: list[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> Value:
        required = len(function.node.args.args) - len(function.node.args.defaults)
        if len(arguments) + 1 >= required or function.decorator(*MEMOIZED):
            return self._memoized(receiver, function, arguments, keywords, site)
        given = [site.argument(receiver), *arguments]
        return self.call_function(function, given, keywords, site, is_complete=False)

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


_COPIED: Final = tuple(External(f"crewai.{name}") for name in ("Agent", "Task", "Crew"))


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
