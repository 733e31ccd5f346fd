"""Running statements of a project's Python on known and unknown values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.values import (
    Argument,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    PlacedDict,
    Value,
    Written,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.frame import Frame
    from crewprof.python.interpreter import Interpreter

LOOP_LIMIT: Final = 1_000
"""Rounds of a loop that are followed."""


class Returned(Exception):
    """A ``return`` was reached."""

    def __init__(self, value: Value) -> None:
        super().__init__("return")
        self.value = value


class _Raised(Exception):
    """A ``raise`` was reached."""


class _LoopLeft(Exception):
    """A ``break`` or ``continue`` was reached."""

    def __init__(self, *, for_good: bool) -> None:
        super().__init__("break" if for_good else "continue")
        self.for_good = for_good


class Executor:
    """Runs statements for an interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter

    def run_quietly(self, statements: list[ast.stmt], frame: Frame) -> None:
        """Run the top level of a module: what stops it early stops only that."""
        try:
            self._run(statements, frame)
        except (Returned, _Raised, _LoopLeft):
            return

    def run(self, statements: list[ast.stmt], frame: Frame) -> None:
        """Run a function body; leaves by :class:`Returned` at a ``return``."""
        try:
            self._run(statements, frame)
        except (_Raised, _LoopLeft):
            return

    def _run(self, statements: list[ast.stmt], frame: Frame) -> None:
        for statement in statements:
            runner = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if runner is not None:
                runner(statement, frame)

    def _expr(self, node: ast.Expr, frame: Frame) -> None:
        if not isinstance(node.value, ast.Constant):
            self.interpreter.evaluate(node.value, frame)

    def _return(self, node: ast.Return, frame: Frame) -> None:
        raise Returned(None if node.value is None else self.interpreter.evaluate(node.value, frame))

    def _raise(self, _node: ast.Raise, _frame: Frame) -> None:
        raise _Raised

    def _break(self, _node: ast.Break, _frame: Frame) -> None:
        raise _LoopLeft(for_good=True)

    def _continue(self, _node: ast.Continue, _frame: Frame) -> None:
        raise _LoopLeft(for_good=False)

    def _assign(self, node: ast.Assign, frame: Frame) -> None:
        value = self.interpreter.evaluate(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame, node.value)

    def _annassign(self, node: ast.AnnAssign, frame: Frame) -> None:
        if isinstance(node.target, ast.Name) and isinstance(frame.receiver, ClassValue):
            frame.receiver.annotations[node.target.id] = node.annotation
        if node.value is not None:
            self.assign(node.target, self.interpreter.evaluate(node.value, frame), frame, node.value)

    def _augassign(self, node: ast.AugAssign, frame: Frame) -> None:
        before, change = (
            self.interpreter.evaluate(one, frame) for one in (_as_load(node.target), node.value)
        )
        result = operators.binary(node.op, before, change)
        if isinstance(before, list) and isinstance(result, list):
            before[:] = result
            result = before
        self.assign(node.target, self.interpreter.unknown(node, frame) if result is None else result, frame)

    def assign(self, target: ast.expr, value: Value, frame: Frame, written: ast.expr | None = None) -> None:
        """``target = value``; ``written`` is where the value is written."""
        match target:
            case ast.Name():
                frame.names[target.id] = value
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                items = operators.items_of(value)
                if items is None or len(items) != len(elts):
                    items = [self.interpreter.unknown(target, frame)] * len(elts)
                for one, item in zip(elts, items, strict=True):
                    self.assign(one, item, frame)
            case ast.Attribute():
                receiver = self.interpreter.evaluate(target.value, frame)
                if isinstance(receiver, Instance):
                    receiver.attributes[target.attr] = self._argument(value, target, written, frame)
                elif isinstance(receiver, ClassValue):
                    receiver.namespace[target.attr] = value
            case ast.Subscript():
                self._put(target, value, written, frame)
            case _:
                return

    def _argument(self, value: Value, target: ast.expr, written: ast.expr | None, frame: Frame) -> Argument:
        place = frame.module.document.place_of
        items = tuple(place(one) for one in written.elts) if isinstance(written, ast.List) else ()
        return Argument(value, place(written or target), place(target), items)

    def _put(self, target: ast.Subscript, value: Value, written: ast.expr | None, frame: Frame) -> None:
        container = operators.plain(self.interpreter.evaluate(target.value, frame))
        key = operators.plain(self.interpreter.evaluate(target.slice, frame))
        if isinstance(container, PlacedDict) and isinstance(key, str | int):
            place = frame.module.document.place_of
            container.put(key, value, Written(place(written or target), place(target), "python"))
        elif isinstance(container, list) and isinstance(key, int) and -len(container) <= key < len(container):
            container[key] = value

    def _functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        decorators = tuple(self._decorator(one, frame) for one in node.decorator_list)
        owner = frame.receiver if isinstance(frame.receiver, ClassValue) else None
        inside = frame.names is frame.module.names or owner is not None
        closure = {} if inside else {**frame.closure, **frame.names}
        frame.names[node.name] = FunctionValue(node, frame.module, decorators, owner, closure)

    _asyncfunctiondef = _functiondef

    def _decorator(self, node: ast.expr, frame: Frame) -> Value:
        """A decorator; one with arguments is kept with them, whatever calling it would give."""
        if not isinstance(node, ast.Call):
            return self.interpreter.evaluate(node, frame)
        callee = self.interpreter.evaluate(node.func, frame)
        if isinstance(callee, External | ClassValue):
            return self.interpreter.calls.made_by(callee, node, frame)
        return callee

    def _classdef(self, node: ast.ClassDef, frame: Frame) -> None:
        from crewprof.python.frame import Frame

        evaluate = self.interpreter.evaluate
        made = ClassValue(
            node,
            frame.module,
            tuple(evaluate(one, frame) for one in node.bases),
            decorators=tuple(self._decorator(one, frame) for one in node.decorator_list),
        )
        frame.names[node.name] = made
        outer = {} if frame.names is frame.module.names else {**frame.closure, **frame.names}
        self.run_quietly(node.body, Frame(frame.module, made.namespace, outer, receiver=made))

    def _import(self, node: ast.Import, frame: Frame) -> None:
        for alias in node.names:
            dotted = alias.name if alias.asname else alias.name.partition(".")[0]
            module = self.interpreter.project.find(dotted, frame.module.folder)
            name = alias.asname or dotted
            frame.names[name] = External(dotted) if module is None else ModuleValue(module)

    def _importfrom(self, node: ast.ImportFrom, frame: Frame) -> None:
        project = self.interpreter.project
        if node.level:
            module = project.find_relative(frame.module.folder, node.level, node.module)
        else:
            module = project.find(node.module or "", frame.module.folder)
        for alias in node.names:
            if alias.name == "*":
                if module is not None:
                    names = self.interpreter.names_of(module)
                    frame.names.update(
                        {key: value for key, value in names.items() if not key.startswith("_")}
                    )
                elif node.module and not node.level:
                    frame.module.stars.append(node.module)
                continue
            frame.names[alias.asname or alias.name] = self._imported(node, alias, frame)

    def _imported(self, node: ast.ImportFrom, alias: ast.alias, frame: Frame) -> Value:
        project, folder = self.interpreter.project, frame.module.folder
        if node.level:
            module = project.find_relative(folder, node.level, node.module)
            nested = project.find_relative(
                folder, node.level, ".".join(filter(None, (node.module, alias.name)))
            )
        else:
            module = project.find(node.module or "", folder)
            nested = None if module else project.find(f"{node.module}.{alias.name}", folder)
        if module is not None:
            return self.interpreter.attributes.member(module, alias.name, alias, frame)
        if nested is not None:
            return ModuleValue(nested)
        if node.level:
            return self.interpreter.unknown(
                alias, frame, f"`{alias.name}` comes from a module that was not found"
            )
        return External(f"{node.module}.{alias.name}")

    def _if(self, node: ast.If, frame: Frame) -> None:
        self._run(node.body if self.interpreter.expressions.decide(node.test, frame) else node.orelse, frame)

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> None:
        items = operators.items_of(self.interpreter.evaluate(node.iter, frame))
        if items is None:
            self._forget(node, frame)
            return
        for item in items[:LOOP_LIMIT]:
            if self.interpreter.is_exhausted:
                break
            self.assign(node.target, item, frame)
            try:
                self._run(node.body, frame)
            except _LoopLeft as left:
                if left.for_good:
                    return
        self._run(node.orelse, frame)

    _asyncfor = _for

    def _while(self, node: ast.While, frame: Frame) -> None:
        if operators.truth(self.interpreter.evaluate(node.test, frame)) is not False:
            self._forget(node, frame)

    def _forget(self, node: ast.For | ast.AsyncFor | ast.While, frame: Frame) -> None:
        """A loop that is not followed: what it assigns is unknown, lists it may fill gain an unknown item."""
        unknown = self.interpreter.unknown(
            node, frame, "what this loop does is only known when the crew runs"
        )
        self.interpreter.note(unknown)
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                frame.names[one.id] = unknown
            elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
                receiver = self.interpreter.evaluate(one.func.value, frame)
                if isinstance(receiver, list) and one.func.attr in ("append", "extend", "insert"):
                    receiver.append(unknown)

    def _with(self, node: ast.With | ast.AsyncWith, frame: Frame) -> None:
        for item in node.items:
            value = self.interpreter.evaluate(item.context_expr, frame)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, frame)
        self._run(node.body, frame)

    _asyncwith = _with

    def _try(self, node: ast.Try, frame: Frame) -> None:
        try:
            self._run(node.body, frame)
            self._run(node.orelse, frame)
        except _Raised:
            if node.handlers:
                self._run(node.handlers[0].body, frame)
        finally:
            self._run(node.finalbody, frame)

    def _delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                frame.names.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                container = self.interpreter.evaluate(target.value, frame)
                key = self.interpreter.evaluate(target.slice, frame)
                if isinstance(container, dict) and not isinstance(key, Unknown):
                    container.pop(key, None)


def _as_load(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    """The target of ``+=``, to be read: the evaluator does not look at the context."""
    return target
