"""The ways a path through a project's Python leaves a body before its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from crewprof.errors import InputError
    from crewprof.python.values import Value
    from crewprof.source.place import Place

Kind: TypeAlias = Literal["return", "break", "continue", "raise"]


class Leaving(Exception):
    """A ``return``, ``break``, ``continue`` or ``raise`` was reached."""

    def __init__(self, kind: Kind, value: Value = None) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.value = value


class Raised(Leaving):
    """An exception of the project's code; ``value`` is Unknown for one that is not known.

    ``error`` is what is said of it when nothing in the project catches it.
    """

    def __init__(self, value: Value, place: Place | None = None, error: InputError | None = None) -> None:
        super().__init__("raise", value)
        self.place = place
        self.error = error


class TooLong(Exception):
    """So much was evaluated, or made, that it is not followed any further."""


class TooLarge(Exception):
    """A value would be larger than what is followed."""
