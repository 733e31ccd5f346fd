"""The parts of code that bind names, mention them, or change what they stand for."""

from __future__ import annotations

import ast
from typing import Final

_KINDS: Final = (
    *(ast.Name, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.Global, ast.Nonlocal),
    *(ast.Attribute, ast.Subscript, ast.AugAssign),
)


def of_interest(root: ast.AST) -> list[ast.AST]:
    """The nodes that bind or mention names; found once, as many statements reach the same functions."""
    found: list[ast.AST] | None = getattr(root, "_crewprof_touched", None)
    if found is None:
        first: dict[object, ast.AST] = {}
        named: set[ast.AST] = set()
        """What is reached in a way that is told apart, or reaches nothing."""
        for node in ast.walk(root):
            if isinstance(node, ast.Call) and (attribute := _named_attribute(node)) is not None:
                named.add(node.func)
                first.setdefault(_effect(attribute), attribute)
            if (passive := _asked_for_its_name(node)) is not None:
                named.add(passive)
            if isinstance(node, _KINDS) and node not in named:
                first.setdefault(_effect(node), node)
        found = list(first.values())
        root._crewprof_touched = found  # type: ignore[attr-defined]
    return found


def _named_attribute(call: ast.Call) -> ast.Attribute | None:
    """What ``getattr(value, "name")`` and the like are, where the name is written out."""
    match call:
        case ast.Call(
            func=ast.Name(id="getattr" | "setattr" | "delattr" as function),
            args=[value, ast.Constant(value=str(name)), *_],
        ):
            context = {"getattr": ast.Load(), "setattr": ast.Store(), "delattr": ast.Del()}[function]
            return ast.copy_location(ast.Attribute(value, name, context), call)
        case _:
            return None


def _asked_for_its_name(node: ast.AST) -> ast.AST | None:
    """``type`` in ``type(value).__name__``, ``value.__class__`` in ``value.__class__.__name__``."""
    match node:
        case ast.Attribute(
            value=ast.Call(func=ast.Name(id="type") as found) | (ast.Attribute(attr="__class__") as found),
            attr="__name__" | "__qualname__" | "__module__",
        ):
            return found
        case _:
            return None


def _effect(node: ast.AST) -> object:
    """What two nodes have in common of which the second reaches nothing that the first does not."""
    match node:
        case ast.Name():
            return "name", node.id, isinstance(node.ctx, ast.Load)
        case ast.Attribute():
            return "attribute", node.attr, isinstance(node.ctx, ast.Load), is_own(node)
        case ast.Subscript() if is_of_globals(node):
            return node
        case ast.Subscript():
            return "subscript", isinstance(node.ctx, ast.Load)
        case ast.AugAssign():
            return "subscript", False
        case _:
            return node


def is_own(node: ast.Attribute) -> bool:
    """Whether it is an attribute of a method's own instance."""
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def is_of_globals(node: ast.Subscript) -> bool:
    """Whether it binds or deletes a name: ``globals()["name"] = value``."""
    match node.value:
        case ast.Call(func=ast.Name(id="globals")):
            return not isinstance(node.ctx, ast.Load)
        case _:
            return False
