"""Following statements: one table from the kind of node to what follows it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, TypeAlias

from crewprof.python.leaving import TooLarge, TooLong
from crewprof.python.machine import TOO_LONG
from crewprof.python.statements.assignments import Assignments
from crewprof.python.statements.branches import Branches
from crewprof.python.statements.contexts import Contexts
from crewprof.python.statements.definitions import Definitions
from crewprof.python.statements.exits import Exits
from crewprof.python.statements.guards import Guards
from crewprof.python.statements.imports import Imports
from crewprof.python.statements.loops import Loops
from crewprof.python.statements.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.python.calls.calls import Calls
    from crewprof.python.forgetting import Forgetting
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.objects.attributes import Attributes
    from crewprof.python.objects.classes import Classes
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.values import Frame


_Follower: TypeAlias = "Callable[[Any, Frame], None]"


class Statements:
    """Follows statements for a machine."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        arithmetic: Arithmetic,
        attributes: Attributes,
        changes: AttributeChanges,
        classes: Classes,
        calls: Calls,
        forgetting: Forgetting,
    ) -> None:
        self.machine = machine
        self.forgetting = forgetting
        self.assignments = Assignments(machine, comparing, arithmetic, iteration, changes)
        exits = Exits(machine, comparing, changes)
        definitions = Definitions(machine, self.assignments, classes, calls)
        imports = Imports(machine, self.assignments, attributes)
        branches = Branches(machine, self.assignments, comparing, Patterns(machine, comparing))
        loops = Loops(machine, iteration, comparing, forgetting)
        guards = Guards(machine, self.assignments, iteration, Contexts(machine, iteration, comparing))
        self._followers: Mapping[type[ast.stmt], _Follower] = {
            ast.AnnAssign: self.assignments.follow_annotated,
            ast.Assert: exits.follow_assert,
            ast.Assign: self.assignments.follow_assign,
            ast.AsyncFor: loops.follow_for,
            ast.AsyncFunctionDef: definitions.follow_function,
            ast.AsyncWith: guards.follow_with,
            ast.AugAssign: self.assignments.follow_augmented,
            ast.Break: exits.follow_break,
            ast.ClassDef: definitions.follow_class,
            ast.Continue: exits.follow_continue,
            ast.Delete: self.assignments.follow_delete,
            ast.Expr: self._expr,
            ast.For: loops.follow_for,
            ast.FunctionDef: definitions.follow_function,
            ast.Global: self._nothing,
            ast.If: branches.follow_if,
            ast.Import: imports.follow_import,
            ast.ImportFrom: imports.follow_import_from,
            ast.Match: branches.follow_match,
            ast.Nonlocal: self._nothing,
            ast.Pass: self._nothing,
            ast.Raise: exits.follow_raise,
            ast.Return: exits.follow_return,
            ast.Try: guards.follow_try,
            ast.While: loops.follow_while,
            ast.With: guards.follow_with,
        }
        """A kind that is not here is forgotten: what it may change is unknown."""

    def run(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Follow statements one after the other."""
        for one in statements:
            self.machine.charge()
            follower = self._followers.get(type(one))
            if follower is None:
                self.forgetting.leave_out(one, frame, "is a kind of statement that is not followed")
            else:
                follower(one, frame)

    def run_apart(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Follow the body of a module or class: a statement that is too long is left out, and forgotten."""
        for one in statements:
            self.machine.next_statement()
            level = len(self.machine.journal.layers)
            trying = self.machine.trying
            try:
                self.run([one], frame)
            except (TooLong, TooLarge, RecursionError):
                self.machine.trying = trying
                self.machine.journal.abandon(level)
                self.forgetting.leave_out(one, frame, TOO_LONG)
                self.machine.give_back()

    def _expr(self, node: ast.Expr, frame: Frame) -> None:
        if not isinstance(node.value, ast.Constant):
            self.machine.evaluate(node.value, frame)

    def _nothing(self, _node: ast.stmt, _frame: Frame) -> None:
        return
