"""What a rule says: a finding with its place, what it would save, and a fix as logical changes.

A change names *what* is to be different in a document (by route: the keys and indices that lead to a
node). How the text is edited so that only those bytes change is the business of ``rewrite``.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from decimal import Decimal

    from crewprof.source.place import Place, Route

PlainData: TypeAlias = "bool | int | float | str | list[PlainData] | dict[str, PlainData] | Expression | None"


@dataclass(frozen=True, slots=True)
class Expression:
    """Python to be written as it stands, where a value is no literal: the variable of a task, ``LLM(…)``.

    Only for documents of Python.
    """

    source: str


class Severity(Enum):
    """How bad a finding is, most severe first; ``--fail-on`` compares by this order."""

    ERROR = "error"
    """CrewAI refuses the crew, crashes, or silently does something else than the text says."""
    WARNING = "warning"
    """Money, tokens or time are spent for nothing, or a limit is missing."""
    INFO = "info"
    """Worth knowing; nothing is wrong."""

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return _RANKS[self._value_]


_RANKS: Final = {one.value: rank for rank, one in enumerate(Severity)}


class Applicability(Enum):
    """What a fix promises."""

    SAFE = "safe"
    """CrewAI sends every call the same messages as before; the same task gives the final output."""
    UNSAFE = "unsafe"
    """The crew still loads and runs, but prompts or answers may differ: applied on request."""
    DISPLAY = "display"
    """A person must choose or write it (Python code, for instance): shown, never applied."""


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give the key or item at ``route`` the value; a missing last key is added to its mapping.

    ``before``: name of the sibling key a new key is put in front of; by default it goes last.
    """

    path: str
    route: Route
    value: PlainData
    before: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveEntry:
    """Take the mapping entry (key and value), keyword argument or sequence item at ``route`` out."""

    path: str
    route: Route


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Give the mapping entry (or keyword argument) at ``route`` another key; the value stays."""

    path: str
    route: Route
    key: str


@dataclass(frozen=True, slots=True)
class InsertItem:
    """Put ``value`` into the sequence at ``route`` so that it has ``index`` afterwards."""

    path: str
    route: Route
    index: int
    value: PlainData


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """Move the item (or mapping entry) at ``route`` so that it has position ``index`` afterwards."""

    path: str
    route: Route
    index: int


@dataclass(frozen=True, slots=True)
class DeleteText:
    """Delete ``text`` (it must occur exactly once) from inside the string scalar at ``route``."""

    path: str
    route: Route
    text: str


Change: TypeAlias = SetValue | RemoveEntry | RenameKey | InsertItem | MoveEntry | DeleteText
"""Routes in the changes of one fix all refer to the document as it was before the fix's first
change; ``rewrite`` keeps track of what moves. The ``index`` of an insertion or move counts in the
collection as the changes before it in the same fix have left it."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What the ``key`` of an agent, a task or (``name`` is ``None``) the crew is to be, wherever it stands.

    A model is meant by its name, a context by the names of its tasks.
    """

    owner: Literal["agent", "task", "crew"]
    name: str | None
    key: str
    value: bool | int | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fix:
    """A way out: ``title`` completes the sentence "This fix will …".

    ``changes`` is empty for :attr:`Applicability.DISPLAY`, whose ``suggestion`` is the text to show
    (a Python line, say); ``meant`` then says what the crew would be, so that it can be priced.
    """

    applicability: Applicability
    title: str
    changes: tuple[Change, ...] = ()
    suggestion: str | None = None
    meant: tuple[Meant, ...] = ()


@dataclass(frozen=True, slots=True)
class Savings:
    """What the fix saves in one run, expected; negative when it costs. ``None`` is unknown or not meant."""

    tokens: float | None = None
    cost_usd: Decimal | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found, at one place."""

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    tasks: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    saves: Savings = field(default_factory=Savings)
    fix: Fix | None = None
    several: str = ""
    """What is said once of several findings of the rule (``Rule.several``)."""
