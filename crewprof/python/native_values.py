"""Values of Python's standard library that are kept as themselves, or as kinds of lists and tuples."""

from __future__ import annotations

import datetime
import decimal
import fractions
import re
import uuid
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.python.values import ClassValue, Value

CONSTANT_TYPES: Final = (
    *(re.Pattern, re.Match, datetime.date, datetime.time, datetime.timedelta, datetime.timezone),
    *(decimal.Decimal, fractions.Fraction, uuid.UUID),
)
"""Types of objects that never change, kept as themselves."""

PURE_METHODS: Final[Mapping[type, tuple[str, ...]]] = {
    re.Match: ("group", "groups", "groupdict", "start", "end", "span", "expand"),
    datetime.datetime: (
        *("date", "time", "replace", "isoformat", "strftime", "weekday", "isoweekday", "toordinal"),
        *("isocalendar", "timetuple"),
    ),
    datetime.date: ("replace", "isoformat", "strftime", "weekday", "isoweekday", "toordinal", "isocalendar"),
    datetime.time: ("replace", "isoformat", "strftime"),
    datetime.timedelta: ("total_seconds",),
    decimal.Decimal: ("quantize", "to_integral_value", "normalize", "is_zero", "as_tuple", "copy_abs"),
    fractions.Fraction: ("limit_denominator",),
    uuid.UUID: (),
}
"""Methods of those that only depend on what is known."""

ATTRIBUTES: Final[Mapping[type, tuple[str, ...]]] = {
    re.Match: ("string", "pos", "endpos", "lastgroup", "lastindex", "re"),
    re.Pattern: ("pattern", "groups", "flags"),
    datetime.datetime: (
        *("year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"),
        *("min", "max"),
    ),
    datetime.date: ("year", "month", "day", "min", "max"),
    datetime.time: ("hour", "minute", "second", "microsecond", "tzinfo"),
    datetime.timedelta: ("days", "seconds", "microseconds"),
    fractions.Fraction: ("numerator", "denominator"),
    uuid.UUID: ("hex", "int", "version"),
}
"""Attributes of those."""


class Deque(list[Any]):
    """A ``collections.deque``; ``limit`` is its ``maxlen``."""

    limit: int | None = None

    @classmethod
    def of(cls, items: Iterable[Value], limit: int | None) -> Deque:
        """A deque of ``items``."""
        made = cls(items)
        made.limit = limit
        made.trim(at_end=False)
        return made

    def copy(self) -> Deque:
        """A shallow copy."""
        return Deque.of(self, self.limit)

    def trim(self, *, at_end: bool) -> None:
        """Drop what is too much, after something was put in at the other end."""
        if self.limit is not None and len(self) > self.limit:
            if at_end:
                del self[self.limit :]
            else:
                del self[: len(self) - self.limit]

    def __repr__(self) -> str:
        shown = list.__repr__(self)
        return f"deque({shown})" if self.limit is None else f"deque({shown}, maxlen={self.limit})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deque) and list.__eq__(self, other)

    __hash__ = None


class Record(tuple[Any, ...]):
    """An instance of a ``NamedTuple`` class of the project."""

    cls: ClassValue
    fields: tuple[str, ...]

    @classmethod
    def of(cls, kind: ClassValue, fields: tuple[str, ...], items: Iterable[Value]) -> Record:
        """A tuple of ``items`` with names."""
        made = cls(items)
        made.cls, made.fields = kind, fields
        return made

    def with_items(self, items: Iterable[Value]) -> Record:
        """Another one of the same class."""
        return Record.of(self.cls, self.fields, items)

    def __getattr__(self, name: str) -> Any:
        # For templates like "{p.x}", which Python fills in itself.
        if name in ("fields", "cls") or name not in self.fields:
            raise AttributeError(name)
        return self[self.fields.index(name)]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={item!r}" for name, item in zip(self.fields, self, strict=True))
        return f"{self.cls.name}({shown})"
