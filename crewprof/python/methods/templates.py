"""What ``str.format_map`` fills a template with."""

from __future__ import annotations

import ast
import string
from typing import TYPE_CHECKING

from crewprof.python.mappings import PlacedDict
from crewprof.python.values import BoundMethod, ClassValue, External, Instance, Value

if TYPE_CHECKING:
    from crewprof.python.given import Given


def names_in(template: str) -> list[str] | None:
    """The names in the braces of a template; ``None`` where there is more in them, or they do not match."""
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return None
    fields = [(name, spec) for _, name, spec, _ in parsed if name is not None]
    is_plain = all(name.isidentifier() and not spec for name, spec in fields)
    return list(dict.fromkeys(name for name, _ in fields)) if is_plain else None


def filled_from(given: Given) -> tuple[PlacedDict | None, Value]:
    """The mapping that a call is given, and what makes the entries that it has not.

    An object of a class derived from ``dict`` is one where it is made for the call; ``None`` if that is not
    known.
    """
    value = given.values[0]
    if isinstance(value, PlacedDict):
        return (value, None) if value.factory is None else (None, None)
    if not isinstance(value, Instance) or not isinstance(value.callee, ClassValue) or not _is_new(given):
        return None, None
    cls = value.callee
    own = {name for one in cls.mro() for name in one.namespace if name.startswith("__")}
    is_mapping = all(base == External("builtins.dict") for one in cls.mro() for base in _outside(one))
    if not is_mapping or own - {"__missing__", "__doc__"} or value.attributes:
        return None, None
    entries = _entries(value)
    found = cls.lookup("__missing__")
    return entries, BoundMethod(value, found[1]) if found else None  # type: ignore[arg-type]


def _outside(cls: ClassValue) -> list[Value]:
    return [base for base in cls.bases if not isinstance(base, ClassValue)]


def _is_new(given: Given) -> bool:
    node = given.site.node
    return isinstance(node, ast.Call) and bool(node.args) and isinstance(node.args[0], ast.Call)


def _entries(made: Instance) -> PlacedDict | None:
    if len(made.arguments) > 1:
        return None
    entries = PlacedDict()
    if made.arguments:
        first = made.arguments[0].value
        if not isinstance(first, PlacedDict):
            return None
        entries = first.copy()
    for name, one in made.keywords.items():
        if not name.isidentifier():
            return None
        entries.put(name, one.value, None)
    return entries
