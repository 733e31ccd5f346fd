"""What a project makes the objects of a ``@CrewBase`` class with: ``TripCrew(place="Rome").crew()``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from crewprof.python.values import ANY_ATTRIBUTE, Argument, FunctionValue
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.python.values import ClassValue, Value
    from crewprof.source.python_document import PythonDocument


def takes_more(cls: ClassValue) -> bool:
    """Whether objects of a class can be made with anything."""
    init = _init_of(cls)
    if init is None:
        return False
    written = init.node.args
    return len(written.args) > 1 or bool(written.kwonlyargs) or written.kwarg is not None


def made_with(cls: ClassValue, documents: Iterable[PythonDocument]) -> dict[str, Argument]:
    """By name, what calls in ``documents`` make an object of a class with: a constant that all of them give,
    else Unknown. What none of them gives is not in it."""
    init = _init_of(cls)
    if init is None:
        return {}
    calls = [
        {name: (node, document) for name, node in _given(call, init.node.args)}
        for document in documents
        if cls.name in document.text.text
        for call in _calls(document.tree, cls.name)
    ]
    names = dict.fromkeys(name for call in calls for name in call)
    return {name: _joined(name, cls, [call.get(name) for call in calls]) for name in names}


def _init_of(cls: ClassValue) -> FunctionValue | None:
    found = cls.lookup("__init__")
    return found[1] if found is not None and isinstance(found[1], FunctionValue) else None


def _calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called == name:
                yield node
            case _:
                continue


def _given(call: ast.Call, parameters: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """The parameters that a call gives, or may give, with what it gives."""
    positional = [one.arg for one in parameters.args[1:]]
    named = [*positional, *(one.arg for one in parameters.kwonlyargs)]
    spread: ast.expr | None = None
    for at, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            spread = argument
        elif spread is None and at < len(positional):
            yield positional[at], argument
    for keyword in call.keywords:
        if keyword.arg is None:
            spread = keyword.value
        elif keyword.arg in named or parameters.kwarg is not None:
            yield keyword.arg, keyword.value
    if spread is not None:
        yield from ((name, spread) for name in named)
        if parameters.kwarg is not None:
            yield ANY_ATTRIBUTE, spread


def _joined(name: str, cls: ClassValue, given: list[tuple[ast.expr, PythonDocument] | None]) -> Argument:
    node, document = next(one for one in given if one is not None)
    place = document.place_of(node)
    what = f"what `{cls.name}` is made with" + ("" if name == ANY_ATTRIBUTE else f" as `{name}`")
    value: Value = Unknown(f"{what} is only known when it runs", place)
    constants = {ast.dump(one[0]) if one is not None else None for one in given}
    if isinstance(node, ast.Constant) and len(constants) == 1:
        value = node.value
    return Argument(value, place, place)
