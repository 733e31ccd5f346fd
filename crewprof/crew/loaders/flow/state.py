"""What the state of a flow holds at its start, as far as its definition says.

(``_create_definition_state``, ``_build_definition_state_model``: crewai/flow/runtime)
"""

from __future__ import annotations

import ast
from datetime import date
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.flow.expressions import NotKnown
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (float,),
    "boolean": (bool,),
    "array": (list,),
    "null": (type(None),),
}


def initial_state(definition: object) -> dict[str, object]:
    """The keys of the state whose value is known, by the flow's ``state``."""
    if not isinstance(definition, dict):
        return {}
    default = definition.get("default")
    values = {str(key): plain(value) for key, value in default.items()} if isinstance(default, dict) else {}
    kind = definition.get("type")
    schema = definition.get("json_schema")
    if kind == "json_schema" and isinstance(schema, dict):
        return dict(_by_schema(schema, values))
    if kind == "pydantic":
        # The class may read texts as it likes, but mostly keeps them.
        return {key: value for key, value in values.items() if isinstance(value, str | bool | int)}
    return values


def plain(value: object) -> object:
    """A value of YAML as expressions see it: dates are texts."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _by_schema(schema: Mapping[str, object], values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    properties = schema.get("properties")
    for name, about in properties.items() if isinstance(properties, dict) else ():
        if not isinstance(about, dict):
            continue
        value = values.get(name, about.get("default", NotKnown(f"state.{name}")))
        if _fits(value, about):
            yield name, value


def _fits(value: object, about: Mapping[str, object]) -> bool:
    """Whether a value stays as it is when a field with this schema takes it."""
    if about.get("format") is not None or about.get("enum") is not None:
        return False
    kinds = _KINDS.get(str(about.get("type")), ())
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return False
    items = about.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        return all(_fits(item, items) for item in value)
    return True


def after_script(code: str, state: Mapping[str, object]) -> dict[str, object]:
    """What of ``state`` is still known when a script may have run: what it cannot have changed."""
    touched = _touched(code)
    if touched is None:
        return {}
    return {
        key: value
        for key, value in state.items()
        if key not in touched.written and (not isinstance(value, list | dict) or key not in touched.read)
    }


@dataclass(frozen=True, slots=True)
class _Touched:
    """The keys of the state a script writes, and those it reads: a list or mapping may change in place."""

    written: frozenset[str]
    read: frozenset[str]


def _touched(code: str) -> _Touched | None:
    """``None`` when the script may change any key."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return None
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    followed: set[int] = set()
    written: set[str] = set()
    read: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Subscript(value=ast.Name(id="state") as name, slice=ast.Constant(value=str() as key))
                | ast.Attribute(value=ast.Name(id="state") as name, attr=key)
            ) if id(node) not in called:
                followed.add(id(name))
                (read if isinstance(node.ctx, ast.Load) else written).add(key)
            case _:
                continue
    loose = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "state")
    if any(id(node) not in followed for node in loose):
        return None
    return _Touched(frozenset(written), frozenset(read))
