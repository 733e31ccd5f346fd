"""Functions with ``yield``, followed item by item as they are asked for."""

from __future__ import annotations

import ast
import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python.exceptions import catches
from crewprof.python.leaving import Leaving, Raised
from crewprof.python.machine import ANY_EXCEPTION
from crewprof.python.scopes import bound_by
from crewprof.python.site import Site
from crewprof.python.uncertain import UnknownItems

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.statements.contexts import Contexts
    from crewprof.python.values import Frame, Value

    Steps: TypeAlias = Generator[Value, Value, Value]
    """What a part of a body gives on the way; it is sent values, and comes to one."""


def _yields(node: ast.AST) -> bool:
    found: bool | None = getattr(node, "_crewprof_yields", None)
    if found is None:
        found = bound_by([node]).is_generator
        node._crewprof_yields = found  # type: ignore[attr-defined]
    return found


class Generators:
    """Follows generator functions for a machine."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, contexts: Contexts
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.contexts = contexts

    def items(self, body: Sequence[ast.stmt], frame: Frame, reached: Sequence[Value], site: Site) -> Steps:
        """What a generator function gives, one after the other, and in the end returns.

        Where it is not known what is given next, that is all; what it may change is unknown from then on.
        """
        try:
            yield from _Body(self, frame).run(body)
        except Leaving as left:
            if left.kind != "return":
                raise
            return left.value
        except _Lost:
            unknown = self.machine.unsure(site)
            self.machine.forget_reached(reached, unknown)
            yield UnknownItems(unknown.reason, unknown.place)
            return unknown
        return None


class _Lost(Exception):
    """What a generator gives next is not known."""


class _Body:
    """The body of one generator; ``guards`` counts the ``try`` and ``with`` around what is followed.

    Where a path would wait, what is asked for next depends on it: it is not known.
    """

    def __init__(self, parts: Generators, frame: Frame) -> None:
        self.machine = parts.machine
        self.iteration = parts.iteration
        self.comparing = parts.comparing
        self.contexts = parts.contexts
        self.frame = frame
        self.guards = 0

    def run(self, body: Sequence[ast.stmt]) -> Steps:
        """Follow statements."""
        for one in body:
            self.machine.charge()
            if not _yields(one):
                self._surely(partial(self.machine.execute, [one], self.frame))
                continue
            follower = _FOLLOWERS.get(type(one))
            if follower is None:
                raise _Lost
            yield from follower(self, one)
        return None

    def _surely(self, run: Callable[[], Any]) -> Any:
        level = len(self.machine.journal.layers)
        self.machine.trying += self.guards
        try:
            made = run()
        finally:
            self.machine.trying -= self.guards
            waiting = [one for layer in self.machine.journal.layers[level:] for one in layer.waiting]
        if any(self.guards or path.leaving.kind != "raise" for path in waiting):
            self.machine.journal.abandon(level)
            raise _Lost
        return made

    def _evaluated(self, node: ast.expr) -> Value:
        return self._surely(partial(self.machine.evaluate, node, self.frame))

    def _known(self, node: ast.expr) -> bool:
        known = self.comparing.truth(self._evaluated(node), Site(node, self.frame))
        if known is None:
            raise _Lost
        return known

    # Expressions

    def value(self, node: ast.expr) -> Steps:
        """What an expression comes to in which there may be a ``yield``."""
        match node:
            case ast.Yield(value=given):
                if given is None:
                    return (yield None)
                asked = yield from self.value(given)
                return (yield asked)
            case ast.YieldFrom(value=given) | ast.Await(value=given):
                source = yield from self._private(given)
                if isinstance(node, ast.Await):
                    return source
                items: Any = self.iteration.items(source, Site(given, self.frame))
                return (yield from items)
            case _ if not _yields(node):
                return self._evaluated(node)
            case _:
                return (yield from self._around(node))

    def _private(self, node: ast.expr) -> Steps:
        if _yields(node):
            return (yield from self.value(node))
        return self.iteration.private(partial(self._evaluated, node))

    def _around(self, node: ast.expr) -> Steps:
        """An expression around a ``yield``: it is evaluated once what was sent is known."""
        made, inner = _without_yields(node)
        for name, one in inner:
            self.frame.names[name] = yield from self.value(one)
        return self._evaluated(made)

    # Statements

    def _expr(self, node: ast.Expr) -> Steps:
        return (yield from self.value(node.value))

    def _assign(self, node: ast.Assign) -> Steps:
        value = yield from self.value(node.value)
        for target in node.targets:
            self._surely(partial(self.machine.assign, target, value, self.frame))
        return None

    def _annassign(self, node: ast.AnnAssign) -> Steps:
        if node.value is not None:
            value = yield from self.value(node.value)
            self._surely(partial(self.machine.assign, node.target, value, self.frame))
        return None

    def _augassign(self, node: ast.AugAssign) -> Steps:
        made, inner = _without_yields(node.value)
        for name, one in inner:
            self.frame.names[name] = yield from self.value(one)
        changed = ast.copy_location(ast.AugAssign(node.target, node.op, made), node)
        self._surely(partial(self.machine.execute, [changed], self.frame))
        return None

    def _return(self, node: ast.Return) -> Steps:
        value = None if node.value is None else (yield from self.value(node.value))
        raise Leaving("return", value)

    def _if(self, node: ast.If) -> Steps:
        yield from self.run(node.body if self._known(node.test) else node.orelse)
        return None

    def _for(self, node: ast.For) -> Steps:
        source = yield from self._private(node.iter)
        for item in self.iteration.items(source, Site(node.iter, self.frame)):
            if isinstance(item, UnknownItems):
                raise _Lost
            self._surely(partial(self.machine.assign, node.target, item, self.frame))
            try:
                yield from self.run(node.body)
            except Leaving as left:
                if left.kind == "break":
                    return None
                if left.kind != "continue":
                    raise
        yield from self.run(node.orelse)
        return None

    def _while(self, node: ast.While) -> Steps:
        while self._known(node.test):
            self.machine.charge()
            try:
                yield from self.run(node.body)
            except Leaving as left:
                if left.kind == "break":
                    return None
                if left.kind != "continue":
                    raise
        yield from self.run(node.orelse)
        return None

    def _try(self, node: ast.Try) -> Steps:
        self.guards += 1
        left: Leaving | None = None
        try:
            yield from self._handled(node)
        except Leaving as leaving:
            left = leaving
        finally:
            self.guards -= 1
        # A generator that is given up is not run to its end: when Python does it is not certain.
        yield from self.run(node.finalbody)
        if left is not None:
            raise left
        return None

    def _handled(self, node: ast.Try) -> Steps:
        self.guards += 1
        error: Raised | None = None
        try:
            yield from self.run(node.body)
        except Raised as raised:
            error = raised
        finally:
            self.guards -= 1
        yield from self.run(node.orelse) if error is None else self._handle(node.handlers, error)
        return None

    def _handle(self, handlers: list[ast.ExceptHandler], error: Raised) -> Steps:
        for handler in handlers:
            kind = None if handler.type is None else self._evaluated(handler.type)
            verdict = handler.type is None or catches(kind, error.value)
            if verdict is None or error.value is ANY_EXCEPTION:
                raise _Lost
            if verdict:
                before, self.frame.caught = self.frame.caught, error.value
                if handler.name is not None:
                    self.frame.names[handler.name] = error.value
                try:
                    yield from self.run(handler.body)
                finally:
                    self.frame.caught = before
                    self.frame.names.pop(handler.name or "", None)
                return None
        raise error

    def _with(self, node: ast.With, at: int = 0) -> Steps:
        if at == len(node.items):
            yield from self.run(node.body)
            return None
        item = node.items[at]
        site = Site(item.context_expr, self.frame)
        value = yield from self._private(item.context_expr)
        entered = self._surely(partial(self.contexts.enter, value, site))
        if item.optional_vars is not None:
            self._surely(partial(self.machine.assign, item.optional_vars, entered, self.frame))
        left: Leaving | None = None
        self.guards += 1
        try:
            yield from self._with(node, at + 1)
        except Leaving as leaving:
            left = leaving
        finally:
            self.guards -= 1
        verdict = self._surely(partial(self.contexts.leave, value, left, site))
        if verdict is None:
            raise _Lost
        if left is not None and not verdict:
            raise left
        return None


def _without_yields(node: ast.expr) -> tuple[ast.expr, list[tuple[str, ast.expr]]]:
    """An expression with a name in the place of each ``yield``, and what the names stand for.

    Raises :class:`_Lost` where something else might run before the ``yield``.
    """
    found: tuple[ast.expr, list[tuple[str, ast.expr]]] | None = getattr(node, "_crewprof_split", None)
    if found is None:
        split = _Split()
        made = split.visit(copy.deepcopy(node))
        found = made, split.found
        node._crewprof_split = found  # type: ignore[attr-defined]
    return found


class _Split(ast.NodeTransformer):
    def __init__(self) -> None:
        self.found: list[tuple[str, ast.expr]] = []

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Yield | ast.YieldFrom):
            name = f".yield{len(self.found)}"
            self.found.append((name, node))
            return ast.copy_location(ast.Name(name, ast.Load()), node)
        if not _yields(node):
            if any(isinstance(one, ast.Call | ast.Subscript | ast.NamedExpr) for one in ast.walk(node)):
                raise _Lost
            return node
        if isinstance(node, ast.IfExp | ast.BoolOp | ast.Lambda):
            raise _Lost
        return self.generic_visit(node)


_FOLLOWERS: Final[Mapping[type[ast.stmt], Callable[[_Body, Any], Steps]]] = {
    ast.AnnAssign: _Body._annassign,
    ast.Assign: _Body._assign,
    ast.AugAssign: _Body._augassign,
    ast.Expr: _Body._expr,
    ast.For: _Body._for,
    ast.If: _Body._if,
    ast.Return: _Body._return,
    ast.Try: _Body._try,
    ast.While: _Body._while,
    ast.With: _Body._with,
}
"""Kinds of statements in which a ``yield`` is followed."""
