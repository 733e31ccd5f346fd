"""What code that is not followed can reach, and what it may do to it."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from crewprof.python.escaping import CHANGING, UNCHANGING
from crewprof.python.lazy_items import LazyItems
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.mentions import is_of_globals, is_own, of_interest
from crewprof.python.scopes import bound_in
from crewprof.python.uncertain import OneOf, Perhaps
from crewprof.python.values import (
    BoundMethod,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    SuperValue,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.python.machine import Machine
    from crewprof.source.unknown import Unknown

_CHANGING: Final = frozenset(
    (
        *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault"),
        *("popitem", "add", "discard", "difference_update", "intersection_update"),
        *("symmetric_difference_update", "appendleft", "extendleft", "popleft", "rotate", "subtract"),
        *("move_to_end", "shuffle", "heappush", "heappop", "heapify", "heapreplace", "heappushpop"),
        *("insort", "insort_left", "insort_right", "setitem", "delitem", "iadd", "ior", "iconcat", "fill"),
        *("__setitem__", "__delitem__", "__iadd__", "__ior__", "__iand__", "__isub__", "__ixor__"),
    )
)
"""Methods and functions of Python that change the list, mapping or set they are given."""

_DYNAMIC: Final = frozenset(
    (
        *("setattr", "delattr", "getattr", "exec", "eval", "vars", "globals", "locals", "__dict__"),
        *("__setattr__", "__delattr__", "__setstate__", "methodcaller", "attrgetter", "__getattribute__"),
    )
)
"""Names by which code may reach or change attributes that it does not name."""

_PASSIVE: Final = frozenset(
    ("object", "ABC", "BaseModel", "Enum", "StrEnum", "IntEnum", "Protocol", "Generic")
)
"""Bases that call no method that is not named by its own."""

_CONSTRUCTORS: Final = frozenset(("__init__", "__new__", "__post_init__", "model_post_init"))
_CLASS_OF: Final = frozenset(("type", "__class__"))


def _is_called_from_outside(cls: ClassValue) -> bool:
    """Whether a base or decorator of another package may call any method of a class."""
    bases = {base.name for base in cls.bases if isinstance(base, External)}
    return bool(bases - _PASSIVE) or (bool(cls.decorators) and cls.decorator("dataclass") is None)


class Reach:
    """What code can reach: the objects, and what it does to such objects.

    A method is reached when its name is mentioned, or Python calls it by itself.
    """

    def __init__(self, machine: Machine, why: Unknown) -> None:
        self.machine = machine
        self.why = why
        self.kept: list[Any] = []
        self.stored: set[str] = set()
        """Attributes that are set on anything."""
        self.stored_on_self: set[str] = set()
        """Attributes that methods set on their own instance, which is one of a class of the project."""
        self.changes_contents = False
        self.is_dynamic = False
        self._seen: set[int] = set()
        self._reached: list[Any] = []
        self._is_looking = False
        self._classes: set[int] = set()
        self._mentioned: set[str] = set()
        self._waiting: defaultdict[str, list[Value]] = defaultdict(list)

    def code(self, nodes: Iterable[ast.AST], frame: Frame) -> None:
        """Whatever code mentions may have changed, and what it binds is unknown."""
        for root in nodes:
            for node in of_interest(root):
                match node:
                    case ast.Name():
                        self._name(node, frame)
                    case ast.Attribute() | ast.Subscript() | ast.AugAssign():
                        self._use(node, frame)
                    case ast.Import() | ast.ImportFrom():
                        for alias in node.names:
                            self._mention(alias.name)
                            self._bind(alias.asname or alias.name.partition(".")[0], frame)
                    case ast.Global():
                        for name in node.names:
                            self._put(frame.module.names, name)
                    case ast.Nonlocal():
                        for name in node.names:
                            self._borrowed(name, frame)
                    case _:
                        bound: str | None = getattr(node, "name", None)
                        if bound is not None:
                            self._bind(bound, frame)

    def _use(self, node: ast.Attribute | ast.Subscript | ast.AugAssign, frame: Frame) -> None:
        if isinstance(node, ast.Subscript) and is_of_globals(node):
            self._bind_global(node.slice, frame.module.names)
        if not isinstance(node, ast.Attribute):
            self.changes_contents |= isinstance(node, ast.AugAssign) or not isinstance(node.ctx, ast.Load)
            return
        self._mention(node.attr)
        if not isinstance(node.ctx, ast.Load):
            (self.stored_on_self if is_own(node) else self.stored).add(node.attr)

    def _bind_global(self, key: ast.expr, names: dict[str, Value]) -> None:
        is_named = isinstance(key, ast.Constant) and isinstance(key.value, str)
        for name in [str(key.value)] if isinstance(key, ast.Constant) and is_named else list(names):
            self.value(names.get(name))
            self._put(names, name)

    def _mention(self, name: str) -> None:
        self.changes_contents |= name in _CHANGING
        if name == "__subclasses__":
            for cls in self.machine.classes:
                self.value(cls)
        if name in _CLASS_OF:
            for constructor in _CONSTRUCTORS:
                self._mention(constructor)
        if name in self._mentioned:
            return
        self._mentioned.add(name)
        if name in _DYNAMIC:
            self.is_dynamic = True
            waiting = [one for values in self._waiting.values() for one in values]
            self._waiting.clear()
        else:
            waiting = self._waiting.pop(name, [])
        for one in waiting:
            self.value(one)

    def _name(self, node: ast.Name, frame: Frame) -> None:
        self._mention(node.id)
        # What a name holds may change even where it is bound anew.
        held = self._found(node.id, frame)
        if type(held) not in UNCHANGING:
            self.value(held)
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, frame)

    def _found(self, name: str, frame: Frame) -> Value:
        holder: Frame | None = frame
        while holder is not None:
            if name in holder.names:
                return holder.names[name]
            holder = holder.outer
        return frame.module.names.get(name)

    def _bind(self, name: str, frame: Frame) -> None:
        if name in frame.shared:
            self._put(frame.module.names, name)
        elif name in frame.borrowed:
            self._borrowed(name, frame)
        else:
            self._put(frame.names, name)

    def _borrowed(self, name: str, frame: Frame) -> None:
        holder = frame.outer
        while holder is not None:
            if name in holder.names or name in holder.local:
                self._put(holder.names, name)
                return
            holder = holder.outer

    def _put(self, names: dict[str, Value], name: str) -> None:
        self.machine.journal.touch(names)
        held = names.get(name)
        if name in names and not isinstance(held, Perhaps):
            names[name] = self.why
        else:
            # The code may end before it binds the name.
            names[name] = Perhaps(self.why.reason, self.why.place, (self.why,))

    def value(self, value: Value) -> None:
        """Whatever can be reached from a value may have changed."""
        self._reached.append(value)
        if self._is_looking:
            # What a function reaches is looked at after it: functions can hold each other at any depth.
            return
        self._is_looking = True
        while self._reached:
            one = self._reached.pop()
            if id(one) in self._seen or isinstance(one, str | int | float | type(None)):
                continue
            self._seen.add(id(one))
            self.kept.append(one)
            if isinstance(one, CHANGING):
                self.machine.escaping.add([one])
            self._reached.extend(self._inside(one))
        self._is_looking = False

    def _held(self, made: Instance) -> list[Value]:
        """What the code may reach in an object: attributes that it names."""
        given = [*((name, one) for held in (made.keywords, made.attributes) for name, one in held.items())]
        given += [("args", one) for one in made.arguments]
        found: list[Value] = []
        for name, one in given:
            if self.is_dynamic or name in self._mentioned:
                found.append(one.value)
            else:
                self._waiting[name].append(one.value)
        return found

    def _members(self, cls: ClassValue) -> list[Value]:
        """What the code may call of a class of which it reaches an instance, and of those it derives from."""
        found: list[Value] = []
        for one in cls.mro():
            if id(one) not in self._classes:
                self._classes.add(id(one))
                # Its methods may set what is the class's own.
                self.kept.append(one)
                found.extend(self._own_members(one))
        return found

    def _own_members(self, cls: ClassValue) -> list[Value]:
        found: list[Value] = []
        every = self.is_dynamic or _is_called_from_outside(cls)
        for name, value in cls.namespace.items():
            by_itself = name.startswith("__") and name not in _CONSTRUCTORS
            if every or by_itself or name in self._mentioned or not isinstance(value, FunctionValue):
                found.append(value)
            else:
                self._waiting[name].append(value)
        return found

    def _inside(self, value: Value) -> list[Value]:
        match value:
            case list() | tuple() | set() | frozenset():
                return list(value)
            case PlacedDict():
                return [*value.values()]
            case Instance():
                members = self._members(value.callee) if isinstance(value.callee, ClassValue) else []
                return [*members, *self._held(value)]
            case BoundMethod():
                if isinstance(value.function, str):
                    self._mention(value.function)
                return [value.receiver, value.function]
            case DictView() | OneOf() | SuperValue():
                return _held_by(value)
            case FunctionValue():
                self._function(value)
                return [*value.defaults.values(), *value.attributes.values()]
            case ClassValue():
                for constructor in _CONSTRUCTORS:
                    self._mention(constructor)
                return [*self._members(value), *value.bases]
            case LazyItems():
                return list(value.reached)
            case _:
                return []

    def _function(self, function: FunctionValue) -> None:
        """What calling a function may change outside it."""
        scope = bound_in(function.node)
        # Its own names live in a frame that nobody sees.
        inner = Frame(
            function.module,
            {},
            outer=function.outer,
            local=scope.local,
            shared=scope.shared,
            borrowed=scope.borrowed,
        )
        self.machine.journal.bear(inner.names)
        body = [function.node.body] if isinstance(function.node, ast.Lambda) else function.node.body
        self.code(body, inner)


def _held_by(value: DictView | OneOf | SuperValue) -> list[Value]:
    match value:
        case DictView():
            return [value.mapping]
        case OneOf():
            return list(value.options)
        case SuperValue():
            return [value.instance]
