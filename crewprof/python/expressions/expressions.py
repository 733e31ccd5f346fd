"""Evaluating expressions: one table from the kind of node to what reads it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python.expressions.comprehensions import Comprehensions
from crewprof.python.expressions.displays import Displays
from crewprof.python.expressions.names import Names
from crewprof.python.expressions.operations import Operations
from crewprof.python.expressions.subscripts import Subscripts
from crewprof.python.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.calls.calls import Calls
    from crewprof.python.expressions.texts import Texts
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.values import Frame, Value

_CONVERSIONS: Final = {-1: "", 115: "s", 114: "r", 97: "a"}


_Reader: TypeAlias = "Callable[[Any, Frame], Value]"


class Expressions:
    """Evaluates expressions for a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        arithmetic: Arithmetic,
        texts: Texts,
        calls: Calls,
    ) -> None:
        self.machine = machine
        self.texts = texts
        self.calls = calls
        self.subscripts = Subscripts(machine, comparing)
        names = Names(machine)
        displays = Displays(machine, iteration)
        operations = Operations(machine, comparing, arithmetic)
        comprehensions = Comprehensions(machine, iteration, comparing, displays)
        self._readers: Mapping[type[ast.expr], _Reader] = {
            ast.Attribute: self._attribute,
            ast.Await: self._await,
            ast.BinOp: operations.read_binary,
            ast.BoolOp: operations.read_boolean,
            ast.Call: self._call,
            ast.Compare: operations.read_comparison,
            ast.Constant: self._constant,
            ast.Dict: displays.read_dict,
            ast.DictComp: comprehensions.read_dict,
            ast.FormattedValue: self._formattedvalue,
            ast.GeneratorExp: comprehensions.read_generator,
            ast.IfExp: operations.read_conditional,
            ast.JoinedStr: self._joinedstr,
            ast.Lambda: self._lambda,
            ast.List: displays.read_list,
            ast.ListComp: comprehensions.read_list,
            ast.Name: names.read_name,
            ast.NamedExpr: self._namedexpr,
            ast.Set: displays.read_set,
            ast.SetComp: comprehensions.read_set,
            ast.Slice: self.subscripts.read_slice,
            ast.Starred: self._starred,
            ast.Subscript: self.subscripts.read_subscript,
            ast.Tuple: displays.read_tuple,
            ast.UnaryOp: operations.read_unary,
        }
        """Kinds that are not here (``yield`` outside a statement of its own) are Unknown."""

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for; Unknown for a kind that is not read."""
        reader = self._readers.get(type(node))
        if reader is None:
            return self.machine.unsure(Site(node, frame))
        return reader(node, frame)

    def _constant(self, node: ast.Constant, _frame: Frame) -> Value:
        return node.value

    def _namedexpr(self, node: ast.NamedExpr, frame: Frame) -> Value:
        value = self.machine.evaluate(node.value, frame)
        while frame.host is not None:
            frame = frame.host
        self.machine.assign(node.target, value, frame, node.value)
        return value

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Value:
        return self.machine.attribute(self.machine.evaluate(node.value, frame), node.attr, Site(node, frame))

    def _joinedstr(self, node: ast.JoinedStr, frame: Frame) -> Value:
        parts = [self.machine.evaluate(one, frame) for one in node.values]
        return self.texts.concatenated(parts, Site(node, frame))

    def _formattedvalue(self, node: ast.FormattedValue, frame: Frame) -> Value:
        value = self.machine.evaluate(node.value, frame)
        spec = "" if node.format_spec is None else self.machine.evaluate(node.format_spec, frame)
        return self.texts.formatted(value, _CONVERSIONS.get(node.conversion, ""), spec, Site(node, frame))

    def _call(self, node: ast.Call, frame: Frame) -> Value:
        return self.calls.evaluate(node, frame)

    def _await(self, node: ast.Await, frame: Frame) -> Value:
        return self.machine.evaluate(node.value, frame)

    def _lambda(self, node: ast.Lambda, frame: Frame) -> Value:
        return self.calls.functions.made(node, frame)

    def _starred(self, node: ast.Starred, frame: Frame) -> Value:
        return self.machine.unsure(Site(node, frame))
