"""A Python module as data: a call is a mapping of its arguments, a list a list, a literal its value.

Everything else of the syntax tree is in the data too, as mappings that name their kind of node, so that two
texts with equal data are the same program. Routes lead through the tree: ``("body", 2, "value", "role")`` is
the keyword argument ``role`` of the call that the third statement assigns; positional arguments are numbers,
what is called is ``"()"``, ``**`` stands for itself.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import replace
from crewprof.source.document import DataDocument
from crewprof.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode
from crewprof.source.python_document import parse_python
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from crewprof.source.place import Route
    from crewprof.source.python_document import PythonDocument

CALLED: Final = "()"
"""The part of a route that leads to what a call calls."""
SPLAT: Final = "**"
"""The part of a route that leads to what a call takes over with ``**``; later ones are numbered."""
PYTHON_TRIVIA: Final = late_pattern(r"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*")
"""What may stand between tokens inside brackets."""

_KIND: Final = "<>"
_SKIPPED_FIELDS: Final = frozenset({"ctx", "type_comment", "type_ignores", "kind"})
_OPAQUE: Final = ("JoinedStr", "TemplateStr")
_STRIPS: Final = frozenset({"strip", "lstrip", "rstrip"})


class ShapedText(str):
    """The text an expression makes of literals: ``dedent("…")``, ``"…".strip()``, ``"…" + "…"``.

    Equal only to the same text made in the same way.
    """

    __slots__ = ("shape",)
    shape: str

    @classmethod
    def of(cls, text: str, shape: str) -> ShapedText:
        """``text``, made as ``shape`` says."""
        made = cls(text)
        made.shape = shape
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShapedText) and str(self) == str(other) and self.shape == other.shape

    def __hash__(self) -> int:
        return hash((str(self), self.shape))


class PythonData(DataDocument):
    """A Python module as data. Its nodes have brackets and quotes as those of JSON have; ``raw_end`` of an
    item lies behind the parentheses around it."""

    __slots__ = ()


def parse_python_data(text: SourceText) -> PythonData:
    """Parse a module; raises :class:`InputError` with line and column when it is not Python."""
    document = parse_python(text)
    try:
        root = _Builder(document).node(document.tree, ())
    except RecursionError as error:
        raise InputError(
            "the Python code is nested too deeply to be rewritten",
            path=text.path,
            line=1,
            column=1,
            hint="change it by hand",
        ) from error
    return PythonData(text, root.value, root, document.comments, ())


def expression_data(source: str) -> object:
    """The data of an expression that is to be written; raises :class:`InputError` when it is none."""

    document = parse_python(SourceText("", source))
    match document.tree.body:
        case [ast.Expr(value=value)]:
            return _Builder(document).node(value, ()).value
        case _:
            raise InputError(f"not one expression: {source}")


def literal(node: ast.expr) -> tuple[object] | None:
    """The value an expression of literals has, in a tuple of one: ``-1``, ``["a", "b"]``, ``dedent("a")``.

    ``None`` for everything else.
    """
    match node:
        case ast.Constant(value=str() | int() | float() | None as value):
            return (value,)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if (
            not isinstance(value, bool)
        ):
            return (-value,)
        case ast.List():
            items = [literal(item) for item in node.elts]
            return None if None in items else ([item[0] for item in items if item is not None],)
        case ast.Dict():
            return _literal_mapping(node)
        case _:
            shaped = shaped_text(node)
            return None if shaped is None else (str(shaped),)


def _literal_mapping(node: ast.Dict) -> tuple[object] | None:
    if plain_keys(node) is None:
        return None
    values = [literal(value) for value in node.values]
    if None in values:
        return None
    return ({key.value: value[0] for key, value in zip(node.keys, values, strict=True) if value},)  # type: ignore[union-attr]


def plain_keys(node: ast.Dict) -> list[str] | None:
    """The keys of a mapping that is written with different texts as keys; ``None`` for others."""
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    if len(keys) != len(node.keys) or len(set(keys)) != len(keys) or {_KIND, CALLED} & set(keys):
        return None
    return keys


def shaped_text(node: ast.expr) -> ShapedText | None:
    """The text that ``node`` makes of literals; ``None`` when it does not, or is one literal itself."""
    made = _text_of(node)
    # One literal is the scalar itself, which is edited as such.
    return None if made is None or isinstance(node, ast.Constant) else ShapedText.of(*made)


def _text_of(node: ast.expr) -> tuple[str, str] | None:
    """A text and how it is made."""
    match node:
        case ast.Constant(value=str() as value):
            return value, "…"
        case ast.Call(args=[inner], keywords=[]) if is_dedent(node.func):
            import textwrap

            made = _text_of(inner)
            return made and (textwrap.dedent(made[0]), f"{ast.dump(node.func)}({made[1]})")
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=[], keywords=[]) if name in _STRIPS:
            made = _text_of(inner)
            return made and (getattr(made[0], name)(), f"{made[1]}.{name}()")
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _text_of(left), _text_of(right)
            return first and second and (first[0] + second[0], f"({first[1]}+{second[1]})")
        case _:
            return None


def is_dedent(node: ast.expr) -> bool:
    """Whether ``node`` is ``dedent`` or ``textwrap.dedent``."""
    match node:
        case ast.Name(id="dedent"):
            return True
        case ast.Attribute(value=ast.Name(id="textwrap"), attr="dedent"):
            return True
        case _:
            return False


def is_bare_generator(document: PythonDocument, node: ast.Call) -> bool:
    """Whether it is ``f(x for x in y)``, where the generator's parentheses are those of the call."""
    match node.args:
        case [ast.GeneratorExp() as inner]:
            return document.span_of(inner)[1] == document.span_of(node)[1]
        case _:
            return False


