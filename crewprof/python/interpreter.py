"""Reading Python as it would run, without running it: an evaluator over the syntax tree.

Only what is written in the project is followed. A call of anything else gives an :class:`Instance`
(a class) or an :class:`Unknown` (a function), except for a few pure functions that are computed. What
depends on the outside world is Unknown; an environment variable counts as not set.

What a loader uses:

- ``names_of(module)``: what the top level of a module defines. Everything followed on the way is recorded:
  ``made`` holds every :class:`Instance` of a class in the order of the calls (``Agent(…)``, ``Crew(…)``,
  ``TripAgents()``), ``method_calls`` every call of a method that is not the project's on such an instance
  (``crew.kickoff(inputs={…})``), in followed functions too. Both say by ``is_certain`` whether the code
  surely does it, once, and by ``function`` in whose body.
- ``call(function)``: what a function gives that nobody calls: its parameters are unknown, or their defaults.
- ``evaluate(node, frame)``, ``calls.instantiate``, ``calls.call_method``, ``calls.call_function``.
- ``with noting(): …`` collects in ``notes`` what had to be assumed meanwhile.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from crewprof.python.attributes import Attributes
from crewprof.python.calls import Calls
from crewprof.python.execution import Executor
from crewprof.python.expressions import Expressions
from crewprof.python.frame import Frame, shortened
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from crewprof.python.project import Module, PythonProject
    from crewprof.python.values import FunctionValue, Instance, MethodCall, Value
    from crewprof.source.python_document import Positioned

STEP_LIMIT: Final = 100_000
"""Expressions evaluated for one module or one method; far more than building crews takes."""


class Interpreter:
    """Evaluates the Python of one project. ``notes`` collects what had to be assumed on the way."""

    def __init__(self, project: PythonProject) -> None:
        self.project = project
        self.notes: list[Unknown] = []
        self.made: list[Instance] = []
        self.method_calls: list[MethodCall] = []
        self.followed: set[ast.AST] = set()
        """The nodes of the functions whose bodies have been followed."""
        self._noting = False
        self._steps = 0
        self.executor = Executor(self)
        self.expressions = Expressions(self)
        self.attributes = Attributes(self)
        self.calls = Calls(self)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """While this lasts, assumptions are collected in ``notes``; steps are counted anew."""
        before, self._noting = self._noting, True
        try:
            with self._afresh():
                yield
        finally:
            self._noting = before

    @contextmanager
    def _afresh(self) -> Iterator[None]:
        """With a new allowance of steps: a long module does not use up that of the others."""
        before, self._steps = self._steps, 0
        try:
            yield
        finally:
            self._steps = before

    @contextmanager
    def not_noting(self) -> Iterator[None]:
        """While this lasts, assumptions are not collected."""
        before, self._noting = self._noting, False
        try:
            yield
        finally:
            self._noting = before

    def note(self, unknown: Unknown) -> Unknown:
        """Collect ``unknown``, if that is asked for."""
        if self._noting and unknown not in self.notes:
            self.notes.append(unknown)
        return unknown

    def names_of(self, module: Module) -> dict[str, Value]:
        """What the top level of ``module`` defines."""
        if not module.is_read:
            module.is_read = True
            module.names["__name__"] = "__main__" if module.is_main else module.path.stem
            module.names["__file__"] = str(module.path)
            with self._afresh():
                self.executor.run_quietly(module.document.tree.body, Frame(module, module.names))
        return module.names

    def call(self, function: FunctionValue, receiver: Value = None) -> Value:
        """What ``function`` gives when nobody says with what it is called.

        Its parameters are their defaults, else Unknown; ``receiver`` is the ``self`` of a method.
        """
        with self._afresh():
            return self.calls.call_function(function, [] if receiver is None else [receiver], {})

    def execute(self, statements: list[ast.stmt], frame: Frame) -> None:
        """Run statements in ``frame``."""
        self.executor.run(statements, frame)

    @property
    def is_exhausted(self) -> bool:
        """Whether so much was evaluated that nothing more is."""
        return self._steps > STEP_LIMIT

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for."""
        self._steps += 1
        if self.is_exhausted:
            return self.unknown(node, frame, "the Python code is too long to be followed")
        return self.expressions.evaluate(node, frame)

    def unknown(self, node: Positioned, frame: Frame, why: str | None = None) -> Unknown:
        """That the value of ``node`` is not known."""
        reason = (
            why or f"`{shortened(frame.module.document.source_of(node))}` is only known when the crew runs"
        )
        return Unknown(reason, frame.module.document.place_of(node))
