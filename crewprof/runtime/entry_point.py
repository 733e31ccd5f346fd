"""Which class and method of a project give a crew."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from crewprof.crew.loaders.crewbase.detection import crew_classes, last_name
from crewprof.source.python_document import parse_python

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew

DEFAULT_METHOD = "crew"


def entry_point(crew: Crew) -> tuple[str, str]:
    """The names of the ``@CrewBase`` class and of its ``@crew`` method that ``crew`` was read from."""
    tree = parse_python(crew.texts[crew.path]).tree
    classes = crew_classes(tree)
    node = next((one for one in classes if crew.place.line in _lines(one)), None)
    if node is None:
        name, _, method = crew.name.partition(".")
        return name, method or DEFAULT_METHOD
    methods = [
        one.name
        for one in node.body
        if isinstance(one, ast.FunctionDef) and any(last_name(mark) == "crew" for mark in one.decorator_list)
    ]
    wanted = crew.name.removeprefix(f"{node.name}.")
    if wanted in methods:
        return node.name, wanted
    return node.name, methods[0] if methods else DEFAULT_METHOD


def _lines(node: ast.ClassDef) -> range:
    first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
    return range(first, (node.end_lineno or node.lineno) + 1)
