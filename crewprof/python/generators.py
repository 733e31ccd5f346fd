"""Functions with ``yield``, followed item by item as they are asked for."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from crewprof.python.leaving import Leaving, TooLong
from crewprof.python.scopes import bound_by
from crewprof.python.site import Site
from crewprof.python.values import Frame, UnknownItems, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.python.comparing import Comparing
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine


def is_followable(body: Sequence[ast.stmt]) -> bool:
    """Whether each ``yield`` of a body stands alone, or is all that is assigned, below loops and ``if``."""
    for one in body:
        if not _yields(one):
            continue
        match one:
            case ast.Expr(value=ast.Yield() | ast.YieldFrom() as given):
                if given.value is not None and _yields(ast.Expr(given.value)):
                    return False
            case ast.For() | ast.While() | ast.If():
                test = one.iter if isinstance(one, ast.For) else one.test
                if _yields(ast.Expr(test)) or not is_followable(one.body) or not is_followable(one.orelse):
                    return False
            case _:
                return False
    return True


def _yields(node: ast.AST) -> bool:
    return bound_by([node]).is_generator


class Generators:
    """Follows generator functions for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, comparing: Comparing) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing

    def items(self, body: Sequence[ast.stmt], frame: Frame) -> Iterator[Value]:
        """What a generator function gives, one after the other."""
        try:
            yield from self._run(body, frame)
        except Leaving as left:
            if left.kind != "return":
                raise

    def _run(self, body: Sequence[ast.stmt], frame: Frame) -> Iterator[Value]:
        for one in body:
            self.machine.charge()
            if not _yields(one):
                level = len(self.machine.journal.layers)
                self.machine.execute([one], frame)
                layers = self.machine.journal.layers[level:]
                if any(path.leaving.kind != "raise" for layer in layers for path in layer.waiting):
                    # What is asked for next depends on a path that waits.
                    raise TooLong
                continue
            match one:
                case ast.Expr(value=ast.Yield(value=given)):
                    yield None if given is None else self.machine.evaluate(given, frame)
                case ast.Expr(value=ast.YieldFrom(value=given)):
                    yield from self.iteration.items(self._private(given, frame), Site(given, frame))
                case ast.If():
                    known = self.comparing.truth(
                        self.machine.evaluate(one.test, frame), Site(one.test, frame)
                    )
                    if known is None:
                        raise TooLong
                    yield from self._run(one.body if known else one.orelse, frame)
                case ast.For():
                    yield from self._for(one, frame)
                case ast.While():
                    yield from self._while(one, frame)
                case _:
                    raise TooLong

    def _private(self, node: ast.expr, frame: Frame) -> Value:
        return self.iteration.private(partial(self.machine.evaluate, node, frame))

    def _for(self, node: ast.For, frame: Frame) -> Iterator[Value]:
        for item in self.iteration.items(self._private(node.iter, frame), Site(node.iter, frame)):
            if isinstance(item, UnknownItems):
                raise TooLong
            self.machine.assign(node.target, item, frame)
            try:
                yield from self._run(node.body, frame)
            except Leaving as left:
                if left.kind == "break":
                    return
                if left.kind != "continue":
                    raise
        yield from self._run(node.orelse, frame)

    def _while(self, node: ast.While, frame: Frame) -> Iterator[Value]:
        while True:
            known = self.comparing.truth(self.machine.evaluate(node.test, frame), Site(node.test, frame))
            if known is None:
                raise TooLong
            if not known:
                break
            try:
                yield from self._run(node.body, frame)
            except Leaving as left:
                if left.kind == "break":
                    return
                if left.kind != "continue":
                    raise
        yield from self._run(node.orelse, frame)
