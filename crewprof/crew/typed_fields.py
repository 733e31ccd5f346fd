"""Reading the keys of an agent, task or crew as the types CrewAI gives them.

CrewAI's fields are pydantic's, in its lax mode: ``"25"`` is an int, ``yes`` in quotes is true, but a
number is never text. What pydantic would refuse is an :class:`InputError` at the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.source.unknown import PythonObject, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.field import Field
    from crewprof.source.place import Place

_TRUE: Final = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE: Final = frozenset({"0", "false", "f", "no", "n", "off"})
_WHOLE: Final = late_pattern(r"[-+]?[0-9]+(?:_[0-9]+)*(?:\.0+)?")
"""Texts that pydantic reads as whole numbers: ``25.0``, too, but no digits of other scripts."""
MOST: Final = 10**15
"""The largest number that is told from a larger one; exact as a float."""


@dataclass(frozen=True, slots=True)
class TypedFields:
    """The keys of one agent, task or crew. ``owner`` names it in messages (``agent 'writer'``).

    Every reader gives ``None`` for a key that is absent, null or unknown, and raises
    :class:`InputError` for a value of the wrong type.
    """

    fields: Mapping[str, Field]
    owner: str

    def given(self, key: str) -> Field | None:
        """The field, unless it is absent, null or unknown."""
        found = self.fields.get(key)
        if found is None or found.value is None or isinstance(found.value, Unknown):
            return None
        return found

    def text(self, key: str) -> str | None:
        """A text, exactly as written."""
        found = self.given(key)
        if found is None:
            return None
        if isinstance(found.value, str):
            return found.value
        hint = (
            "put the value in quotes"
            if isinstance(found.value, bool | int | float)
            else "write one text here"
        )
        raise self._wrong(key, found, "text", hint)

    def integer(self, key: str) -> int | None:
        """A whole number; digits in quotes and ``25.0`` are whole numbers too.

        What is beyond :data:`MOST` counts as that: no run gets there.
        """
        found = self.given(key)
        if found is None:
            return None
        number = whole_number(found.value)
        if number is None:
            raise self._wrong(key, found, "a whole number", f"for example {key}: 3")
        return max(-MOST, min(number, MOST))

    def flag(self, key: str) -> bool | None:
        """A truth value."""
        found = self.given(key)
        if found is None:
            return None
        value = truth(found.value)
        if value is None:
            raise self._wrong(key, found, "true or false", f"write {key}: true or {key}: false")
        return value

    def switch(self, key: str) -> bool | None:
        """Whether something is on that can be a flag or an object with settings."""
        found = self.fields.get(key)
        if found is None or found.value is None:
            return None
        value = None if isinstance(found.value, Unknown) else truth(found.value)
        # An object with settings, or what is only known at run time, switches it on.
        return True if value is None else value

    def names(self, key: str) -> tuple[str, ...] | None:
        """A list of texts."""
        found = self.given(key)
        if found is None:
            return None
        if not isinstance(found.value, list):
            hint = (
                f"write a list: {key}: [{found.value}]"
                if isinstance(found.value, str)
                else "write a list of names"
            )
            raise self._wrong(key, found, "a list of names", hint)
        for item in found.value:
            if not isinstance(item, str | Unknown):
                raise self._wrong(key, found, "a list of names", f"{describe(item)} in it is no name")
        return tuple(item for item in found.value if isinstance(item, str))

    def labels(self, key: str) -> tuple[str, ...]:
        """What a list holds, as short texts; objects by what identifies them."""
        found = self.given(key)
        if found is None:
            return ()
        items = found.value if isinstance(found.value, list) else [found.value]
        return tuple(_label(item) for item in items)

    def mapping(self, key: str) -> Mapping[str, object] | None:
        """A mapping."""
        found = self.given(key)
        if found is None:
            return None
        if not isinstance(found.value, dict):
            raise self._wrong(key, found, "a mapping", f"write keys and values under {key}:")
        return {str(name): value for name, value in found.value.items()}

    def count(self, key: str) -> int:
        """How many things are listed; an unknown expression counts as one."""
        found = self.fields.get(key)
        if found is None or found.value is None:
            return 0
        return len(found.value) if isinstance(found.value, list | tuple) else 1

    def _wrong(self, key: str, found: Field, wanted: str, hint: str) -> InputError:
        return wrong_type(f"{self.owner}: {key}", found.value, wanted, found.place, hint)


def wrong_type(what: str, value: object, wanted: str, place: Place, hint: str) -> InputError:
    """The error for a value CrewAI would refuse by its type."""
    return InputError(
        f"{what} must be {wanted}, not {describe(value)}",
        path=place.path,
        line=place.line,
        column=place.column,
        hint=hint,
    )


def describe(value: object) -> str:
    """A value for messages: what it is, and itself when it is short."""
    match value:
        case None:
            return "empty"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {value!r}" if len(value) <= 40 else "a text"
        case list() | tuple():
            return "a list"
        case dict():
            return "a mapping"
        case PythonObject():
            return f"the Python object {value.name}"
        case _:
            return f"a {type(value).__name__}"


def whole_number(value: object) -> int | None:
    """What pydantic reads as an int, or ``None``."""
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        try:
            return int(value.strip().partition(".")[0])
        except ValueError:
            return None  # more than 4300 digits, which pydantic does not read either
    return None


def truth(value: object) -> bool | None:
    """What pydantic reads as a bool, or ``None``."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        text = value.lower()
        return True if text in _TRUE else False if text in _FALSE else None
    return None


def _label(item: object) -> str:
    if isinstance(item, dict):
        for key in ("url", "command", "name", "source", "path", "python"):
            if isinstance(item.get(key), str):
                return str(item[key])
    if isinstance(item, Unknown):
        return "?"
    return str(item)
