"""What Python gives where environment variables and options of the command line have their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.uncertain import FromEnvironment, OneOf, UnknownItems, usual_of
from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.python.values import Value
    from crewprof.source.field import Field


def usual_field(given: Field, note: Callable[[FromEnvironment], object]) -> Field:
    """A key with what its value is by default; ``note`` is told what it depends on."""
    value = _usual_option(given.value, note)
    inner = value.value if isinstance(value, FromEnvironment) else value
    if isinstance(inner, list | tuple) and any(isinstance(one, OneOf | UnknownItems) for one in inner):
        value = _usual_items(inner, note)
    return given if value is given.value else replace(given, value=value)


def _usual_option(value: Value, note: Callable[[FromEnvironment], object]) -> Value:
    while isinstance(value, OneOf):
        usual = usual_of(value)
        if usual is None:
            return value
        made = FromEnvironment(value.variable, usual[0], value.place, is_whole=False)
        note(made)
        # No variable has `None` for its default; what is given is nothing.
        value = usual[0] if usual[0] is None or isinstance(usual[0], OneOf) else made
    return value


def _usual_items(
    items: list[Value] | tuple[Value, ...], note: Callable[[FromEnvironment], object]
) -> list[Value]:
    found: list[Value] = []
    for item in items:
        if isinstance(item, UnknownItems) and item.usual is not None:
            note(FromEnvironment(item.variable, None, item.place, is_whole=False))
            found.extend(_usual_items(item.usual, note))
        else:
            value = _usual_option(item, note)
            found.append(value.value if isinstance(value, FromEnvironment) and value is not item else value)
    return found
