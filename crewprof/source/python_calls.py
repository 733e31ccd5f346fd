"""The calls of a module: where each stands in its data, and what stands around it."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.quick_dataclasses import dataclass
from crewprof.source.python_data import CALLED, SPLAT, is_bare_generator, plain_keys, shaped_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.source.place import Place, Route
    from crewprof.source.python_document import PythonDocument

Spot: TypeAlias = "tuple[int, int, int, int]"
"""Line and column of the start and the end."""

_REPEATING: Final = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Lambda,
)


@dataclass(frozen=True, slots=True)
class CallSite:
    """One call in the text.

    ``route`` leads to it in the module's data (:mod:`crewprof.source.python_data`); ``around`` is what it
    stands in, outermost first.
    """

    node: ast.Call
    route: Route
    around: tuple[ast.AST, ...]

    @property
    def is_repeated(self) -> bool:
        """Whether a loop, a comprehension or a lambda may make it several times."""
        return any(isinstance(one, _REPEATING) for one in self.around)

    def keyword(self, name: str) -> ast.keyword | None:
        """Its keyword argument ``name``."""
        return next((one for one in self.node.keywords if one.arg == name), None)


def spot(place: Place) -> Spot:
    """Where a place begins and ends."""
    return place.line, place.column, place.end_line, place.end_column


def call_sites(document: PythonDocument) -> Mapping[Spot, CallSite]:
    """Every call of a module that can be led to, by where it stands."""
    return {
        spot(document.place_of(site.node)): site for site in _Walker(document).below(document.tree, (), ())
    }


def bindings(tree: ast.Module) -> Counter[str]:
    """How often each name is given something in a module, in any scope."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found[name] += 1
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found[name] += 1
            case ast.ClassDef(name=name) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found[name] += 1
            case ast.ExceptHandler(name=str(name)):
                found[name] += 1
            case ast.alias(name=name, asname=asname):
                found[asname or name.partition(".")[0]] += 1
            case _:
                continue
    return found


class _Walker:
    """Goes the ways that :func:`~crewprof.source.python_data.parse_python_data` makes routes of."""

    def __init__(self, document: PythonDocument) -> None:
        self._document = document

    def below(self, node: ast.AST, route: Route, around: tuple[ast.AST, ...]) -> Iterator[CallSite]:
        for part, child in self._children(node):
            inner = (*route, *part)
            if isinstance(child, ast.Call | ast.BinOp) and shaped_text(child) is not None:
                continue
            if isinstance(child, ast.Call) and not self._is_bare_generator(child):
                yield CallSite(child, inner, (*around, node))
            yield from self.below(child, inner, (*around, node))

    def _is_bare_generator(self, node: ast.Call) -> bool:
        return is_bare_generator(self._document, node)

    def _children(self, node: ast.AST) -> Iterator[tuple[Route, ast.AST]]:
        match node:
            case ast.Call() if not self._is_bare_generator(node):
                yield (CALLED,), node.func
                yield from (((index,), one) for index, one in enumerate(node.args))
                splats = 0
                for keyword in node.keywords:
                    if keyword.arg is not None:
                        yield (keyword.arg,), keyword.value
                        continue
                    yield (f"{SPLAT}{splats or ''}",), keyword.value
                    splats += 1
            case ast.List():
                yield from (((index,), one) for index, one in enumerate(node.elts))
            case ast.Dict() if (keys := plain_keys(node)) is not None:
                yield from (((key,), one) for key, one in zip(keys, node.values, strict=True))
            case ast.JoinedStr():
                return
            case _:
                yield from _fields(node)


def _fields(node: ast.AST) -> Iterator[tuple[Route, ast.AST]]:
    for name, field in ast.iter_fields(node):
        if isinstance(field, ast.AST):
            yield (name,), field
        elif isinstance(field, list):
            yield from (((name, index), one) for index, one in enumerate(field) if isinstance(one, ast.AST))
