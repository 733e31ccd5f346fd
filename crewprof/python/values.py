"""What expressions of a project's Python stand for, as far as it can be known without running it.

Constants, lists, tuples and sets are themselves; mappings are
:class:`~crewprof.python.mappings.PlacedDict`, iterators :class:`~crewprof.python.lazy_items.LazyItems`.
What is known in part is in :mod:`crewprof.python.uncertain`; what is not known at all is
:class:`~crewprof.source.unknown.Unknown`. The rest are the classes here.
"""

from __future__ import annotations

from collections import ChainMap, Counter, deque
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crewprof.python.uncertain import FromEnvironment
from crewprof.quick_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from crewprof.python.mappings import PlacedDict
    from crewprof.python.project import Module
    from crewprof.source.place import Place

Value: TypeAlias = object
"""A constant, a list, tuple or set of values, a mapping, one of the classes here, or Unknown."""


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
class Frame:
    """The names one function body, class body, comprehension or module sees.

    ``outer`` is the function it is written in; ``owner`` the class it is a method of, ``receiver`` its
    ``self`` (of a class body: the class being made). ``local`` are the names bound anywhere in a function's
    body, ``shared`` those it declares ``global``, ``borrowed`` those it declares ``nonlocal``.
    """

    module: Module
    names: dict[str, Value]
    outer: Frame | None = None
    owner: ClassValue | None = None
    receiver: Value = None
    function: FunctionValue | None = None
    local: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    borrowed: frozenset[str] = frozenset()
    host: Frame | None = None
    """Of a comprehension: the body it is written in."""
    caught: Value = None
    """The exception that is being handled."""
    is_apart: bool = False
    """Whether each of its statements is followed for itself: one that is too long is left out."""

    @property
    def is_module(self) -> bool:
        """Whether its names are the module's."""
        return self.names is self.module.names

    @property
    def is_class(self) -> bool:
        """Whether it is a class body, whose names the functions in it do not see."""
        return isinstance(self.receiver, ClassValue) and self.names is self.receiver.namespace

    @property
    def closure(self) -> Mapping[str, Value]:
        """The names of the functions it is written in."""
        return _names_of(self.outer)


def _names_of(frame: Frame | None) -> Mapping[str, Value]:
    chain: list[dict[str, Value]] = []
    while frame is not None:
        chain.append(frame.names)
        frame = frame.outer
    return ChainMap(*chain)


@dataclass(eq=False, slots=True)
class FunctionValue:
    """A function of the project.

    ``owner`` is the class it is defined in, ``outer`` the function it is written in, whose names it sees as
    they are when it is called. ``defaults`` are made once, when it is defined. ``setter`` is the one of a
    property. ``label`` is its name when that is not the one it is written with.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    module: Module
    decorators: tuple[Value, ...] = ()
    owner: ClassValue | None = None
    outer: Frame | None = None
    defaults: Mapping[str, Value] = field(default_factory=dict)
    setter: FunctionValue | None = None
    deleter: FunctionValue | None = None
    label: str | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    is_method: bool = True
    """Whether an instance gives it its ``self``; not when it was made outside a class body."""
    results: dict[object, Value] = field(default_factory=dict)
    """What it gave, by its arguments, when it remembers that (``functools.cache``)."""

    @property
    def name(self) -> str:
        """Its name; ``lambda`` for one without."""
        return self.label or str(getattr(self.node, "name", "lambda"))

    @property
    def closure(self) -> Mapping[str, Value]:
        """The names of the functions it is written in."""
        return _names_of(self.outer)

    def decorator(self, *names: str) -> Value | None:
        """Its decorator with one of the last names given (``tool`` of ``@tool("Search")``), or ``None``."""
        for one in self.decorators:
            target = one.callee if isinstance(one, Instance) else one
            if isinstance(target, External | ClassValue | FunctionValue) and target.name in names:
                return one
        return None


@dataclass(eq=False, slots=True)
class ClassValue:
    """A class of the project with what its body defines, in order of first definition.

    ``members`` are those of an ``Enum``, by name.
    """

    node: ast.ClassDef
    module: Module
    bases: tuple[Value, ...]
    namespace: dict[str, Value] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    decorators: tuple[Value, ...] = ()
    members: dict[str, Instance] = field(default_factory=dict)
    linear: tuple[ClassValue, ...] = ()
    """The method resolution order, found when the class is made."""
    defaults: dict[str, Value] | None = None
    """What the namespace of a dataclass holds where it is decorated; fields keep their defaults."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    def mro(self) -> list[ClassValue]:
        """The class and its project bases, in Python's order, each once."""
        if not self.linear:
            self.linear = tuple(linearized(self) or _depth_first(self))
        return list(self.linear)

    def lookup(self, name: str) -> tuple[ClassValue, Value] | None:
        """The class that defines ``name`` and what it is, or ``None``."""
        for one in self.linear or self.mro():
            if name in one.namespace:
                return one, one.namespace[name]
        return None

    def external_bases(self) -> set[str]:
        """Last names of the bases that are not of the project, at any depth."""
        return {base.name for one in self.mro() for base in one.bases if isinstance(base, External)}

    def decorator(self, name: str) -> Value | None:
        """Its own decorator with the last name given, or ``None``."""
        for one in self.decorators:
            target = one.callee if isinstance(one, Instance) else one
            if isinstance(target, External) and target.name == name:
                return one
        return None


