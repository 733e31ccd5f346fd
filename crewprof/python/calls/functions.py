"""Functions of the project: making them, and following their bodies."""

from __future__ import annotations

import ast
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.calls.binding import bound
from crewprof.python.exceptions import raised
from crewprof.python.leaving import TooLarge, TooLong
from crewprof.python.machine import TOO_LONG
from crewprof.python.scopes import bound_in
from crewprof.python.values import Argument, ClassValue, Frame, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.python.generators import Generators
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.scopes import Function
    from crewprof.python.site import Site

DEPTH_LIMIT: Final = 40
"""Calls within calls."""

LEFT_OUT_CALLS: Final = 2
"""Calls of one function that were too long, after which none is followed any more."""

MEMOIZED: Final = ("agent", "task", "llm", "tool", "callback", "cache_handler", "crew")
"""Decorators of crewai.project whose methods give the same object each time (project/annotations.py)."""


_REMADE: Final = frozenset({"__defaults__", "__kwdefaults__", "__code__"})
"""Attributes of a function which, once they are set, make another one of it."""


class Functions:
    """Makes and calls functions for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, generators: Generators) -> None:
        self.machine = machine
        self.iteration = iteration
        self.generators = generators
        self.depth = 0
        self._left_out: Counter[ast.AST] = Counter()
        """How often calls of functions were left out that were too long."""

    def made(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, frame: Frame) -> FunctionValue:
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

    def call(
        self,
        function: FunctionValue,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
        *,
        is_complete: bool = True,
    ) -> Value:
        """What a function of the project returns; see :func:`~crewprof.python.calls.binding.bound`."""
        if function.attributes and not _REMADE.isdisjoint(function.attributes):
            # It is not what is written any more.
            unknown = self.machine.unsure(site)
            given = [one.value for one in (*arguments, *keywords.values())]
            self.machine.forget_reached([function, *given], unknown)
            return unknown
        if function.decorator("cache", "lru_cache") is None:
            return self._followed(function, arguments, keywords, site, is_complete=is_complete)
        return self._remembered(function, arguments, keywords, site)

    def call_method(
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

    def call_method_loosely(
        self,
        receiver: Value,
        function: FunctionValue,
        arguments: list[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> Value:
        """``method_loosely(…)``."""
        required = len(function.node.args.args) - len(function.node.args.defaults)
        if len(arguments) + 1 >= required or function.decorator(*MEMOIZED):
            return self.call_method(receiver, function, arguments, keywords, site)
        given = [site.argument(receiver), *arguments]
        return self.call(function, given, keywords, site, is_complete=False)

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
        body = partial(self._body, function, frame, apart=not is_complete)
        run = partial(self.machine.alternatives.settle, body, "return")
        if self.machine.is_aside(function.module):
            return self._aside(run, frame, site)
        with self.machine.in_full():
            return run()

    def _aside(self, run: Callable[[], Value], frame: Frame, site: Site) -> Value:
        """Follow code that is not of interest; a call that is too long is left out, not all around it."""
        assert frame.function is not None
        node = frame.function.node
        if self._left_out[node] < LEFT_OUT_CALLS:
            trying = self.machine.trying
            try:
                with self.machine.aside():
                    return self.machine.alternatives.whole(run, site.unknown(TOO_LONG))
            except (TooLong, TooLarge, RecursionError):
                if self.machine.is_spent:
                    raise
            self.machine.trying = trying
            self._left_out[node] += 1
        return self._forgotten(node, frame, site)

    def _forgotten(self, node: Function, frame: Frame, site: Site) -> Value:
        """What a call gives that is left out."""
        unknown = self.machine.say_too_long(site)
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        self.machine.forget(body, frame, unknown)
        return self.machine.unsure(site, TOO_LONG)

    def _body(self, function: FunctionValue, frame: Frame, *, apart: bool) -> Value:
        self.depth += 1
        try:
            if isinstance(function.node, ast.Lambda):
                return self.machine.evaluate(function.node.body, frame)
            if apart or function.decorator(*MEMOIZED) is not None:
                frame.is_apart = True
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
        items = self.generators.items(function.node.body, frame, reached, site)
        return self.iteration.lazily(items, reached, is_generator=True)
