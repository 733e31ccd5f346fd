"""Whether code changes the state of a flow before it starts it: ``flow.state.topic = …``.

CrewAI makes the state when it makes the flow (``Flow._create_initial_state``, crewai/flow/runtime), and keeps
what is set on it from then on.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.project_code.flow_detection import FLOW_DECORATORS, is_flow_class
from crewprof.crew.loaders.project_code.syntax import own_calls
from crewprof.python.values import ClassValue, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crewprof.source.python_document import PythonDocument

_CHANGING: Final = frozenset(
    (
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "setdefault",
        "update",
    )
)
"""Methods of lists, sets and mappings that change them."""
_APART: Final = frozenset(
    (
        *("checkpoint", "human_feedback_history", "input_provider", "max_method_calls", "memory", "name"),
        *("persistence", "stream", "suppress_flow_events", "tracing"),
    )
)
"""What a flow may be made with that does not change its state."""


def changes_state(documents: Iterable[PythonDocument], cls: ClassValue) -> bool:
    """Whether any of ``documents`` may change the state of a flow of the class ``cls`` outside its steps."""
    methods = {
        name: value.node
        for one in reversed(cls.mro())
        for name, value in one.namespace.items()
        if isinstance(value, FunctionValue)
    }
    changing = _changing(methods)
    if "__init__" in changing:
        return True
    search = _Search(cls.name, changing, has_init="__init__" in methods)
    return any(search.finds(one.tree) for one in documents if cls.name in one.text.text)


def _changing(methods: Mapping[str, ast.AST]) -> set[str]:
    """The methods beside the steps of a flow that change its state, or call one that does."""
    plain = {name: node for name, node in methods.items() if not _is_step(node)}
    calls = {name: set(own_calls(node)) for name, node in plain.items()}
    found = {name for name, node in plain.items() if any(_is_change(one, own=True) for one in ast.walk(node))}
    waiting = list(found)
    while waiting:
        called = waiting.pop()
        callers = [name for name, names in calls.items() if called in names and name not in found]
        found.update(callers)
        waiting.extend(callers)
    return found


def _is_step(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    names = (one.func if isinstance(one, ast.Call) else one for one in decorators)
    return any(_last_name(one) in FLOW_DECORATORS for one in names)


class _Search:
    """Looks for changes outside flow classes."""

    def __init__(self, name: str, changing: Collection[str], *, has_init: bool) -> None:
        self.name = name
        self.changing = changing
        self.has_init = has_init

    def finds(self, tree: ast.Module) -> bool:
        waiting: list[ast.AST] = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.ClassDef) and is_flow_class(node):
                continue
            if _is_change(node, own=False) or (isinstance(node, ast.Call) and self._calls_a_change(node)):
                return True
            waiting.extend(ast.iter_child_nodes(node))
        return False

    def _calls_a_change(self, node: ast.Call) -> bool:
        called = _last_name(node.func)
        if called == self.name and not self.has_init:
            return _is_more(node.args, node.keywords)
        return isinstance(node.func, ast.Attribute) and called in self.changing


def _is_change(node: ast.AST, *, own: bool) -> bool:
    """Whether a node changes the state of a flow: its ``own``, or that of another object."""
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return _leads_to_state(node, own=own)
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _CHANGING:
            return _leads_to_state(value, own=own)
        case ast.Call(func=ast.Name(id="setattr"), args=[first, *_]):
            return _leads_to_state(first, own=own)
        case ast.Call(func=ast.Attribute(value=value, attr="__init__"), args=args, keywords=keywords):
            # What the class of CrewAI is given may be part of the state.
            return own and isinstance(value, ast.Call) and _is_more(args, keywords)
        case _:
            return False


def _is_more(args: list[ast.expr], keywords: list[ast.keyword]) -> bool:
    """Whether a flow is made with what may be part of its state."""
    return bool(args) or any(one.arg not in _APART for one in keywords)


def _leads_to_state(node: ast.expr, *, own: bool) -> bool:
    """Whether ``flow.state``, or ``self.state`` if ``own``, is what is left of the dots and brackets."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute) and node.attr in ("state", "_state"):
            return _is_self(node.value) is own
        node = node.value
    return False


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
