"""Code that is not followed: what it may change becomes unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Raised
from crewprof.python.machine import ANY_EXCEPTION, TOO_LONG
from crewprof.python.mappings import PlacedDict
from crewprof.python.reach import Reach
from crewprof.python.site import Site
from crewprof.python.values import (
    BoundMethod,
    ClassValue,
    Frame,
    FunctionValue,
    Instance,
    Value,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.source.unknown import Unknown


class Forgetting:
    """Forgets for a machine what code may change: names it binds, objects it can reach."""

    def __init__(self, machine: Machine, changes: AttributeChanges) -> None:
        self.machine = machine
        self.changes = changes

    def forget(self, nodes: Iterable[ast.AST], frame: Frame, why: Unknown) -> None:
        """What running ``nodes`` may change is unknown from here on."""
        reach = Reach(self.machine, why)
        reach.code(nodes, frame)
        for value in reach.kept:
            self._forget(value, reach, why)

    def _forget(self, value: Any, reach: Reach, why: Unknown) -> None:
        if isinstance(value, Instance) and not reach.is_dynamic:
            stored = (
                reach.stored | reach.stored_on_self if isinstance(value.callee, ClassValue) else reach.stored
            )
            self.changes.forget_named(value, stored, why)
        elif isinstance(value, ClassValue | FunctionValue):
            self.changes.forget_set(value, reach.stored, why)
        elif isinstance(value, list | set | PlacedDict) and not (reach.is_dynamic or reach.changes_contents):
            return
        else:
            self.changes.forget(value, why)

    def leave_out(self, node: ast.stmt, frame: Frame, why: str) -> None:
        """Leave a statement out: what it may change is unknown."""
        site = Site(node, frame)
        said = self.machine.say_too_long(site) if why == TOO_LONG else site.unknown(f"`{site.source}` {why}")
        unknown = self.machine.note(said)
        self.forget([node], frame, unknown)
        self.machine.may_raise(Raised(ANY_EXCEPTION), unknown)

    def forget_reached(self, values: Iterable[Value], why: Unknown) -> None:
        """Whatever can be reached from some values may have changed."""
        code: list[Value] = []
        data: list[Value] = []
        for value in values:
            (code if isinstance(value, FunctionValue | BoundMethod | LazyItems) else data).append(value)
        # What is done to data itself is not known, nor which attributes are set.
        for reached, is_dynamic in ((code, False), (data, True)):
            reach = Reach(self.machine, why)
            reach.is_dynamic = is_dynamic
            for value in reached:
                reach.value(value)
            for one in reach.kept:
                self._forget(one, reach, why)
