"""Statements that leave a body before its end: ``return``, ``break``, ``continue``, ``raise``, ``assert``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.exceptions import is_exception_class, raised
from crewprof.python.expressions.operations import condition
from crewprof.python.leaving import Leaving, Raised
from crewprof.python.machine import ANY_EXCEPTION
from crewprof.python.site import Site
from crewprof.python.values import Argument, ClassValue, External, Frame, Instance

if TYPE_CHECKING:
    import ast

    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.operations.comparing import Comparing

NO_CAUSE: Final = object()


class Exits:
    """Leaves bodies for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing, changes: AttributeChanges) -> None:
        self.machine = machine
        self.comparing = comparing
        self.changes = changes

    def follow_return(self, node: ast.Return, frame: Frame) -> None:
        """``return``."""
        value = None if node.value is None else self.machine.evaluate(node.value, frame)
        raise Leaving("return", value)

    def follow_break(self, _node: ast.Break, _frame: Frame) -> None:
        """``break``."""
        raise Leaving("break")

    def follow_continue(self, _node: ast.Continue, _frame: Frame) -> None:
        """``continue``."""
        raise Leaving("continue")

    def follow_raise(self, node: ast.Raise, frame: Frame) -> None:
        """``raise``."""
        site = Site(node, frame)
        if node.exc is None:
            caught = frame.caught
            raise Raised(caught, caught.place if isinstance(caught, Instance) else site.place)
        value = self.machine.evaluate(node.exc, frame)
        cause = NO_CAUSE if node.cause is None else self.machine.evaluate(node.cause, frame)
        if isinstance(value, ClassValue | External) and is_exception_class(value):
            value = self.machine.invoke(value, [], {}, site)
        if isinstance(value, External):
            value = Instance(value, site.place)
        if isinstance(value, Instance) and cause is not NO_CAUSE:
            self.changes.put(value, "__cause__", site.argument(cause))
        if not isinstance(value, Instance):
            if operators.is_known(value):
                raise raised(site, TypeError("exceptions must derive from BaseException"))
            value = ANY_EXCEPTION
        raise Raised(value, site.place)

    def follow_assert(self, node: ast.Assert, frame: Frame) -> None:
        """``assert``."""
        site = Site(node.test, frame)
        known = self.comparing.truth(self.machine.evaluate(node.test, frame), site)
        if known:
            return
        if known is False:
            self._fail(node, frame)
        elif node.msg is None:
            self.machine.journal.may_leave(_failed(Site(node, frame)), condition(site))
        else:
            # The message is made only where the assertion fails, and may change something.
            self.machine.either([_go_on, partial(self._fail, node, frame)], condition(site))

    def _fail(self, node: ast.Assert, frame: Frame) -> None:
        site = Site(node, frame)
        values = () if node.msg is None else (site.argument(self.machine.evaluate(node.msg, frame)),)
        raise _failed(site, *values)


def _failed(site: Site, *values: Argument) -> Raised:
    return Raised(Instance(External("builtins.AssertionError"), site.place, values), site.place)


def _go_on() -> None:
    """What an assertion that holds does."""
