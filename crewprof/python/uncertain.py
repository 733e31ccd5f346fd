"""Values that are not known for sure: one of several, what the environment decides, a text in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.values import Value
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """What depends on an environment variable, with the ``value`` it has when the variable is not set.

    ``None`` where the project gives no default: nothing is known then. If not ``is_whole``, it is made with
    the variable: a text that holds it, the entry of a mapping it is the key of. An option of the command line
    is such a variable, too: ``--topic``.
    """

    variable: str
    value: Value
    place: Place
    is_whole: bool = True

    @property
    def unknown(self) -> Unknown:
        """That it is not known."""
        return Unknown(f"comes from {self.shown}", self.place)

    @property
    def is_needed(self) -> bool:
        """Whether the project gives nothing to take in its place: ``os.getenv("MODEL", "")`` does not."""
        return self.value is None or self.value == ""

    @property
    def is_option(self) -> bool:
        """Whether it is an option of the command line."""
        return self.variable.startswith("-")

    @property
    def shown(self) -> str:
        """What it depends on, in words."""
        return f"the {'option' if self.is_option else 'environment variable'} {self.variable}"


@dataclass(frozen=True, slots=True)
class Deciding(Unknown):
    """What decides between alternatives: ``usual`` is the number of the one that is taken where ``variable``
    has its default."""

    variable: str
    usual: int


@dataclass(frozen=True, slots=True)
class OneOf(Unknown):
    """One of several values; which, depends on what is only known when the crew runs.

    ``usual`` is the number of the one that it is where ``variable`` has its default, if that is known.
    """

    options: tuple[Value, ...] = field(default=(), compare=False)
    variable: str = field(default="", compare=False)
    usual: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Perhaps(OneOf):
    """What a name stands for that may not be bound at all."""


@dataclass(frozen=True, slots=True)
class UnknownItems(Unknown):
    """Any number of unknown items, none included, where it stands in a list, tuple or set.

    ``usual`` are the items where ``variable`` has its default, if that is known.
    """

    variable: str = field(default="", compare=False)
    usual: tuple[Value, ...] | None = field(default=None, compare=False)


class PartialText(str):
    """A text of which a part is only known when the crew runs; ``…`` stands for it."""

    __slots__ = ("unknown",)
    unknown: Unknown

    @classmethod
    def of(cls, text: str, unknown: Unknown) -> PartialText:
        """``text`` with what is unknown in it."""
        made = cls(text)
        # What it may be itself says nothing of the text it is part of.
        made.unknown = Unknown(unknown.reason, unknown.place)
        return made


def usual_of(value: Value) -> tuple[Value, ...] | None:
    """What a value is, or unknown items are, where variables have their defaults; ``None`` if not known."""
    if isinstance(value, OneOf) and value.usual is not None:
        return (value.options[value.usual],)
    return value.usual if isinstance(value, UnknownItems) else None


def usual_items(items: Sequence[Value]) -> tuple[Value, ...] | None:
    """Items with those that stand there where variables have their defaults; ``None`` if some are unknown."""
    found: list[Value] = []
    for item in items:
        if not isinstance(item, UnknownItems):
            found.append(item)
        elif item.usual is None:
            return None
        else:
            found.extend(item.usual)
    return tuple(found)


def has_rest(items: Any) -> bool:
    """Whether a list, tuple or set holds a stretch of unknown length."""
    return any(isinstance(one, UnknownItems) for one in items)
