"""Functions that are no guardrail to CrewAI (``validate_guardrail_function`` in crewai/task.py)."""

from __future__ import annotations

import ast
import builtins
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Final

from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.objects import IN_WORDS
from crewprof.source.unknown import PythonObject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crewprof.crew.definition import Crew
    from crewprof.source.unknown import ObjectSort

_SECOND: Final = frozenset({"Any", "str", "TaskOutput"})
_BUILT_IN: Final = frozenset({"bool", "dict", "float", "int", "list", "str", "tuple", "Tuple", "None"})
_NO_FUNCTIONS: Final[Collection[ObjectSort]] = frozenset(
    {"agent", "task", "crew", "tool", "class", "model class", "tool class"}
)
_WITHOUT_SOURCE: Final = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, BuiltinFunctionType)
)
_UNIONS: Final = frozenset({frozenset({"str", "TaskOutput"})})


def guardrail_functions(crew: Crew) -> Iterator[Objection]:
    """``guardrail`` alone is looked at; what stands under ``guardrails`` is not."""
    for task in crew.tasks:
        field = task.fields.get("guardrail")
        value = None if field is None else field.value
        if field is None or not isinstance(value, PythonObject):
            continue
        problem = _sort_problem(value) or signature_problem(value.required, value.returns)
        if problem is not None:
            yield Objection(
                Kind.WRONG_VALUE,
                Outcome.REFUSED,
                f"CrewAI refuses guardrail of task '{task.name}': {value.name} {problem}",
                field.place,
                tasks=(task.name,),
                key="guardrail",
            )


def _sort_problem(value: PythonObject) -> str | None:
    """What is wrong with an object that is no function. Of a class CrewAI looks at ``__init__``, which
    returns ``None``; what it makes is no answer of a guardrail either. Of a function it reads the source."""
    if value.sort == "function" and value.required is None and value.name in _WITHOUT_SOURCE:
        return "is built in, which CrewAI fails on; write a function that calls it"
    if value.sort is None or value.sort not in _NO_FUNCTIONS:
        return None
    return f"is {IN_WORDS[value.sort]}, not a function of the output"


def signature_problem(required: int | None, returns: str | None) -> str | None:
    """What is wrong with a guardrail of ``required`` arguments, annotated with what it ``returns``."""
    # CrewAI counts parameters without a default (``validate_guardrail_function``, 1.15.30): ``*args`` is one
    # of them, an argument with a default is none.
    if required is not None and required != 1:
        return f"must take one argument, the output, not {required}"
    if returns is None or _is_pair(ast.parse(returns, mode="eval").body) is not False:
        return None
    return f"says it returns {returns}; write -> tuple[bool, Any], or nothing"


def _is_pair(node: ast.expr) -> bool | None:
    """Whether an annotation is one CrewAI takes; ``None`` if what its name stands for is not known."""
    if isinstance(node, ast.Constant):
        return False
    if not isinstance(node, ast.Subscript):
        return False if _name(node) in _BUILT_IN else None
    if _name(node.value) not in ("tuple", "Tuple"):
        return False if _name(node.value) in ("Dict", "List", "Optional", "Union", "dict", "list") else None
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if len(items) != 2 or _name(items[0]) != "bool":
        return False if len(items) != 2 or _name(items[0]) in _BUILT_IN else None
    return _is_second(items[1])


def _is_second(node: ast.expr) -> bool | None:
    name = _name(node)
    if name is not None:
        return True if name in _SECOND else False if name in _BUILT_IN else None
    if isinstance(node, ast.BinOp):
        # CrewAI compares with ``str | TaskOutput``, whichever comes first; of another union nothing is said,
        # as its names may stand for these.
        return frozenset({str(_name(node.left)), str(_name(node.right))}) in _UNIONS or None
    if isinstance(node, ast.Subscript) and _name(node.value) == "Union":
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        names = frozenset(str(_name(one)) for one in parts)
        return True if names in _UNIONS else False if names <= _BUILT_IN | _SECOND else None
    is_list = isinstance(node, ast.Subscript) and _name(node.value) in ("Dict", "List", "dict", "list")
    return False if is_list else None


def _name(node: ast.expr) -> str | None:
    """The last name of ``typing.Any`` and its like."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
