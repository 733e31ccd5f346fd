"""Contexts of a project's ``with`` statements: what entering one gives, and what leaving it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.exceptions import catches, raised
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Leaving, Raised
from crewprof.python.machine import ANY_EXCEPTION
from crewprof.python.operators import is_known
from crewprof.python.values import ClassValue, External, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site

SUPPRESS = External("contextlib.suppress")
NULL = External("contextlib.nullcontext")


class Contexts:
    """Enters and leaves contexts for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, comparing: Comparing) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing

    def enter(self, value: Value, site: Site) -> Value:
        """What ``with value as …`` gives; of what is not known, the object itself."""
        if isinstance(value, LazyItems):
            return self.iteration.next_of(value, site)
        if isinstance(value, Instance):
            if _defines(value, "__enter__") and _defines(value, "__exit__"):
                return self.comparing.special(value, "enter", [], site)
            if value.callee == NULL:
                given = value.argument("enter_result", 0)
                return None if given is None else given.value
        is_none = self.comparing.is_own(value) if isinstance(value, Instance) else _is_no_context(value)
        if is_none:
            raise raised(site, TypeError("object does not support the context manager protocol"))
        return value

    def leave(self, value: Value, left: Leaving | None, site: Site) -> bool | None:
        """Leave a context as ``left`` does; whether the exception ends there, ``None`` if not known."""
        raises = left if isinstance(left, Raised) else None
        if isinstance(value, LazyItems):
            return self._resume(value, raises, site)
        if not isinstance(value, Instance):
            return False
        if value.callee == SUPPRESS:
            return raises is not None and catches(tuple(one.value for one in value.arguments), raises.value)
        if _defines(value, "__exit__"):
            result = self.comparing.special(value, "exit", self._details(raises, site), site)
            return raises is not None and self.comparing.truth(result, site)
        return False

    @staticmethod
    def _details(raises: Raised | None, site: Site) -> list[Value]:
        if raises is None:
            return [None, None, None]
        kind = raises.value.callee if isinstance(raises.value, Instance) else site.unknown()
        error = site.unknown() if raises.value is ANY_EXCEPTION else raises.value
        return [kind, error, site.unknown()]

    def _resume(self, value: LazyItems, raises: Raised | None, site: Site) -> bool | None:
        """Let a generator that makes a context go on behind its ``yield``, or raise there."""
        if raises is None:
            for _ in self.iteration.items(value, site):
                break
            return False
        if self.iteration.is_lost(value, site):
            return None
        try:
            value.throw(raises)
        except StopIteration:
            return True
        except Raised as other:
            if other is raises or other.value is raises.value:
                return False
            raise
        return False


def _is_no_context(value: Value) -> bool:
    return isinstance(value, FunctionValue | ClassValue | list | dict | set | tuple) or is_known(value)


def _defines(value: Instance, name: str) -> bool:
    return isinstance(value.callee, ClassValue) and value.callee.lookup(name) is not None
