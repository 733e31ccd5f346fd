"""What expressions of a project's Python stand for, as far as it can be known without running it.

Constants, lists, tuples and sets are themselves; mappings are :class:`PlacedDict`; the rest are the
classes here and :class:`~crewprof.source.unknown.Unknown`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.source.field import Field

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping
    from pathlib import Path

    from crewprof.python.project import Module
    from crewprof.source.place import Place
    from crewprof.source.unknown import Unknown

Value: TypeAlias = object
"""A constant, a list, tuple or set of values, a :class:`PlacedDict`, one of the classes here, or Unknown."""


@dataclass(frozen=True, slots=True)
class External:
    """Something from outside the project, by its dotted name: ``crewai_tools.SerperDevTool``."""

    dotted: str

    @property
    def name(self) -> str:
        """The last part of the name."""
        return self.dotted.rpartition(".")[2]

    @property
    def package(self) -> str:
        """The first part of the name."""
        return self.dotted.partition(".")[0]


@dataclass(eq=False, slots=True)
class FunctionValue:
    """A function of the project.

    ``owner`` is the class it is defined in, ``closure`` the names it sees beside the module's.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    module: Module
    decorators: tuple[Value, ...] = ()
    owner: ClassValue | None = None
    closure: Mapping[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name; ``lambda`` for one without."""
        return getattr(self.node, "name", "lambda")

    def decorator(self, *names: str) -> Value | None:
        """Its decorator with one of the last names given (``tool`` of ``@tool("Search")``), or ``None``."""
        for one in self.decorators:
            target = one.callee if isinstance(one, Instance) else one
            if isinstance(target, External | ClassValue | FunctionValue) and target.name in names:
                return one
        return None


@dataclass(eq=False, slots=True)
class ClassValue:
    """A class of the project with what its body defines, in order of first definition."""

    node: ast.ClassDef
    module: Module
    bases: tuple[Value, ...]
    namespace: dict[str, Value] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    decorators: tuple[Value, ...] = ()

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    def mro(self) -> list[ClassValue]:
        """The class and its project bases, depth first, each once."""
        found: list[ClassValue] = [self]
        for base in self.bases:
            if isinstance(base, ClassValue):
                found.extend(one for one in base.mro() if one not in found)
        return found

    def lookup(self, name: str) -> tuple[ClassValue, Value] | None:
        """The class that defines ``name`` and what it is, or ``None``."""
        for one in self.mro():
            if name in one.namespace:
                return one, one.namespace[name]
        return None

    def external_bases(self) -> set[str]:
        """Last names of the bases that are not of the project, at any depth."""
        return {base.name for one in self.mro() for base in one.bases if isinstance(base, External)}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call: its value, where it and its name stand, who wrote it."""

    value: Value
    place: Place
    key_place: Place
    items: tuple[Place, ...] = ()
    """Places of the items, when it is written as a list."""


@dataclass(eq=False, slots=True)
class Instance:
    """What a call of a class (or of something external) gives. Identity matters, as for objects."""

    callee: External | ClassValue
    place: Place
    arguments: tuple[Argument, ...] = ()
    keywords: dict[str, Argument] = field(default_factory=dict)
    attributes: dict[str, Argument] = field(default_factory=dict)
    """What was assigned to it later; beats what it was made with."""
    method: str | None = None
    """The decorated method that made it."""
    results: dict[str, Value] = field(default_factory=dict)
    """What its methods gave, for those that give the same object each time."""
    function: FunctionValue | None = None
    """The function whose body makes it; ``None`` for a module's or a class's body."""
    is_certain: bool = True
    """Whether the code surely makes it, once: not under an unknown condition or in an unknown loop."""

    @property
    def name(self) -> str:
        """Last name of its class."""
        return self.callee.name

    def given(self) -> dict[str, Argument]:
        """Keyword arguments and later assignments."""
        return {**self.keywords, **self.attributes}

    def argument(self, name: str, position: int | None = None) -> Argument | None:
        """The argument called ``name``, or the one at ``position``."""
        found = self.given().get(name)
        if found is None and position is not None and position < len(self.arguments):
            return self.arguments[position]
        return found


@dataclass(eq=False, slots=True)
class BoundMethod:
    """A function with its ``self``; or a method of a known value, by name, when ``function`` is a text."""

    receiver: Value
    function: FunctionValue | str


@dataclass(frozen=True, slots=True, eq=False)
class MethodCall:
    """A call of a method that is not the project's: ``crew.kickoff(inputs={…})``."""

    receiver: Instance
    name: str
    arguments: tuple[Argument, ...]
    keywords: Mapping[str, Argument]
    place: Place
    function: FunctionValue | None
    """The function whose body makes the call; ``None`` for a module's or a class's body."""
    is_certain: bool
    """Whether it surely happens, once: not under an unknown condition or in an unknown loop."""


@dataclass(frozen=True, slots=True)
class SuperValue:
    """``super()`` in a method of ``owner``."""

    instance: Instance
    owner: ClassValue


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """An imported module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """What an environment variable gives when it is not set; if not ``is_whole``, a text made with it."""

    variable: str
    value: Value
    place: Place
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class FileValue:
    """An opened file."""

    path: Path


class PartialText(str):
    """A text of which a part is only known when the crew runs; ``…`` stands for it."""

    __slots__ = ("unknown",)
    unknown: Unknown

    @classmethod
    def of(cls, text: str, unknown: Unknown) -> PartialText:
        """``text`` with what is unknown in it."""
        made = cls(text)
        made.unknown = unknown
        return made


@dataclass(frozen=True, slots=True)
class Written:
    """Where an entry of a mapping was written."""

    place: Place
    key_place: Place
    origin: Literal["yaml", "python"]


class PlacedDict(dict[object, object]):
    """A mapping whose entries know where they were written, as far as that is known."""

    def __init__(self, entries: Mapping[object, object] = {}, written: Mapping[object, Written] = {}) -> None:
        super().__init__(entries)
        self.written = dict(written)

    def copy(self) -> PlacedDict:
        """A shallow copy that keeps the places."""
        return PlacedDict(self, self.written)

    def put(self, key: object, value: object, written: Written | None) -> None:
        """Set an entry and where it was written."""
        self[key] = value
        if written is None:
            self.written.pop(key, None)
        else:
            self.written[key] = written

    def add_all(self, other: Mapping[object, object]) -> None:
        """Take over the entries of ``other`` with their places."""
        for key, value in other.items():
            self.put(key, value, other.written.get(key) if isinstance(other, PlacedDict) else None)

    def fields(self, place: Place) -> dict[str, Field]:
        """The entries as fields; ``place`` is for those of unknown origin."""
        unplaced = Written(place, place, "python")
        found: dict[str, Field] = {}
        for key, value in self.items():
            written = self.written.get(key, unplaced)
            found[str(key)] = Field(
                value,
                written.place,
                written.key_place,
                is_editable=written.origin == "yaml",
                is_looked_up=written.origin == "yaml",
            )
        return found