class _Builder:
    """Builds the nodes over one module's syntax tree."""

    def __init__(self, document: PythonDocument) -> None:
        self._document = document
        self._text = document.text.text

    def node(self, node: ast.AST, route: Route, around: tuple[int, int] = (0, 0)) -> Node:
        """The node of a piece of syntax; ``around`` is the span of what holds it."""
        span = self._span(node, around)
        if isinstance(node, ast.expr):
            constant = literal(node) if not isinstance(node, ast.List | ast.Dict) else None
            if constant is not None:
                shaped = shaped_text(node)
                value = constant[0] if shaped is None else shaped
                return self._scalar(value, span, route, "literal" if shaped is None else "shaped")
        match node:
            case ast.List():
                return self._list(node.elts, span, route)
            case ast.Dict() if plain_keys(node) is not None:
                return self._mapping(node, span, route)
            case ast.Call() if not is_bare_generator(self._document, node):
                return self._call(node, span, route)
            case _:
                return self._syntax(node, span, route)

    def _span(self, node: ast.AST, around: tuple[int, int]) -> tuple[int, int]:
        if isinstance(node, ast.Module):
            return 0, len(self._text)
        return self._document.span_of(node) if hasattr(node, "lineno") else around  # type: ignore[arg-type]

    def _scalar(self, value: object, span: tuple[int, int], route: Route, style: str) -> ScalarNode:
        return ScalarNode(**self._base(value, span, span[0], route, style))

    def _base(
        self, value: object, span: tuple[int, int], content: int, route: Route, style: str
    ) -> dict[str, Any]:
        return {
            "source": self._document.text,
            "start": span[0],
            "content_start": content,
            "end": span[1],
            "raw_end": span[1],
            "route": route,
            "value": value,
            "style": style,
            "anchor": None,
            "tag": None,
            "is_alias": False,
            "from_merge": False,
        }

    def _list(self, elements: list[ast.expr], span: tuple[int, int], route: Route) -> SequenceNode:
        items = tuple(self._item(one, (*route, index), span) for index, one in enumerate(elements))
        base = self._base([item.value for item in items], span, span[0], route, "flow")
        return SequenceNode(**base, items=items)

    def _mapping(self, node: ast.Dict, span: tuple[int, int], route: Route) -> MappingNode:
        entries = []
        for key, value in zip(node.keys, node.values, strict=True):
            assert isinstance(key, ast.Constant)
            assert isinstance(key.value, str)
            name = self._scalar(key.value, self._document.span_of(key), route, "literal")
            entries.append(Entry(name, self._item(value, (*route, key.value), span)))
        return self._filled(entries, span, span[0], route, [])

    def _filled(
        self,
        entries: list[Entry],
        span: tuple[int, int],
        content: int,
        route: Route,
        before: list[Entry],
    ) -> MappingNode:
        everything = (*before, *entries)
        value = {entry.key.value: entry.value.value for entry in everything}
        base = self._base(value, span, content, route, "flow")
        return MappingNode(**base, entries=tuple(entries), effective=everything)

    def _call(self, node: ast.Call, span: tuple[int, int], route: Route) -> MappingNode:
        called = self.node(node.func, (*route, CALLED), span)
        opening = self._opening(called.end)
        entries: list[Entry] = []
        splats = positions = 0
        given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        for one in sorted(given, key=self._document.span_of):
            start = self._document.span_of(one)[0]
            if not isinstance(one, ast.keyword):
                part: str | int = positions
                positions += 1
                value = self._item(one, (*route, part), span)
                key = self._scalar(part, (value.start, value.end), route, "position")
            elif one.arg is None:
                part = SPLAT if not splats else f"{SPLAT}{splats}"
                splats += 1
                value = self._item(one.value, (*route, part), span)
                key = self._scalar(part, (start, start + len(SPLAT)), route, "splat")
            else:
                value = self._item(one.value, (*route, one.arg), span)
                key = self._scalar(one.arg, (start, start + len(one.arg)), route, "name")
            entries.append(Entry(key, value))
        # What is called can be led to, but is no argument among the others.
        key = self._scalar(CALLED, (called.start, called.end), route, "syntax")
        return self._filled(entries, span, opening, route, [Entry(key, called)])

    def _opening(self, position: int) -> int:
        """The bracket that opens the arguments: behind what is called, and the parentheses around it."""
        while self._text[position] != "(":
            position = self._past(position)
            position += self._text[position] == ")"
        return position

    def _past(self, position: int) -> int:
        match = PYTHON_TRIVIA.match(self._text, position)
        return match.end() if match else position

    def _item(self, node: ast.expr, route: Route, around: tuple[int, int]) -> Node:
        """An argument or item: its ``raw_end`` lies behind the parentheses around it."""
        made = self.node(node, route, around)
        end = made.end
        position = self._past(end)
        while position < around[1] - 1 and self._text[position] == ")":
            end = position + 1
            position = self._past(end)
        return made if end == made.raw_end else replace(made, raw_end=end)

    def _syntax(self, node: ast.AST, span: tuple[int, int], route: Route) -> MappingNode:
        kind = type(node).__name__
        entries: list[Entry] = []
        value: dict[object, object] = {_KIND: kind}
        if kind in _OPAQUE or isinstance(node, ast.Constant):
            value["dump"] = ast.dump(node)
        else:
            for name, field in ast.iter_fields(node):
                if name in _SKIPPED_FIELDS:
                    continue
                made = self._field(field, (*route, name), span)
                value[name] = field if made is None else made.value
                if made is not None:
                    key = self._scalar(name, (made.start, made.end), route, "syntax")
                    entries.append(Entry(key, made))
        base = self._base(value, span, span[0], route, "syntax")
        return MappingNode(**base, entries=tuple(entries), effective=tuple(entries))

    def _field(self, field: object, route: Route, around: tuple[int, int]) -> Node | None:
        if isinstance(field, ast.AST):
            return self.node(field, route, around)
        if not isinstance(field, list):
            return None
        items = []
        for index, one in enumerate(field):
            inner = (*route, index)
            if isinstance(one, ast.AST):
                items.append(self.node(one, inner, around))
            else:
                # A name (``global x``), or the missing key of ``{**x}``.
                items.append(self._scalar(one, around, inner, "syntax"))
        base = self._base([item.value for item in items], around, around[0], route, "syntax")
        return SequenceNode(**base, items=tuple(items))
