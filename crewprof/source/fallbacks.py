"""What code does when making an object fails: whether it has another one for its place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def has_fallback(tree: ast.Module, line: int) -> bool:
    """Whether what is made on ``line`` stands in a ``try`` and an ``except`` makes something in its place.

    An ``except`` that only tells what went wrong is none.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and _holds(node.body, line):
            made = set(_given(node.body, line))
            if any(made & set(_given(handler.body, None)) for handler in node.handlers):
                return True
    return False


def _holds(body: Iterable[ast.stmt], line: int) -> bool:
    return any(one.lineno <= line <= (one.end_lineno or one.lineno) for one in body)


def _given(body: Iterable[ast.stmt], line: int | None) -> Iterator[str]:
    """The names that the statements (on ``line``) set, and ``return`` where they return something."""
    for statement in body:
        for node in ast.walk(statement):
            is_there = line is None or (
                isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
            )
            if not is_there:
                continue
            if isinstance(node, ast.Return) and node.value is not None:
                yield "return"
            elif isinstance(node, ast.Assign):
                yield from map(ast.unparse, node.targets)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                yield ast.unparse(node.target)
