"""Reading Python as it would run, without running it: an evaluator over the syntax tree.

Only what is written in the project is followed. A call of anything else gives an :class:`Instance`
(a class) or an :class:`Unknown` (a function), except for functions that are computed. What depends on the
outside world is Unknown; what an environment variable gives is :class:`FromEnvironment`. Of a condition that
is not known both branches are followed and joined; a path that raises, or ends the program, is left out where
nothing catches it. What cannot be followed makes what it touches Unknown.

Taken on trust: functions, methods and decorators of other packages do not change the lists and mappings they
are given, importing and instantiating what is of another package does not raise, and an Unknown that is
called changes nothing.

What a loader uses:

- ``names_of(module)``: what the top level of a module defines. Everything followed on the way is recorded:
  ``made`` holds every :class:`Instance` of a class in the order of the calls (``Agent(…)``, ``Crew(…)``,
  ``TripAgents()``), ``method_calls`` every call of a method that is not the project's on such an instance
  (``crew.kickoff(inputs={…})``), in followed functions too. Both say by ``is_certain`` whether the code
  surely does it, once, and by ``function`` in whose body.
- ``call(function)``: what a function gives that nobody calls: its parameters are their defaults, or unknown.
- ``evaluate(node, frame)``, ``calls.instantiate``, ``calls.call_method``, ``calls.call_function``.
- ``with noting(): …`` collects in ``notes`` what had to be assumed meanwhile.
- ``failures[module.path]`` says where the top level of a module raises, if it does.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crewprof.python.calls.calls import Calls, raising
from crewprof.python.expressions.expressions import Expressions
from crewprof.python.expressions.texts import Texts
from crewprof.python.forgetting import Forgetting
from crewprof.python.functions.builtin_functions import BuiltinFunctions
from crewprof.python.functions.known_functions import KnownFunctions
from crewprof.python.generators import Generators
from crewprof.python.iteration import Iteration
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Leaving, Raised, TooLarge
from crewprof.python.machine import ASIDE_LIMIT, ASKED_LIMIT, TOO_LONG, TOTAL_LIMIT, Machine
from crewprof.python.methods.methods import Methods
from crewprof.python.objects.attribute_changes import AttributeChanges
from crewprof.python.objects.attributes import Attributes
from crewprof.python.objects.classes import Classes
from crewprof.python.operations.arithmetic import Arithmetic
from crewprof.python.operations.comparing import Comparing
from crewprof.python.site import Site
from crewprof.python.statements.contexts import Contexts
from crewprof.python.statements.statements import Statements
from crewprof.python.values import Argument, Frame
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from crewprof.python.project import Module, PythonProject
    from crewprof.python.values import FunctionValue, Value
    from crewprof.source.python_document import Positioned


class Interpreter(Machine):
    """Evaluates the Python of one project. ``notes`` collects what had to be assumed on the way."""

    def __init__(self, project: PythonProject) -> None:
        super().__init__(project)
        self.failures: dict[Path, Unknown] = {}
        """Where the top level of a module raises, by its path."""
        self.iteration = iteration = Iteration(self)
        comparing = Comparing(self, iteration)
        arithmetic = Arithmetic(self, comparing)
        texts = Texts(self, comparing)
        methods = Methods(self, iteration, comparing)
        changes = AttributeChanges(self, comparing)
        self.attributes = Attributes(self, comparing, changes)
        classes = Classes(self, changes, comparing)
        builtins = BuiltinFunctions(
            self, iteration, comparing, arithmetic, self.attributes, changes, texts, methods
        )
        known = KnownFunctions(self, iteration, comparing, arithmetic, changes, builtins, methods)
        generators = Generators(self, iteration, comparing, Contexts(self, iteration, comparing))
        self.calls = Calls(self, iteration, comparing, classes, changes, known, methods, generators)
        self.expressions = Expressions(self, iteration, comparing, arithmetic, texts, self.calls)
        self.forgetting = Forgetting(self, changes)
        self.statements = Statements(
            self,
            iteration,
            comparing,
            arithmetic,
            self.attributes,
            changes,
            classes,
            self.calls,
            self.forgetting,
        )

    # For loaders

    def names_of(self, module: Module) -> dict[str, Value]:
        """What the top level of ``module`` defines; it is followed once, when first asked for."""
        if not module.is_read:
            self._follow(module)
        return module.names

    def _follow(self, module: Module) -> None:
        module.is_read = True
        module.names["__name__"] = "__main__" if module.is_main else module.path.stem
        module.names["__file__"] = os.path.abspath(module.path)  # noqa: PTH100 - links stay
        module.names["__doc__"] = None
        frame = Frame(module, module.names, is_apart=True)
        # An import changes the module that is imported, whichever path is followed.
        layers, self.journal.layers = self.journal.layers, []
        trying, self.trying = self.trying, 0
        parts = module.document.parts
        try:
            with self.afresh(ASIDE_LIMIT if self.is_aside(module) else TOTAL_LIMIT):
                for number, statements in enumerate(parts, start=1):
                    try:
                        self.statements.run_apart(statements, frame)
                    except Raised as left:
                        self._failed(left, statements[0], frame, is_last=number == len(parts))
        except Leaving:
            return
        finally:
            self.journal.layers = layers
            self.trying = trying

    def _failed(self, left: Raised, anchor: ast.stmt, frame: Frame, *, is_last: bool) -> None:
        """The top level of a module raises, or a part of it after which the others are run all the same."""
        module = frame.module
        others = [one for one in self.alternatives.settle_all() if isinstance(one, Raised)]
        self.trying = 0
        place = left.place or module.document.place_of(anchor)
        site = Site(anchor, frame)
        reasons = dict.fromkeys(raising(one, site) for one in (left, *others))
        failure = Unknown(" or ".join(reasons), place)
        self.failures.setdefault(module.path, failure)
        if not is_last:
            self.gone_on[Unknown(f"{failure.reason}; what follows is read all the same", place)] = None

    def call(
        self,
        function: FunctionValue,
        receiver: Value = None,
        *arguments: Value,
        keywords: Mapping[str, Argument] | None = None,
    ) -> Value:
        """What ``function`` gives when nobody says with what else it is called.

        Its other parameters are their defaults, else Unknown; ``receiver`` is the ``self`` of a method.
        Unknown, with the reason, when it surely raises.
        """
        with self.afresh(ASKED_LIMIT):
            return self.call_on(function, receiver, *arguments, keywords=keywords)

    def call_on(
        self,
        function: FunctionValue,
        receiver: Value,
        *arguments: Value,
        keywords: Mapping[str, Argument] | None = None,
    ) -> Value:
        """:meth:`call` with what is left of the steps."""
        body = function.node
        site = Site(body, Frame(function.module, function.module.names))
        given = [] if receiver is None else [site.argument(one) for one in (receiver, *arguments)]

        def run() -> Value:
            made = self.calls.functions.call(function, given, {**(keywords or {})}, site, is_complete=False)
            if isinstance(made, LazyItems):
                # Who asks a generator takes all that it gives.
                for _ in self.iteration.items(made, site):
                    self.charge()
            return made

        return self.calls.asked(run, site)

    # For the parts

    def invoke(
        self, callee: Value, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """``callee(*arguments, **keywords)``."""
        return self.calls.call(callee, arguments, keywords, site)

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for."""
        self.charge()
        try:
            return self.expressions.evaluate(node, frame)
        except TooLarge:
            site = Site(node, frame)
            self.say_too_long(site)
            return self.unsure(site, TOO_LONG)

    def execute(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements in ``frame``."""
        self.statements.run(statements, frame)

    def execute_apart(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements; one that is too long is left out, and what it may change forgotten."""
        self.statements.run_apart(statements, frame)

    def assign(self, target: ast.expr, value: Value, frame: Frame, written: ast.expr | None = None) -> None:
        """``target = value``."""
        self.statements.assignments.assign(target, value, frame, written)

    def attribute(self, value: Value, name: str, site: Site) -> Value:
        """``value.name``."""
        return self.attributes.read(value, name, site)

    def item(self, value: Value, key: Value, site: Site) -> Value:
        """``value[key]``."""
        return self.expressions.subscripts.item(value, key, site)

    def forget(self, nodes: Iterable[ast.AST], frame: Frame, why: Unknown) -> None:
        """What running ``nodes`` may change is unknown from here on."""
        self.forgetting.forget(nodes, frame, why)

    def forget_reached(self, values: Iterable[Value], why: Unknown) -> None:
        """Whatever can be reached from some values may have changed."""
        self.forgetting.forget_reached(values, why)

    def unknown(self, node: Positioned, frame: Frame, why: str | None = None) -> Unknown:
        """That the value of ``node`` is not known."""
        return Site(node, frame).unknown(why)
