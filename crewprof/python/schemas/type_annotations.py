"""Type annotations, read from the syntax tree, as JSON schemas."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, Protocol

from crewprof.python.schemas import json_types
from crewprof.python.values import ClassValue, External, Instance, Value

if TYPE_CHECKING:
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.schemas.json_types import JsonSchema
    from crewprof.python.values import Frame

_CONSTRAINED: Final = {
    "conint": "builtins.int",
    "confloat": "builtins.float",
    "constr": "builtins.str",
}


class NotUnderstood(Exception):
    """A model or type that is not read; the message says what of it."""


class Definitions(Protocol):
    """Where classes that annotations name become definitions."""

    def reference(self, cls: ClassValue) -> JsonSchema:
        """``{"$ref": …}`` to ``cls``."""


class AnnotationReader:
    """Reads the annotations of one class or function body."""

    def __init__(self, interpreter: Interpreter, definitions: Definitions, frame: Frame) -> None:
        self.interpreter = interpreter
        self.definitions = definitions
        self.frame = frame

    def is_class_variable(self, node: ast.expr) -> bool:
        """Whether it is ``ClassVar`` or ``ClassVar[…]``."""
        target = self._unquoted(node)
        target = target.value if isinstance(target, ast.Subscript) else target
        if not isinstance(target, ast.Name | ast.Attribute):
            return False
        found = self._named(target)
        return isinstance(found, External) and found.name == "ClassVar"

    def read(self, node: ast.expr) -> tuple[JsonSchema, list[Value]]:
        """The schema of a type, and the ``Field(…)``s of an ``Annotated``."""
        node = self._unquoted(node)
        if isinstance(node, ast.Subscript):
            target = self._named(node.value)
            if isinstance(target, External) and target.name == "Annotated":
                parts = _elements(node.slice)
                schema, metadata = self.read(parts[0])
                return schema, [*metadata, *self._fields(parts[1:])]
        return self.schema(node), []

    def _fields(self, nodes: list[ast.expr]) -> list[Value]:
        values = [
            self.interpreter.evaluate(one, self.frame) for one in nodes if not isinstance(one, ast.Constant)
        ]
        for one in values:
            if not isinstance(one, Instance) or one.name != "Field":
                raise NotUnderstood("an Annotated type with something other than Field")
        return values

    def schema(self, node: ast.expr) -> JsonSchema:
        """The schema of a type; raises :class:`NotUnderstood`."""
        node = self._unquoted(node)
        match node:
            case ast.Constant(value=None):
                return json_types.null()
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return json_types.union([self.schema(left), self.schema(right)])
            case ast.Subscript(value=value, slice=inner):
                return self._parametrized(self._named(value), _elements(inner))
            case ast.Call():
                return self._constrained(node)
            case _:
                return self._plain(self._named(node))

    def _unquoted(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                return ast.parse(node.value, mode="eval").body
            except SyntaxError as error:
                raise NotUnderstood(f"the type '{node.value}'") from error
        return node

    def _named(self, node: ast.expr) -> Value:
        # Only names and their attributes: nothing else is a type, and a name quoted in an annotation has
        # no place of its own in the file.
        match self._unquoted(node):
            case ast.Name(id=name):
                return self._lookup(name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self._named(value)
                if isinstance(owner, External):
                    return External(f"{owner.dotted}.{attribute}")
                return self.interpreter.attributes.of(owner, attribute, self._anchor(), self.frame)
            case other:
                raise NotUnderstood(f"the type `{ast.unparse(other)}`")

    def _anchor(self) -> ast.stmt:
        return self.frame.module.document.tree.body[0]

    def _lookup(self, name: str) -> Value:
        for names in (
            self.frame.owner.namespace if self.frame.owner else {},
            self.frame.closure,
            self.interpreter.names_of(self.frame.module),
        ):
            if isinstance(names.get(name), External | ClassValue):
                return names[name]
        if f"builtins.{name}" in json_types.LEAVES or name in ("list", "dict", "set", "tuple", "frozenset"):
            return External(f"builtins.{name}")
        star = self.frame.module.star_of(name)
        if star is not None:
            return External(star)
        raise NotUnderstood(f"the type `{name}`")

    def _plain(self, target: Value) -> JsonSchema:
        if isinstance(target, ClassValue):
            return self.definitions.reference(target)
        if isinstance(target, External):
            dotted = target.dotted.replace("typing_extensions.", "typing.")
            if target.package == "pydantic":
                dotted = f"pydantic.{target.name}"
            if dotted in json_types.LEAVES:
                return dict(json_types.LEAVES[dotted])
            if target.name in json_types.LISTS or target.name in ("tuple", "Tuple"):
                return json_types.array(None, unique=False)
            if target.name in json_types.SETS:
                return json_types.array(None, unique=True)
            if target.name in json_types.MAPPINGS:
                return json_types.mapping(None, None)
            raise NotUnderstood(f"the type `{target.dotted}`")
        raise NotUnderstood("a type that is no class")

    def _parametrized(self, target: Value, parameters: list[ast.expr]) -> JsonSchema:
        if not isinstance(target, External):
            raise NotUnderstood("a generic class of the project")
        name = target.name
        if name == "Literal":
            return self._literal(parameters)
        if name in ("Tuple", "tuple"):
            return self._tuple(parameters)
        inner = [self.schema(one) for one in parameters]
        if name == "Optional":
            return json_types.union([*inner, json_types.null()])
        if name == "Union":
            return json_types.union(inner)
        if name in json_types.LISTS or name in json_types.SETS:
            return json_types.array(inner[0], unique=name in json_types.SETS)
        if name in json_types.MAPPINGS and len(inner) == 2:
            return json_types.mapping(inner[0], inner[1])
        raise NotUnderstood(f"the type `{target.dotted}`")

    def _tuple(self, parameters: list[ast.expr]) -> JsonSchema:
        match parameters:
            case [item, ast.Constant(value=rest)] if rest is ...:
                return json_types.array(self.schema(item), unique=False)
            case _:
                return json_types.fixed_tuple([self.schema(one) for one in parameters])

    def _literal(self, parameters: list[ast.expr]) -> JsonSchema:
        values: list[object] = []
        for one in parameters:
            value = self.interpreter.evaluate(one, self.frame)
            if value is not None and not isinstance(value, str | int | bool):
                raise NotUnderstood("a Literal that is no constant")
            if value not in values:
                values.append(value)
        return json_types.single_literal(values[0]) if len(values) == 1 else json_types.literal(values)

    def _constrained(self, node: ast.Call) -> JsonSchema:
        """``conint(ge=1)`` and the like."""
        target = self._named(node.func)
        if not isinstance(target, External):
            raise NotUnderstood("a type that is made by a call")
        limits = {
            keyword.arg: self.interpreter.evaluate(keyword.value, self.frame)
            for keyword in node.keywords
            if keyword.arg in json_types.LIMITS
        }
        if target.name in _CONSTRAINED:
            return json_types.constrained(dict(json_types.LEAVES[_CONSTRAINED[target.name]]), limits)
        if target.name == "conlist" and node.args:
            return json_types.constrained(json_types.array(self.schema(node.args[0]), unique=False), limits)
        raise NotUnderstood(f"the type `{target.name}(…)`")


def _elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]
