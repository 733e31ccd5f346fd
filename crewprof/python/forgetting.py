"""Code that is not followed: what it may change becomes unknown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from crewprof.python.scopes import bound_in
from crewprof.python.values import (
    BoundMethod,
    ClassValue,
    DictView,
    Frame,
    FunctionValue,
    Instance,
    LazyItems,
    ModuleValue,
    OneOf,
    PlacedDict,
    SuperValue,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.python.attributes import Attributes
    from crewprof.python.machine import Machine
    from crewprof.source.unknown import Unknown


class Forgetting:
    """Forgets for a machine what code may change: names it binds, objects it can reach."""

    def __init__(self, machine: Machine, attributes: Attributes) -> None:
        self.machine = machine
        self.attributes = attributes

    def forget(self, nodes: Iterable[ast.AST], frame: Frame, why: Unknown) -> None:
        """What running ``nodes`` may change is unknown from here on."""
        _Reach(self.machine, self.attributes, why).code(nodes, frame)


_KINDS: Final = (
    *(ast.Name, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.Global, ast.Nonlocal),
)


def _of_interest(root: ast.AST) -> list[ast.AST]:
    """The nodes that bind or mention names; found once, as many statements reach the same functions."""
    found: list[ast.AST] | None = getattr(root, "_crewprof_touched", None)
    if found is None:
        found = [node for node in ast.walk(root) if isinstance(node, _KINDS)]
        root._crewprof_touched = found  # type: ignore[attr-defined]
    return found


class _Reach:
    def __init__(self, machine: Machine, attributes: Attributes, why: Unknown) -> None:
        self.machine = machine
        self.attributes = attributes
        self.why = why
        self.seen: set[int] = set()
        self.kept: list[object] = []

    def code(self, nodes: Iterable[ast.AST], frame: Frame) -> None:
        for root in nodes:
            for node in _of_interest(root):
                if isinstance(node, ast.Name):
                    self._name(node, frame)
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    self._bind(node.name, frame)
                elif isinstance(node, ast.Import | ast.ImportFrom):
                    for alias in node.names:
                        self._bind(alias.asname or alias.name.partition(".")[0], frame)
                elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                    self._bind(node.name, frame)
                elif isinstance(node, ast.Global):
                    for name in node.names:
                        self._put(frame.module.names, name)
                elif isinstance(node, ast.Nonlocal):
                    for name in node.names:
                        self._borrowed(name, frame)

    def _name(self, node: ast.Name, frame: Frame) -> None:
        # What a name holds may change even where it is bound anew.
        self.value(self._found(node.id, frame))
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, frame)

    def _found(self, name: str, frame: Frame) -> Value:
        holder: Frame | None = frame
        while holder is not None:
            if name in holder.names:
                return holder.names[name]
            holder = holder.outer
        return frame.module.names.get(name)

    def _bind(self, name: str, frame: Frame) -> None:
        if name in frame.shared:
            self._put(frame.module.names, name)
        elif name in frame.borrowed:
            self._borrowed(name, frame)
        else:
            self._put(frame.names, name)

    def _borrowed(self, name: str, frame: Frame) -> None:
        holder = frame.outer
        while holder is not None:
            if name in holder.names or name in holder.local:
                self._put(holder.names, name)
                return
            holder = holder.outer

    def _put(self, names: dict[str, Value], name: str) -> None:
        self.machine.journal.touch(names)
        names[name] = self.why

    def value(self, value: Value) -> None:
        """Whatever can be reached from a value may have changed."""
        waiting: list[Any] = [value]
        while waiting:
            one = waiting.pop()
            if id(one) in self.seen or isinstance(one, str | int | float | type(None)):
                continue
            self.seen.add(id(one))
            self.kept.append(one)
            waiting.extend(self._inside(one))
            self.attributes.forget(one, self.why)

    def _inside(self, value: Value) -> list[Value]:
        match value:
            case list() | tuple() | set() | frozenset():
                return list(value)
            case PlacedDict():
                return [*value.values()]
            case DictView():
                return [value.mapping]
            case Instance():
                given = [*value.arguments, *value.keywords.values(), *value.attributes.values()]
                return [value.callee, *(one.value for one in given)]
            case BoundMethod():
                return [value.receiver, value.function]
            case OneOf():
                return list(value.options)
            case SuperValue():
                return [value.instance]
            case FunctionValue():
                self._function(value)
                return [*value.defaults.values(), *value.attributes.values()]
            case ClassValue():
                return [*value.namespace.values(), *value.bases]
            case LazyItems() | ModuleValue():
                return []
            case _:
                return []

    def _function(self, function: FunctionValue) -> None:
        """What calling a function may change outside it."""
        scope = bound_in(function.node)
        # Its own names live in a frame that nobody sees.
        inner = Frame(
            function.module,
            {},
            outer=function.outer,
            local=scope.local,
            shared=scope.shared,
            borrowed=scope.borrowed,
        )
        body = [function.node.body] if isinstance(function.node, ast.Lambda) else function.node.body
        self.code(body, inner)
