"""Expressions of a project's Python, kind by kind; calls and attributes apart."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.config_files import ConfigFile
from crewprof.python.frame import Frame, shortened
from crewprof.python.values import (
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    PartialText,
    PlacedDict,
    Value,
    Written,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.interpreter import Interpreter

ROUND_LIMIT: Final = 10_000
"""Rounds of a comprehension that are followed."""

_BUILTINS: Final = frozenset(dir(builtins))
_FAILURES: Final = (
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    *(RecursionError, MemoryError),
)
"""What computing on known values may raise: the code would fail there, or is too deep to be followed."""

_CREWAI_NAMES: Final = frozenset({"Agent", "Task", "Crew", "Process", "LLM"})


class Expressions:
    """Evaluates expressions for an interpreter; each method reads the kind of node it is named after."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for; Unknown for a kind that is not read, or that cannot be computed."""
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            return self.interpreter.unknown(node, frame)
        try:
            value: Value = reader(node, frame)
        except _FAILURES:
            return self.interpreter.unknown(node, frame)
        return value

    def _call(self, node: ast.Call, frame: Frame) -> Value:
        return self.interpreter.calls.evaluate(node, frame)

    def _constant(self, node: ast.Constant, _frame: Frame) -> Value:
        return node.value

    def _name(self, node: ast.Name, frame: Frame) -> Value:
        for names in (frame.names, frame.closure):
            if node.id in names:
                return names[node.id]
        names = self.interpreter.names_of(frame.module)
        if node.id in names:
            return names[node.id]
        if node.id in _BUILTINS:
            return External(f"builtins.{node.id}")
        star = frame.module.star_of(node.id)
        if star is not None:
            return External(star)
        if node.id in _CREWAI_NAMES:
            self.interpreter.note(
                self.interpreter.unknown(node, frame, f"`{node.id}` is not imported; taken as CrewAI's")
            )
            return External(f"crewai.{node.id}")
        return self.interpreter.unknown(node, frame)

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Value:
        return self.interpreter.attributes.of(
            self.interpreter.evaluate(node.value, frame), node.attr, node, frame
        )

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Value:
        value, key = (
            self.interpreter.evaluate(node.value, frame),
            self.interpreter.evaluate(node.slice, frame),
        )
        value, key = operators.plain(value), operators.plain(key)
        if isinstance(value, External) and value.dotted == "os.environ" and isinstance(key, str):
            return FromEnvironment(key, None, frame.module.document.place_of(node))
        if isinstance(value, Unknown | Instance | External) or isinstance(key, Unknown):
            return self.interpreter.unknown(node, frame)
        if isinstance(value, ConfigFile) and key not in value:
            raise value.no_key(key, frame.module.document.place_of(node))
        if isinstance(value, dict) and key not in value:
            return self._no_key(value, key, node, frame)
        return value[key]  # type: ignore[index]

    def _no_key(self, value: dict[object, object], key: object, node: ast.Subscript, frame: Frame) -> Unknown:
        known = ", ".join(str(one) for one in list(value)[:6]) or "none"
        return self.interpreter.unknown(
            node,
            frame,
            f"`{shortened(frame.module.document.source_of(node))}`: there is no key '{key}' (keys: {known})",
        )

    def _slice(self, node: ast.Slice, frame: Frame) -> Value:
        parts = [
            None if one is None else self.interpreter.evaluate(one, frame)
            for one in (node.lower, node.upper, node.step)
        ]
        return slice(*parts)

    def _list(self, node: ast.List, frame: Frame) -> Value:
        return self._items(node.elts, frame)

    def _tuple(self, node: ast.Tuple, frame: Frame) -> Value:
        return tuple(self._items(node.elts, frame))

    def _set(self, node: ast.Set, frame: Frame) -> Value:
        return self._items(node.elts, frame)

    def _items(self, nodes: list[ast.expr], frame: Frame) -> list[Value]:
        items: list[Value] = []
        for one in nodes:
            if not isinstance(one, ast.Starred):
                items.append(self.interpreter.evaluate(one, frame))
                continue
            splat = operators.items_of(self.interpreter.evaluate(one.value, frame))
            items.extend([self.interpreter.unknown(one, frame)] if splat is None else splat)
        return items

    def _dict(self, node: ast.Dict, frame: Frame) -> Value:
        made = PlacedDict()
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.interpreter.evaluate(value_node, frame)
            if key_node is None:
                if not isinstance(value, dict):
                    return self.interpreter.unknown(node, frame)
                made.add_all(value)
                continue
            key = operators.plain(self.interpreter.evaluate(key_node, frame))
            place = frame.module.document.place_of
            made.put(key, value, Written(place(value_node), place(key_node), "python"))
        return made

    def _joinedstr(self, node: ast.JoinedStr, frame: Frame) -> Value:
        unknown: Unknown | None = None
        environment: FromEnvironment | None = None
        text = ""
        for part in node.values:
            value = self.interpreter.evaluate(
                part.value if isinstance(part, ast.FormattedValue) else part, frame
            )
            if isinstance(value, FromEnvironment):
                environment = value
                value = value.value
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                value = operators.formatted(value, self.interpreter.evaluate(part.format_spec, frame))
            if isinstance(value, PartialText):
                unknown = value.unknown
            if value is None or isinstance(value, str | int | float):
                text += str(value)
            else:
                unknown = self.interpreter.unknown(part, frame)
                text += "…"
        if environment is not None and unknown is None:
            return FromEnvironment(environment.variable, text, environment.place, is_whole=False)
        return text if unknown is None else PartialText.of(text, unknown)

    def _binop(self, node: ast.BinOp, frame: Frame) -> Value:
        left, right = (
            self.interpreter.evaluate(node.left, frame),
            self.interpreter.evaluate(node.right, frame),
        )
        result = operators.binary(node.op, left, right)
        return self.interpreter.unknown(node, frame) if result is None else result

    def _boolop(self, node: ast.BoolOp, frame: Frame) -> Value:
        wanted = isinstance(node.op, ast.Or)
        value: Value = None
        variable: FromEnvironment | None = None
        for one in node.values:
            value = self.interpreter.evaluate(one, frame)
            if isinstance(value, FromEnvironment):
                variable = variable or value
            known = operators.truth(value)
            if known is None or known is wanted:
                break
        if variable is not None and not isinstance(value, FromEnvironment):
            return FromEnvironment(variable.variable, value, variable.place)
        return value

    def _unaryop(self, node: ast.UnaryOp, frame: Frame) -> Value:
        result = operators.unary(node.op, self.interpreter.evaluate(node.operand, frame))
        return self.interpreter.unknown(node, frame) if result is None else result

    def _compare(self, node: ast.Compare, frame: Frame) -> Value:
        left = self.interpreter.evaluate(node.left, frame)
        for operation, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.interpreter.evaluate(right_node, frame)
            result = operators.compare(operation, left, right)
            if result is None:
                return self.interpreter.unknown(node, frame)
            if not result:
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp, frame: Frame) -> Value:
        return self.interpreter.evaluate(node.body if self.decide(node.test, frame) else node.orelse, frame)

    def decide(self, test: ast.expr, frame: Frame) -> bool:
        """Whether a condition holds; one that is not known counts as false, and that is noted."""
        known = operators.truth(self.interpreter.evaluate(test, frame))
        if known is None:
            source = shortened(frame.module.document.source_of(test))
            self.interpreter.note(
                self.interpreter.unknown(
                    test, frame, f"whether `{source}` holds is only known when the crew runs; taken as not"
                )
            )
        return bool(known)

    def _await(self, node: ast.Await, frame: Frame) -> Value:
        return self.interpreter.evaluate(node.value, frame)

    def _namedexpr(self, node: ast.NamedExpr, frame: Frame) -> Value:
        value = self.interpreter.evaluate(node.value, frame)
        frame.names[node.target.id] = value
        return value

    def _lambda(self, node: ast.Lambda, frame: Frame) -> Value:
        return FunctionValue(node, frame.module, closure={**frame.closure, **frame.names})

    def _listcomp(self, node: ast.ListComp, frame: Frame) -> Value:
        return self._comprehended(node, node.elt, frame)

    def _setcomp(self, node: ast.SetComp, frame: Frame) -> Value:
        return self._comprehended(node, node.elt, frame)

    def _generatorexp(self, node: ast.GeneratorExp, frame: Frame) -> Value:
        return self._comprehended(node, node.elt, frame)

    def _comprehended(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, item: ast.expr, frame: Frame
    ) -> Value:
        rounds = self._rounds(node.generators, frame)
        return (
            self.interpreter.unknown(node, frame)
            if rounds is None
            else [self.interpreter.evaluate(item, one) for one in rounds]
        )

    def _dictcomp(self, node: ast.DictComp, frame: Frame) -> Value:
        rounds = self._rounds(node.generators, frame)
        if rounds is None:
            return self.interpreter.unknown(node, frame)
        return PlacedDict(
            {
                operators.plain(self.interpreter.evaluate(node.key, one)): self.interpreter.evaluate(
                    node.value, one
                )
                for one in rounds
            }
        )

    def _rounds(self, generators: list[ast.comprehension], frame: Frame) -> list[Frame] | None:
        frames = [
            Frame(
                frame.module,
                {**frame.closure, **frame.names},
                owner=frame.owner,
                receiver=frame.receiver,
                function=frame.function,
            )
        ]
        for generator in generators:
            following: list[Frame] = []
            for one in frames:
                items = operators.items_of(self.interpreter.evaluate(generator.iter, one))
                if items is None:
                    return None
                for item in items:
                    if self.interpreter.is_exhausted or len(following) > ROUND_LIMIT:
                        return None
                    inner = Frame(
                        one.module,
                        dict(one.names),
                        owner=one.owner,
                        receiver=one.receiver,
                        function=one.function,
                    )
                    self.interpreter.executor.assign(generator.target, item, inner)
                    if all(self.decide(test, inner) for test in generator.ifs):
                        following.append(inner)
            frames = following
        return frames
