"""``operator`` of Python's standard library: operators as functions, and getters that are called later."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.python.exceptions import raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.values import External, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site

_ARITHMETIC: Final[Mapping[str, ast.operator]] = {
    "add": ast.Add(),
    "concat": ast.Add(),
    "sub": ast.Sub(),
    "mul": ast.Mult(),
    "truediv": ast.Div(),
    "floordiv": ast.FloorDiv(),
    "mod": ast.Mod(),
    "pow": ast.Pow(),
    "lshift": ast.LShift(),
    "rshift": ast.RShift(),
    "and_": ast.BitAnd(),
    "or_": ast.BitOr(),
    "xor": ast.BitXor(),
}
_COMPARISONS: Final[Mapping[str, ast.cmpop]] = {
    "eq": ast.Eq(),
    "ne": ast.NotEq(),
    "lt": ast.Lt(),
    "le": ast.LtE(),
    "gt": ast.Gt(),
    "ge": ast.GtE(),
    "is_": ast.Is(),
    "is_not": ast.IsNot(),
}
GETTERS: Final = ("operator.itemgetter", "operator.attrgetter", "operator.methodcaller")


class OperatorFunctions:
    """Computes calls of ``operator`` for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing, arithmetic: Arithmetic) -> None:
        self.machine = machine
        self.comparing = comparing
        self.arithmetic = arithmetic

    def call(self, name: str, given: Given) -> Value:
        """``operator.name(…)``; ``NOT_KNOWN`` for a function that is not computed."""
        values, site = given.values, given.site
        if f"operator.{name}" in GETTERS:
            if not values:
                raise raised(site, TypeError(f"{name} expected at least 1 argument, got 0"))
            return Instance(External(f"operator.{name}"), site.place, tuple(given.arguments), given.keywords)
        if len(values) == 2:
            return self._of_two(name, values, site)
        if len(values) == 1 and name in ("not_", "truth"):
            known = self.comparing.truth(values[0], site)
            return site.unknown() if known is None else known is (name == "truth")
        if len(values) == 1 and name in ("neg", "pos", "invert", "inv"):
            operation = {"neg": ast.USub(), "pos": ast.UAdd()}.get(name, ast.Invert())
            return self.arithmetic.unary(operation, values[0], site)
        return NOT_KNOWN

    def _of_two(self, name: str, values: Sequence[Value], site: Site) -> Value:
        left, right = values
        if name in _ARITHMETIC:
            return self.arithmetic.binary(_ARITHMETIC[name], left, right, site)
        if name in _COMPARISONS:
            return self.comparing.compare(_COMPARISONS[name], left, right, site)
        if name == "contains":
            return self.comparing.compare(ast.In(), right, left, site)
        if name == "getitem":
            return self.machine.item(left, right, site)
        return NOT_KNOWN

    def get(self, getter: Instance, value: Value, site: Site) -> Value:
        """``getter(value)`` of one of :data:`GETTERS`."""
        names = [one.value for one in getter.arguments]
        match getter.name:
            case "itemgetter":
                found = [self.machine.item(value, one, site) for one in names]
            case "attrgetter":
                if not all(isinstance(one, str) for one in names):
                    return self.machine.unsure(site)
                found = [self._attribute(value, str(one), site) for one in names]
            case _:
                method = self.machine.attribute(value, str(names[0]), site)
                return self.machine.invoke(method, getter.arguments[1:], getter.keywords, site)
        return found[0] if len(found) == 1 else tuple(found)

    def _attribute(self, value: Value, dotted: str, site: Site) -> Value:
        for name in dotted.split("."):
            value = self.machine.attribute(value, name, site)
        return value
