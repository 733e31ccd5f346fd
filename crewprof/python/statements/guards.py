"""``with`` and ``try``: what happens around a body, however it is left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crewprof.python.exceptions import catches
from crewprof.python.expressions.operations import condition
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Kind, Leaving, Raised
from crewprof.python.machine import ANY_EXCEPTION
from crewprof.python.site import Site
from crewprof.python.values import Frame, Instance

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from crewprof.python.iteration import Iteration
    from crewprof.python.leaving import Kind
    from crewprof.python.machine import Machine
    from crewprof.python.statements.assignments import Assignments
    from crewprof.python.statements.contexts import Contexts


class Guards:
    """Follows guarded bodies for a machine."""

    def __init__(
        self, machine: Machine, assignments: Assignments, iteration: Iteration, contexts: Contexts
    ) -> None:
        self.machine = machine
        self.assignments = assignments
        self.iteration = iteration
        self.contexts = contexts

    def follow_with(self, node: ast.With | ast.AsyncWith, frame: Frame) -> None:
        """``with``."""
        self._within(node, 0, frame)

    def _within(self, node: ast.With | ast.AsyncWith, at: int, frame: Frame) -> None:
        if at == len(node.items):
            self.machine.execute_in(node.body, frame)
            return
        item = node.items[at]
        site = Site(item.context_expr, frame)
        value = self.iteration.private(partial(self.machine.evaluate, item.context_expr, frame))
        entered = self.contexts.enter(value, site)
        if item.optional_vars is not None:
            self.assignments.assign(item.optional_vars, entered, frame)

        was_left = False

        def leave(left: Leaving | None) -> None:
            nonlocal was_left
            if was_left and isinstance(value, LazyItems):
                # On another path it has gone on already.
                value.lost = value.lost or site.unknown()
            was_left = True
            verdict = self.contexts.leave(value, left, site)
            if left is None:
                return
            if verdict is None:
                self.machine.journal.may_leave(left, site.unknown())
            elif not verdict:
                raise left

        inside = partial(self._within, node, at + 1, frame)
        if not isinstance(value, Instance | LazyItems):
            inside()
        else:
            self._attempt(inside, leave, "raise", "return", "break", "continue")

    def _attempt(
        self, inside: Callable[[], None], handle: Callable[[Leaving | None], None], *kinds: Kind
    ) -> None:
        def run() -> None:
            self.machine.trying += 1
            try:
                inside()
            finally:
                self.machine.trying -= 1

        self.machine.alternatives.catching(run, handle, *kinds)

    def follow_try(self, node: ast.Try, frame: Frame) -> None:
        """``try``."""
        if not node.finalbody:
            self._guarded(node, frame)
            return

        def finish(left: Leaving | None) -> None:
            self.machine.execute(node.finalbody, frame)
            if left is not None:
                raise left

        guarded = partial(self._guarded, node, frame)
        self._attempt(guarded, finish, "raise", "return", "break", "continue")

    def _guarded(self, node: ast.Try, frame: Frame) -> None:
        if not node.handlers:
            self.machine.execute_in(node.body, frame)
            self.machine.execute(node.orelse, frame)
            return

        def handle(left: Leaving | None) -> None:
            if left is None:
                self.machine.execute(node.orelse, frame)
            else:
                assert isinstance(left, Raised)
                self._handle(node.handlers, left, frame)

        self._attempt(partial(self.machine.execute_in, node.body, frame), handle, "raise")

    def _handle(self, handlers: list[ast.ExceptHandler], left: Raised, frame: Frame) -> None:
        for at, handler in enumerate(handlers):
            verdict: bool | None = True
            if handler.type is not None:
                verdict = catches(self.machine.evaluate(handler.type, frame), left.value)
            if verdict:
                self._caught(handler, left, frame)
                return
            if verdict is None:
                why = condition(Site(handler, frame))
                self.machine.either(
                    [
                        partial(self._caught, handler, left, frame),
                        partial(self._handle, handlers[at + 1 :], left, frame),
                    ],
                    why,
                )
                return
        raise left

    def _caught(self, handler: ast.ExceptHandler, left: Raised, frame: Frame) -> None:
        site = Site(handler, frame)
        before, frame.caught = frame.caught, left.value
        if handler.name is not None:
            shown = site.unknown("which exception it is is only known when the crew runs")
            self.assignments.bind(handler.name, shown if left.value is ANY_EXCEPTION else left.value, frame)
        try:
            self.machine.execute(handler.body, frame)
        finally:
            frame.caught = before
            if handler.name is not None:
                names = self.assignments.holder(handler.name, frame)
                self.machine.journal.touch(names)
                names.pop(handler.name, None)
