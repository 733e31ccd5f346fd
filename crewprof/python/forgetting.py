"""Code that is not followed: what it may change becomes unknown."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from crewprof.python.escaping import CHANGING, UNCHANGING
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import Raised
from crewprof.python.machine import ANY_EXCEPTION, TOO_LONG
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.scopes import bound_in
from crewprof.python.site import Site
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
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.source.unknown import Unknown


class Forgetting:
    """Forgets for a machine what code may change: names it binds, objects it can reach."""

    def __init__(self, machine: Machine, changes: AttributeChanges) -> None:
        self.machine = machine
        self.changes = changes

    def forget(self, nodes: Iterable[ast.AST], frame: Frame, why: Unknown) -> None:
        """What running ``nodes`` may change is unknown from here on."""
        reach = _Reach(self.machine, why)
        reach.code(nodes, frame)
        for value in reach.kept:
            self._forget(value, reach, why)

    def _forget(self, value: Any, reach: _Reach, why: Unknown) -> None:
        if isinstance(value, Instance) and not reach.is_dynamic:
            stored = (
                reach.stored | reach.stored_on_self if isinstance(value.callee, ClassValue) else reach.stored
            )
            self.changes.forget_named(value, stored, why)
        elif isinstance(value, list | set | PlacedDict) and not (reach.is_dynamic or reach.changes_contents):
            return
        else:
            self.changes.forget(value, why)

    def leave_out(self, node: ast.stmt, frame: Frame, why: str) -> None:
        """Leave a statement out: what it may change is unknown."""
        site = Site(node, frame)
        said = self.machine.say_too_long(site) if why == TOO_LONG else site.unknown(f"`{site.source}` {why}")
        unknown = self.machine.note(said)
        self.forget([node], frame, unknown)
        self.machine.may_raise(Raised(ANY_EXCEPTION), unknown)

    def forget_reached(self, values: Iterable[Value], why: Unknown) -> None:
        """Whatever can be reached from some values may have changed."""
        code: list[Value] = []
        data: list[Value] = []
        for value in values:
            (code if isinstance(value, FunctionValue | BoundMethod | LazyItems) else data).append(value)
        # What is done to data itself is not known, nor which attributes are set.
        for reached, is_dynamic in ((code, False), (data, True)):
            reach = _Reach(self.machine, why)
            reach.is_dynamic = is_dynamic
            for value in reached:
                reach.value(value)
            for one in reach.kept:
                self._forget(one, reach, why)


_KINDS: Final = (
    *(ast.Name, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.Global, ast.Nonlocal),
    *(ast.Attribute, ast.Subscript, ast.AugAssign),
)

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


def _of_interest(root: ast.AST) -> list[ast.AST]:
    """The nodes that bind or mention names; found once, as many statements reach the same functions."""
    found: list[ast.AST] | None = getattr(root, "_crewprof_touched", None)
    if found is None:
        first: dict[object, ast.AST] = {}
        named: set[ast.AST] = set()
        """What is reached in a way that is told apart, or reaches nothing."""
        for node in ast.walk(root):
            if isinstance(node, ast.Call) and (attribute := _named_attribute(node)) is not None:
                named.add(node.func)
                first.setdefault(_effect(attribute), attribute)
            if (passive := _asked_for_its_name(node)) is not None:
                named.add(passive)
            if isinstance(node, _KINDS) and node not in named:
                first.setdefault(_effect(node), node)
        found = list(first.values())
        root._crewprof_touched = found  # type: ignore[attr-defined]
    return found


def _named_attribute(call: ast.Call) -> ast.Attribute | None:
    """What ``getattr(value, "name")`` and the like are, where the name is written out."""
    match call:
        case ast.Call(
            func=ast.Name(id="getattr" | "setattr" | "delattr" as function),
            args=[value, ast.Constant(value=str(name)), *_],
        ):
            context = {"getattr": ast.Load(), "setattr": ast.Store(), "delattr": ast.Del()}[function]
            return ast.copy_location(ast.Attribute(value, name, context), call)
        case _:
            return None


def _asked_for_its_name(node: ast.AST) -> ast.AST | None:
    """``type`` in ``type(value).__name__``, ``value.__class__`` in ``value.__class__.__name__``."""
    match node:
        case ast.Attribute(
            value=ast.Call(func=ast.Name(id="type") as found) | (ast.Attribute(attr="__class__") as found),
            attr="__name__" | "__qualname__" | "__module__",
        ):
            return found
        case _:
            return None


def _effect(node: ast.AST) -> object:
    """What two nodes have in common of which the second reaches nothing that the first does not."""
    match node:
        case ast.Name():
            return "name", node.id, isinstance(node.ctx, ast.Load)
        case ast.Attribute():
            return "attribute", node.attr, isinstance(node.ctx, ast.Load), _is_own(node)
        case ast.Subscript():
            return "subscript", isinstance(node.ctx, ast.Load)
        case ast.AugAssign():
            return "subscript", False
        case _:
            return node


def _is_own(node: ast.Attribute) -> bool:
    """Whether it is an attribute of a method's own instance."""
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def _is_called_from_outside(cls: ClassValue) -> bool:
    """Whether a base or decorator of another package may call any method of a class."""
    bases = {base.name for base in cls.bases if isinstance(base, External)}
    return bool(bases - _PASSIVE) or (bool(cls.decorators) and cls.decorator("dataclass") is None)


class _Reach:
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
        for root in nodes:
            for node in _of_interest(root):
                match node:
                    case ast.Name():
                        self._name(node, frame)
                    case ast.Attribute() | ast.Subscript() | ast.AugAssign():
                        self._use(node)
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

    def _use(self, node: ast.Attribute | ast.Subscript | ast.AugAssign) -> None:
        if not isinstance(node, ast.Attribute):
            self.changes_contents |= isinstance(node, ast.AugAssign) or not isinstance(node.ctx, ast.Load)
            return
        self._mention(node.attr)
        if not isinstance(node.ctx, ast.Load):
            (self.stored_on_self if _is_own(node) else self.stored).add(node.attr)

    def _mention(self, name: str) -> None:
        self.changes_contents |= name in _CHANGING
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
