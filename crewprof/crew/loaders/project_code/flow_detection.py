"""Which classes are flows, told from the syntax tree."""

from __future__ import annotations

import ast
from typing import Final

FLOW_DECORATORS: Final = ("start", "listen", "router")
"""What makes a method a step of a flow."""


def is_flow_class(node: ast.ClassDef) -> bool:
    """Whether a class is derived from CrewAI's ``Flow``, as far as its own bases say."""
    return any(_base_name(base) == "Flow" for base in node.bases)


def _base_name(base: ast.expr) -> str | None:
    match base:
        case ast.Subscript(value=value):
            return _base_name(value)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None
