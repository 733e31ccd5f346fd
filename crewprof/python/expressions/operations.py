"""Operators that are written: arithmetic, comparisons, ``and``, ``or``, ``not``, ``if … else``."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from crewprof.python.site import Site
from crewprof.python.uncertain import FromEnvironment
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.machine import Machine
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.values import Frame, Value


class Operations:
    """Evaluates operators for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing, arithmetic: Arithmetic) -> None:
        self.machine = machine
        self.comparing = comparing
        self.arithmetic = arithmetic

    def read_binary(self, node: ast.BinOp, frame: Frame) -> Value:
        """``left + right`` and the like."""
        # A long sum of texts is a deep tree: its left side is followed in a loop.
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        value = self.machine.evaluate(chain[-1].left, frame)
        for one in reversed(chain):
            self.machine.charge()
            right = self.machine.evaluate(one.right, frame)
            value = self.arithmetic.binary(one.op, value, right, Site(one, frame))
        return value

    def read_boolean(self, node: ast.BoolOp, frame: Frame) -> Value:
        """``and`` and ``or``."""
        return self._either(node, 0, frame)

    def _either(self, node: ast.BoolOp, at: int, frame: Frame) -> Value:
        value = self.machine.evaluate(node.values[at], frame)
        if at == len(node.values) - 1:
            return value
        site = Site(node.values[at], frame)
        if isinstance(node.op, ast.Or) and isinstance(value, FromEnvironment):
            return self._or_else(value, node, at, frame)
        known = self.comparing.truth(value, site)
        if known is not None:
            return value if known is isinstance(node.op, ast.Or) else self._either(node, at + 1, frame)
        # Where it counts as true, `or` is that value, and `and` what follows.
        why = self.comparing.deciding(value, site, is_first=isinstance(node.op, ast.Or))
        return self.machine.either([lambda: value, lambda: self._either(node, at + 1, frame)], why)

    def _or_else(self, value: FromEnvironment, node: ast.BoolOp, at: int, frame: Frame) -> Value:
        """``variable or …``: what follows is evaluated where the variable is not set, or empty."""
        found: list[Value] = []

        def follow() -> Value:
            found.append(self._either(node, at + 1, frame))
            return None

        if all(isinstance(one, ast.Constant) for one in node.values[at + 1 :]):
            follow()
        else:
            # It may do something, or raise.
            self.machine.either([_nothing, follow], value.unknown)
        if value.value is not None and self.comparing.truth(value.value, Site(node, frame)) is not False:
            return value
        if not found:
            return value.unknown
        if isinstance(found[0], FromEnvironment):
            return FromEnvironment(value.variable, found[0].value, value.place, is_whole=False)
        return FromEnvironment(value.variable, found[0], value.place)

    def read_unary(self, node: ast.UnaryOp, frame: Frame) -> Value:
        """``not``, ``-`` and the like."""
        value = self.machine.evaluate(node.operand, frame)
        site = Site(node, frame)
        if isinstance(node.op, ast.Not):
            if isinstance(value, FromEnvironment):
                return self.machine.marked(value, lambda: self._negated(value.value, site), site)
            return self._negated(value, site)
        return self.arithmetic.unary(node.op, value, site)

    def _negated(self, value: Value, site: Site) -> Value:
        known = self.comparing.truth(value, site)
        return site.unknown() if known is None else not known

    def read_comparison(self, node: ast.Compare, frame: Frame) -> Value:
        """``left < right``, also chained."""
        return self._compared(node, 0, self.machine.evaluate(node.left, frame), frame)

    def _compared(self, node: ast.Compare, at: int, left: Value, frame: Frame) -> Value:
        site = Site(node, frame)
        right = self.machine.evaluate(node.comparators[at], frame)
        result = self.comparing.compare(node.ops[at], left, right, site)
        if at == len(node.ops) - 1:
            return result
        known = self.comparing.truth(result, site)
        if known is None:
            why = Unknown(f"`{site.source}`", site.place)
            return self.machine.either(
                [lambda: result, lambda: self._compared(node, at + 1, right, frame)], why
            )
        return self._compared(node, at + 1, right, frame) if known else result

    def read_conditional(self, node: ast.IfExp, frame: Frame) -> Value:
        """``body if test else orelse``."""
        site = Site(node.test, frame)
        test = self.machine.evaluate(node.test, frame)
        known = self.comparing.truth(test, site)
        if known is not None:
            return self.machine.evaluate(node.body if known else node.orelse, frame)
        return self.machine.either(
            [partial(self.machine.evaluate, one, frame) for one in (node.body, node.orelse)],
            self.comparing.deciding(test, site),
        )


def _nothing() -> Value:
    return None


def condition(site: Site) -> Unknown:
    """What decides between two alternatives: the test that stands at ``site``."""
    return Unknown(f"`{site.source}`", site.place)