def linearized(cls: ClassValue) -> list[ClassValue] | None:
    """The method resolution order (C3); ``None`` when there is none, which Python refuses."""
    parents = [base for base in cls.bases if isinstance(base, ClassValue)]
    rows = [deque(one) for one in (*(base.mro() for base in parents), parents) if one]
    # How often a class stands behind the first of a row: it has to wait for those before it.
    waiting = Counter(one for row in rows for one in islice(row, 1, None))
    order = [cls]
    while rows:
        head = next((row[0] for row in rows if not waiting[row[0]]), None)
        if head is None:
            return None
        order.append(head)
        for row in rows:
            if row[0] is head:
                row.popleft()
                if row:
                    waiting[row[0]] -= 1
        rows = [row for row in rows if row]
    return order


def _depth_first(cls: ClassValue) -> list[ClassValue]:
    found: list[ClassValue] = [cls]
    for base in cls.bases:
        if isinstance(base, ClassValue):
            found.extend(one for one in base.mro() if one not in found)
    return found


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call: its value, where it and its name stand, who wrote it."""

    value: Value
    place: Place
    key_place: Place
    items: tuple[Place, ...] = ()
    """Places of the items, when it is written as a list."""

    def written(self) -> Written:
        """Where it is written, for an entry of a mapping."""
        return Written(self.place, self.key_place, "python")


ANY_ATTRIBUTE: Final = "…"
"""Key among the attributes of an instance that may have any others, too."""


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
    label: str | None = None
    """The variable, attribute or key that the code last gave what made it: ``cook = make_cook()``."""
    results: dict[str, Value] = field(default_factory=dict)
    """What its methods gave, for those that give the same object each time."""
    views: list[PlacedDict] = field(default_factory=list)
    """What its ``__dict__`` was given as."""
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
        given = {**self.keywords, **self.attributes}
        given.pop(ANY_ATTRIBUTE, None)
        return given

    def held(self) -> dict[str, Argument]:
        """What it is given by now, with its lists as they are now."""
        return {
            name: replace(one, value=[*one.value]) if isinstance(one.value, list) else one
            for name, one in self.given().items()
        }

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

    @property
    def is_surely_method(self) -> bool:
        """Whether it is one: an attribute of what is not the project's may be anything."""
        return isinstance(self.function, FunctionValue) or not isinstance(
            self.receiver, Instance | External | ClassValue | SuperValue | FromEnvironment
        )


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
    is_repeated: bool = False
    """Whether it may happen any number of times: in an unknown loop, or a function that one calls."""
    held: Mapping[str, Argument] = field(default_factory=dict)
    """What the object was given by then."""


@dataclass(frozen=True, slots=True)
class SuperValue:
    """``super()`` in a method of ``owner``; ``instance`` is a class in a class method."""

    instance: Instance | ClassValue
    owner: ClassValue

    def lookup(self, name: str) -> Value:
        """What the classes after ``owner`` define; ``None`` when that is nothing of the project."""
        return next((one.namespace[name] for one in self.after() if name in one.namespace), None)

    def after(self) -> list[ClassValue]:
        """The classes after ``owner``."""
        cls = self.instance.callee if isinstance(self.instance, Instance) else self.instance
        order = cls.mro() if isinstance(cls, ClassValue) else []
        return order[order.index(self.owner) + 1 :] if self.owner in order else []


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """An imported module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class Written:
    """Where an entry of a mapping was written."""

    place: Place
    key_place: Place
    origin: Literal["yaml", "python"]
