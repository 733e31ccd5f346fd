"""What ``str.format``, ``format_map`` and ``%`` fill a template with, also where that is known in part."""

from __future__ import annotations

import ast
import re
import string
from itertools import count
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.python.mappings import PlacedDict
from crewprof.python.operators import is_known
from crewprof.python.uncertain import PartialText
from crewprof.python.values import BoundMethod, ClassValue, External, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.python.given import Given

CONVERSION: Final = late_pattern(r"%(?:\([^)]*\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z%]")
"""A conversion of ``template % values``."""


def names_in(template: str) -> list[str] | None:
    """The names in the braces of a template; ``None`` where there is more in them, or they do not match."""
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return None
    fields = [(name, spec) for _, name, spec, _ in parsed if name is not None]
    is_plain = all(name.isidentifier() and not spec for name, spec in fields)
    return list(dict.fromkeys(name for name, _ in fields)) if is_plain else None


def partly_filled(template: str, values: Sequence[Value], named: Mapping[str, Value]) -> str | None:
    """``template.format(*values, **named)`` with ``…`` for what is not known.

    ``None`` where the template does not fit what is given, or is filled in more than one step.
    """
    made: list[str] = []
    numbers = count()
    try:
        for literal, name, spec, conversion in string.Formatter().parse(template):
            made.append(literal)
            if name is None:
                continue
            first = re.split(r"[.\[]", name, maxsplit=1)[0]
            number = next(numbers) if not first else int(first) if first.isdigit() else None
            value = named[first] if number is None else values[number]
            plain = spec or conversion or name != first
            if isinstance(value, PartialText) and not plain:
                made.append(value)
            elif is_known(value):
                field = f"{{0{name[len(first) :]}{f'!{conversion}' if conversion else ''}:{spec}}}"
                made.append(field.format(value))
            else:
                made.append("…")
    except (ValueError, LookupError, AttributeError, TypeError):
        return None
    return "".join(made)


def partly_shown(template: str, values: Sequence[Value]) -> str | None:
    """``template % values`` with ``…`` for what is not known; ``None`` where they do not fit."""
    found = list(CONVERSION.finditer(template))
    places = [one for one in found if one[0][-1] != "%"]
    if len(places) != len(values) or any("*" in one[0] or "(" in one[0] for one in places):
        return None
    left = iter(values)
    made: list[str] = []
    end = 0
    for one in found:
        made.append(template[end : one.start()])
        end = one.end()
        value = "%" if one[0][-1] == "%" else next(left)
        try:
            made.append(_shown(one[0], value))
        except (TypeError, ValueError):
            return None
    return "".join([*made, template[end:]])


def _shown(conversion: str, value: Value) -> str:
    if conversion[-1] == "%":
        return "%"
    if isinstance(value, PartialText):
        return str(value)
    return conversion % (value,) if is_known(value) else "…"


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
