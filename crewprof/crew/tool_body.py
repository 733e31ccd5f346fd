"""What a custom tool gives back, as far as its own source shows: a fixed text, or what it fetched.

Only the function and the functions it calls in the same module are read. A value counts as fetched when it
comes out of a call that asks the network, a file, a database, a model or another tool; what is taken of it in
a few characters (a status code, a length, a field) does not.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crewprof.crew.tool_origins import (
    calculates,
    dotted_name,
    held_by,
    imported,
    origin_of,
    origin_of_method,
    slowest,
)
from crewprof.crew.tool_values import ToolBody, either, picked, together
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.tool_origins import Returns

_BRIEF: Final = frozenset(
    {"status_code", "ok", "reason", "id", "name", "url", "title", "columns", "shape", "returncode"}
)
"""Attributes that take but a few characters of a value."""

_BRIEF_CALLS: Final = frozenset(
    {"len", "bool", "sum", "exists", "is_file", "count", "int", "float", "round", "isinstance", "any", "all"}
)
_MAKERS: Final = frozenset(
    {
        "str", "dict", "list", "sorted", "set", "tuple", "repr", "eval", "min", "max", "range", "enumerate",
        "zip", "map", "filter", "reversed", "next", "iter",
    }
)  # fmt: skip
"""Functions that give back what they were given, in another shape."""

_NUMBERS: Final = frozenset({"int", "float", "bool"})
_FAILED: Final = late_pattern(r"\W*(?:error|fail|could not|cannot|unable|exception)")
_LEAST_CUT: Final = 200
"""Characters from which on a slice is one of a text and not of a list."""

_MOST_FUNCTIONS: Final = 20


@dataclass
class _Reader:
    """Reads the functions of one module. ``names``: what names stand for, dotted; ``texts``: the fixed
    values of the module and of the tool's class."""

    names: Mapping[str, str]
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]
    texts: Mapping[str, ast.expr]
    read: dict[tuple[str, tuple[ToolBody, ...]], ToolBody] = field(default_factory=dict)
    asked: set[Returns] = field(default_factory=set)
    followed: set[str] = field(default_factory=set)

    def function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, given: Mapping[str, ToolBody] | None = None
    ) -> ToolBody:
        """What ``node`` returns where its parameters are ``given``, else a few values each; a function that
        calls itself adds nothing."""
        kinds = {one: ToolBody("short") for one in _parameters(node)} | dict(given or {})
        key = node.name, tuple(kinds.values())
        if key in self.read or len(self.read) >= _MOST_FUNCTIONS:
            return self.read.get(key, ToolBody("unknown"))
        # Set before its body is read: a function that calls itself adds nothing to what it returns.
        self.read[key] = ToolBody("literal")
        self._follow(node)
        returns = _returns(node)
        known = self._names(node, kinds)
        found = [_returned(one.value, self._value(one.value, known)) for one in returns]
        result = either(found) if found else ToolBody("unknown")
        if isinstance(node.returns, ast.Name) and node.returns.id in _NUMBERS:
            result = ToolBody("short")
        self.read[key] = replace(result, is_repeated=False)
        return self.read[key]

    def _follow(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Remember whom ``node`` and the functions it calls ask."""
        self.followed.add(node.name)
        given = _parameters(node)
        inside = list(ast.walk(node))
        for one in inside:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions.setdefault(one.name, one)
        for one in inside:
            if isinstance(one, ast.Call) and _head(one.func) not in given:
                self._ask(one)

    def _ask(self, node: ast.Call) -> None:
        """Remember where a call asks, and follow it into the module."""
        origin = self._origin(node.func)
        if origin is not None:
            self.asked.add(origin)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in self.functions and name not in self.followed:
            self._follow(self.functions[name])

    def _origin(self, called: ast.expr) -> Returns | None:
        method = origin_of_method(called.attr) if isinstance(called, ast.Attribute) else None
        return origin_of(dotted_name(called, self.names)) or method

    def _names(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, given: Mapping[str, ToolBody]
    ) -> dict[str, ToolBody]:
        """What the local names hold, beside the parameters that are ``given``."""
        kinds = dict(given)
        for statement in _own_nodes(node):
            for name, value in _bindings(statement):
                known, held = kinds.get(name, ToolBody("literal")), self._value(value, kinds)
                if isinstance(statement, ast.For | ast.AsyncFor):
                    held = replace(held, is_repeated=True)
                elif isinstance(statement, ast.Call):
                    held = replace(held, is_repeated=False, cut=0)
                is_cut = held.cut > 0 and known.returns == held.returns
                kinds[name] = held if is_cut else either([known, held])
        return kinds

    def _value(self, node: ast.expr | None, kinds: Mapping[str, ToolBody]) -> ToolBody:
        """What the value of an expression is."""
        if node is None:
            return ToolBody("literal")
        if isinstance(node, ast.Constant):
            return ToolBody("literal", len(str(node.value)))
        if isinstance(node, ast.Name):
            if node.id in self.texts and node.id not in kinds:
                return self._value(self.texts[node.id], kinds)
            return kinds.get(node.id, ToolBody("unknown"))
        if isinstance(node, ast.Call):
            return self._call(node, kinds)
        if isinstance(node, ast.Attribute):
            held = self._value(node.value, kinds)
            is_brief = node.attr in _BRIEF and held.returns != "unknown" and not held.is_repeated
            return ToolBody("short") if is_brief else held
        if isinstance(node, ast.Subscript):
            return self._part(self._value(node.value, kinds), node.slice)
        if isinstance(node, ast.IfExp):
            return either([self._value(one, kinds) for one in (node.body, node.orelse)])
        return self._parts(node, kinds)

    def _part(self, held: ToolBody, key: ast.expr) -> ToolBody:
        """What ``held[key]`` is."""
        if isinstance(key, ast.Slice):
            most = self._number(key.upper)
            return replace(held, cut=most) if most >= _LEAST_CUT and not held.is_repeated else held
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and held.is_fetched:
            return picked(held, key.value)
        return held if held.is_fetched or held.returns == "unknown" else ToolBody("short")

    def _number(self, node: ast.expr | None) -> int:
        known = self.texts.get(node.id) if isinstance(node, ast.Name) else node
        value = known.value if isinstance(known, ast.Constant) else None
        return value if isinstance(value, int) else 0

    def _parts(self, node: ast.expr, kinds: Mapping[str, ToolBody]) -> ToolBody:
        """A value made of others: as much as they are together, of texts in the source their sum."""
        inner = {**kinds, **self._bound_in(node, kinds)}
        found = [self._value(one, inner) for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
        if not found:
            return ToolBody("literal" if isinstance(node, _FIXED) else "unknown")
        return together(found)

    def _bound_in(self, node: ast.expr, kinds: Mapping[str, ToolBody]) -> dict[str, ToolBody]:
        """What the names of a comprehension hold."""
        if not isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            return {}
        bound: dict[str, ToolBody] = {}
        for one in node.generators:
            held = replace(self._value(one.iter, {**kinds, **bound}), is_repeated=True)
            bound.update(dict.fromkeys(_targets(one.target), held))
        return bound

    def _call(self, node: ast.Call, kinds: Mapping[str, ToolBody]) -> ToolBody:
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        given = [self._value(one, kinds) for one in [*node.args, *(key.value for key in node.keywords)]]
        if name in _BRIEF_CALLS:
            return ToolBody("short")
        if name == "fetchone":
            return ToolBody("fields", of="query")
        is_local = _head(called) in kinds
        method = origin_of_method(name) if isinstance(called, ast.Attribute) else None
        source = method if is_local else self._origin(called)
        if source is not None:
            return together([ToolBody(source), *given])
        helper = self.functions.get(name)
        if helper is not None and not _is_inherited(called):
            return self.function(helper, self._arguments(helper, node, kinds))
        if not is_local and calculates(dotted_name(called, self.names)):
            return together([ToolBody("short"), *given])
        if isinstance(called, ast.Attribute):
            held = self._value(called.value, kinds)
            if name == "get" and node.args:
                return self._part(held, node.args[0])
            return replace(together([held, *given]), is_repeated=held.is_repeated and name != "join")
        return together(given or [ToolBody("short")]) if name in _MAKERS else ToolBody("unknown")

    def _arguments(
        self,
        helper: ast.FunctionDef | ast.AsyncFunctionDef,
        node: ast.Call,
        kinds: Mapping[str, ToolBody],
    ) -> dict[str, ToolBody]:
        """What the call ``node`` gives to the parameters of ``helper``."""
        names = _parameters(helper)
        found = {name: self._value(one, kinds) for name, one in zip(names, node.args, strict=False)}
        found.update(
            (key.arg, self._value(key.value, kinds)) for key in node.keywords if key.arg in set(names)
        )
        return {name: replace(one, characters=0) for name, one in found.items()}


def tool_body(
    node: ast.FunctionDef | ast.AsyncFunctionDef, module: ast.Module, owner: ast.ClassDef | None = None
) -> ToolBody:
    """What the function ``node`` of ``module`` returns; ``owner`` is the class whose methods it may call."""
    names, functions, texts = imported(module), dict(_functions(module)), dict(_texts(module))
    if owner is not None:
        functions |= _functions(owner)
        texts |= _texts(owner)
        names = {**names, **held_by(owner, names)}
    try:
        reader = _Reader(names, functions, texts)
        return replace(reader.function(node), asks=slowest(reader.asked))
    except RecursionError:
        return ToolBody("unknown")


@lru_cache(maxsize=16)
def _functions(node: ast.Module | ast.ClassDef) -> Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module or class by name, found once for all its tools."""
    return {one.name: one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


@lru_cache(maxsize=16)
def _texts(node: ast.Module | ast.ClassDef) -> Mapping[str, ast.expr]:
    """The fixed values that a module or class gives names."""
    bound = (pair for one in node.body for pair in _bindings(one))
    return {name: value for name, value in bound if isinstance(value, _FIXED)}


_FIXED: Final = (ast.Constant, ast.Dict, ast.List, ast.Tuple)


def _returned(node: ast.expr | None, held: ToolBody) -> ToolBody:
    """What is returned: a field that is all of the result is no few characters, but of a row."""
    is_all = isinstance(node, ast.Subscript | ast.Call) and held.returns == "fields" and held.of != "query"
    return replace(held, returns=held.of) if is_all and not _makes_text(node) else held


def _makes_text(node: ast.expr | None) -> bool:
    """Whether a value is put together: by a function or by a method of a text."""
    called = node.func if isinstance(node, ast.Call) else None
    if not isinstance(called, ast.Attribute):
        return called is not None
    return called.attr != "get"


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return [one.arg for one in every if one.arg not in ("self", "cls")]


def _is_inherited(called: ast.expr) -> bool:
    """Whether a method of a base class is called, which is not read."""
    value = called.value if isinstance(called, ast.Attribute) else None
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super"


def _head(node: ast.expr) -> str | None:
    """The name an expression begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _returns(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.Return]:
    """What a function returns where nothing fails; where it only returns of failures, those."""
    handlers = {
        id(inner) for one in _own_nodes(node) if isinstance(one, ast.ExceptHandler) for inner in ast.walk(one)
    }
    found = [one for one in _own_nodes(node) if isinstance(one, ast.Return)]
    return [one for one in found if id(one) not in handlers and not _tells_of_failure(one)] or found


def _tells_of_failure(node: ast.Return) -> bool:
    value = node.value
    first = value.values[0] if isinstance(value, ast.JoinedStr) and value.values else value
    text = first.value if isinstance(first, ast.Constant) else None
    return isinstance(text, str) and _FAILED.match(text.lower()) is not None


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function, in order, but what belongs to functions defined inside it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        yield child
        yield from _own_nodes(child)


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names a statement gives a value, with that value."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from ((name, node.value) for name in _targets(target))
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        yield from ((name, node.value) for name in _targets(node.target))
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield from ((name, node.iter) for name in _targets(node.target))
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from ((name, node.context_expr) for name in _targets(node.optional_vars))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        yield from _added(node.func, node.args[0])


def _added(method: ast.Attribute, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What a list is extended by, or a buffer gets written."""
    if method.attr in ("append", "extend", "write", "add", "update"):
        yield from ((name, value) for name in _targets(method.value))


def _targets(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Tuple | ast.List):
        for one in node.elts:
            yield from _targets(one)
    elif isinstance(node, ast.Subscript | ast.Starred):
        yield from _targets(node.value)
