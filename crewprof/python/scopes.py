"""Which names a body of Python binds, read from its syntax tree, without what is written inside it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Bound:
    """Names bound in a body, those it declares ``global`` and ``nonlocal``; whether it holds a ``yield``."""

    local: frozenset[str]
    shared: frozenset[str]
    borrowed: frozenset[str]
    is_generator: bool


def bound_in(function: Function) -> Bound:
    """What a function binds, its parameters included."""
    found: Bound | None = getattr(function, "_crewprof_bound", None)
    if found is None:
        body = [function.body] if isinstance(function, ast.Lambda) else function.body
        found = bound_by(body, parameters(function))
        function._crewprof_bound = found  # type: ignore[union-attr]
    return found


def bound_by(body: Iterable[ast.AST], more: Iterable[str] = ()) -> Bound:
    """What the statements of a body bind, and the names ``more``."""
    local, shared, borrowed = set(more), set[str](), set[str]()
    is_generator = False
    for node in within(body):
        match node:
            case ast.Global(names=names):
                shared.update(names)
            case ast.Nonlocal(names=names):
                borrowed.update(names)
            case ast.Yield() | ast.YieldFrom():
                is_generator = True
            case _:
                local.update(_binds(node))
    local -= shared | borrowed
    return Bound(frozenset(local), frozenset(shared), frozenset(borrowed), is_generator)


def mangle(cls: ast.ClassDef) -> None:
    """Give the private names of a class (``self.__x``) the ones that Python gives them: ``_Class__x``."""
    if hasattr(cls, "_crewprof_mangled"):
        return
    cls._crewprof_mangled = True  # type: ignore[attr-defined]
    prefix = f"_{cls.name.lstrip('_')}"
    waiting: list[ast.AST] = [*cls.body]
    while waiting:
        node = waiting.pop()
        for field in ("attr", "id", "name"):
            name = getattr(node, field, None)
            if isinstance(name, str) and name.startswith("__") and not name.endswith("__"):
                setattr(node, field, f"{prefix}{name}")
        if not isinstance(node, ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def qualified_name(node: ast.ClassDef | Function, tree: ast.Module) -> str:
    """The ``__qualname__`` of a class or function: with those around it."""
    if not hasattr(tree, "_crewprof_qualified"):
        tree._crewprof_qualified = True  # type: ignore[attr-defined]
        _qualify(tree, "")
    found: str = getattr(node, "_crewprof_qualname", None) or str(getattr(node, "name", "<lambda>"))
    return found


def _qualify(root: ast.AST, prefix: str) -> None:
    waiting: list[tuple[ast.AST, str]] = [(root, prefix)]
    while waiting:
        parent, before = waiting.pop()
        for node in ast.iter_child_nodes(parent):
            inner = before
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{before}{node.name}"
                node._crewprof_qualname = name  # type: ignore[union-attr]
                inner = f"{name}." if isinstance(node, ast.ClassDef) else f"{name}.<locals>."
            waiting.append((node, inner))


def parameters(function: Function) -> list[str]:
    """Names of all parameters of a function."""
    written = function.args
    named = [*written.posonlyargs, *written.args, *written.kwonlyargs]
    rest = [one for one in (written.vararg, written.kwarg) if one is not None]
    return [one.arg for one in [*named, *rest]]


def _binds(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [one.asname or one.name.partition(".")[0] for one in aliases]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
        case ast.MatchMapping(rest=str(name)):
            return [name]
        case _:
            return []


def within(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a body; of functions and classes in it only what runs where they stand."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _SCOPES):
            waiting.extend(_outside(node))
        elif isinstance(node, _COMPREHENSIONS):
            # Its targets are its own; a walrus in it binds here.
            waiting.append(node.generators[0].iter)
            waiting.extend(one for one in ast.walk(node) if isinstance(one, ast.NamedExpr))
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _outside(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases, *(one.value for one in node.keywords)]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            given = [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]
            return [*node.decorator_list, *given]
        case ast.Lambda():
            return [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]
        case _:
            return []


def names_bound_by(tree: ast.Module) -> frozenset[str]:
    """Names that a module binds anywhere, in its functions by ``global`` too."""
    found: frozenset[str] | None = getattr(tree, "_crewprof_names", None)
    if found is None:
        shared = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for name in bound_in(node).shared
        }
        found = bound_by(tree.body).local | shared
        tree._crewprof_names = found  # type: ignore[attr-defined]
    return found
