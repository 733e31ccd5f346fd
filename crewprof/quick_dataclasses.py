"""``dataclass``, ``field`` and ``replace`` of the standard library, for a start of some milliseconds.

The standard library writes and compiles five functions for each class where it is defined, half a
millisecond in all: for the 240 classes of a plain run a tenth of a second. Here a class compiles what needs
compiling when it is first used, and shares the rest. What a class does is the same
(``tests/test_quick_dataclasses.py`` compares the two), with these limits: there are only the parameters of
:func:`_dataclass` and :class:`_Field`, annotations are strings (``from __future__ import annotations``), and
a base that is a dataclass is one of these.
"""

from __future__ import annotations

from operator import attrgetter, ge, gt, le, lt
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace

Class = TypeVar("Class", bound=type)
Value = TypeVar("Value")

_MISSING: Any = object()
_NOT_WORTH_COMPILING = 2
"""Objects of a class that are made without a function compiled for it: a third of them have no more."""
_OWN = "__quick_fields__"
"""Attribute of a class that holds its fields by name, those of its bases first."""
_COPIED = "__quick_copied__"
"""Attribute of a class that holds the names of the fields it is made with, and what gives their values."""


class _Field:
    """What is said of a field: its default, or what makes it, and what it takes part in."""

    __slots__ = ("annotation", "compare", "default", "default_factory", "init", "is_shown", "kw_only")

    def __init__(
        self,
        *,
        default: Any = _MISSING,
        default_factory: Callable[[], Any] | None = None,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - as the standard library calls it
        compare: bool = True,
        kw_only: bool = False,
    ) -> None:
        self.annotation = ""
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.is_shown = repr
        self.compare = compare
        self.kw_only = kw_only


def _dataclass(
    cls: type | None = None,
    /,
    *,
    eq: bool = True,
    order: bool = False,
    frozen: bool = False,
    slots: bool = False,
) -> Any:
    def made(of: Class) -> Class:
        return _made(of, eq=eq, order=order, frozen=frozen, slots=slots)

    return made if cls is None else made(cls)


def _replace(instance: Value, /, **changes: Any) -> Value:
    copied = getattr(type(instance), _COPIED, None)
    if copied is None:
        import dataclasses

        return dataclasses.replace(instance, **changes)  # type: ignore[type-var]
    names, values = copied
    return type(instance)(**{**dict(zip(names, values(instance), strict=True)), **changes})


def _made(cls: Class, *, eq: bool, order: bool, frozen: bool, slots: bool) -> Class:
    own = _own_fields(cls)
    fields: dict[str, _Field] = {}
    for base in cls.__mro__[:0:-1]:
        fields.update(base.__dict__.get(_OWN, {}))
    fields.update(own)
    if slots:
        cls = _with_slots(cls, own)
    for name, value in _attributes(cls, fields, eq=eq, order=order, frozen=frozen, slots=slots).items():
        setattr(cls, name, value)
    return cls


def _attributes(
    cls: type, fields: dict[str, _Field], *, eq: bool, order: bool, frozen: bool, slots: bool
) -> dict[str, Any]:
    """What makes a dataclass of ``cls``, without what its body defines itself."""
    made: dict[str, Any] = {
        "__match_args__": tuple(name for name, one in fields.items() if one.init and not one.kw_only),
        "__init__": _first_init(cls, fields, frozen=frozen),
        "__repr__": _first_repr(cls, fields),
    }
    if eq:
        values = _getter([name for name, one in fields.items() if one.compare])
        made["__eq__"] = _equality(values)
        made["__hash__"] = _hash(values) if frozen else None
        if order:
            made.update(_comparisons(values))
    if frozen:
        made.update(__setattr__=_refuse_setting, __delattr__=_refuse_deleting)
        if slots:
            made.update(_state_of(fields))
    # With an ``__eq__`` of its own a class got ``None`` for its hash from Python.
    own = {name for name, value in cls.__dict__.items() if value is not None}
    found = {name: value for name, value in made.items() if name not in own}
    given = [name for name, one in fields.items() if one.init]
    found |= {_OWN: fields, _COPIED: (given, _getter(given))}
    return {"__dataclass_fields__": _StandardFields(cls, fields), **found}


def _own_fields(cls: type) -> dict[str, _Field]:
    own: dict[str, _Field] = {}
    annotations: dict[str, str] = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - imports much
    for name, annotation in annotations.items():
        if "ClassVar" in annotation:
            continue
        default = cls.__dict__.get(name, _MISSING)
        one = default if isinstance(default, _Field) else _Field(default=default)
        one.annotation = annotation
        own[name] = one
        if default is one:
            if one.default is _MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, one.default)
    return own


def _with_slots(cls: Class, own: dict[str, _Field]) -> Class:
    """``cls`` again, with a slot for each field: slots cannot be added to a class that is there."""
    given = {name: value for name, value in cls.__dict__.items() if name not in own}
    given.pop("__dict__", None)
    given.pop("__weakref__", None)
    inherited = {name for base in cls.__mro__[1:] for name in base.__dict__.get("__slots__", ())}
    given["__slots__"] = tuple(name for name in own if name not in inherited)
    again = type(cls)(cls.__name__, cls.__bases__, given)
    again.__qualname__ = cls.__qualname__
    return again


def _first_init(cls: type, fields: dict[str, _Field], *, frozen: bool) -> Callable[..., None]:
    """An ``__init__`` that puts the one it compiles in its place, unless it is used only once or twice."""
    used = 0

    def first(self: Any, *args: Any, **kwargs: Any) -> None:
        nonlocal used
        used += 1
        values = _plain_values(cls, fields, args, kwargs) if used <= _NOT_WORTH_COMPILING else None
        if values is None:
            compiled = _compiled_init(cls, fields, frozen=frozen)
            type.__setattr__(cls, "__init__", compiled)
            compiled(self, *args, **kwargs)
            return
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if hasattr(cls, "__post_init__"):
            self.__post_init__()

    return first


def _plain_values(
    cls: type, fields: dict[str, _Field], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any] | None:
    """The values of an object made with these arguments; ``None`` where they are not right."""
    in_order = [name for name, one in fields.items() if one.init and not one.kw_only]
    given = dict(zip(in_order, args, strict=False))
    if len(args) > len(in_order) or not given.keys().isdisjoint(kwargs):
        return None
    given |= kwargs
    values: dict[str, Any] = {}
    for name, one in fields.items():
        if one.init and name in given:
            values[name] = given.pop(name)
        elif one.default_factory is not None:
            values[name] = one.default_factory()
        elif one.default is _MISSING:
            if one.init:
                return None
        elif one.init or isinstance(getattr(cls, name, None), MemberDescriptorType):
            values[name] = one.default
    return None if given else values


def _compiled_init(cls: type, fields: dict[str, _Field], *, frozen: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_missing": _MISSING, "_set": object.__setattr__}
    in_order, by_name, lines = ["self"], ["*"], []
    for name, one in fields.items():
        slot = getattr(cls, name, None)
        value, default = name, ""
        if one.default_factory is not None:
            names[f"_make_{name}"] = one.default_factory
            value, default = f"_make_{name}()", "=_missing"
            if one.init:
                value += f" if {name} is _missing else {name}"
        elif not one.init and (one.default is _MISSING or not isinstance(slot, MemberDescriptorType)):
            continue  # there is no value, or it is the class's
        elif one.default is not _MISSING:
            names[f"_default_{name}"] = one.default
            value, default = name if one.init else f"_default_{name}", f"=_default_{name}"
        if one.init:
            (by_name if one.kw_only else in_order).append(name + default)
        if not frozen:
            lines.append(f" self.{name} = {value}")
        elif isinstance(slot, MemberDescriptorType):
            # Twice as fast as finding the slot by its name each time.
            names[f"_set_{name}"] = slot.__set__
            lines.append(f" _set_{name}(self, {value})")
        else:
            lines.append(f" _set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    parameters = [*in_order, *by_name] if len(by_name) > 1 else in_order
    made: Callable[..., None] = _compiled("__init__", cls, parameters, lines or [" pass"], names)
    return made


def _first_repr(cls: type, fields: dict[str, _Field]) -> Callable[[Any], str]:
    """A ``__repr__`` that puts the one it compiles in its place."""

    def first(self: Any) -> str:
        shown = ", ".join(f"{name}={{self.{name}!r}}" for name, one in fields.items() if one.is_shown)
        line = f" return f'{{self.__class__.__qualname__}}({shown})'"
        compiled: Callable[[Any], str] = recursive_repr("...")(
            _compiled("__repr__", cls, ["self"], [line], {})
        )
        type.__setattr__(cls, "__repr__", compiled)
        return compiled(self)

    return first


def _compiled(name: str, cls: type, parameters: list[str], lines: list[str], names: dict[str, Any]) -> Any:
    source = "\n".join((f"def {name}({', '.join(parameters)}):", *lines))
    exec(source, names)
    names[name].__qualname__ = f"{cls.__qualname__}.{name}"
    return names.pop(name)


def _getter(names: list[str]) -> Callable[[Any], Any]:
    """What gives the values of ``names``, as a tuple."""
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda instance: (only(instance),)
    return attrgetter(*names) if names else lambda _: ()


def _equality(values: Callable[[Any], Any]) -> Callable[[Any, object], Any]:
    def equals(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equals


def _hash(values: Callable[[Any], Any]) -> Callable[[Any], int]:
    return lambda instance: hash(values(instance))


def _comparisons(values: Callable[[Any], Any]) -> dict[str, Callable[[Any, object], Any]]:
    def comparison(operation: Callable[[Any, Any], bool]) -> Callable[[Any, object], Any]:
        def compares(self: Any, other: object) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return operation(values(self), values(other))

        return compares

    return {f"__{one.__name__}__": comparison(one) for one in (lt, le, gt, ge)}


def _refuse_setting(_self: object, name: str, _value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(_self: object, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state_of(fields: dict[str, _Field]) -> dict[str, Callable[..., Any]]:
    """How an instance that is frozen and has slots is pickled and made again."""

    values = _getter(list(fields))

    def state(self: Any) -> tuple[Any, ...]:
        found: tuple[Any, ...] = values(self)
        return found

    def take(self: Any, given: tuple[Any, ...]) -> None:
        for name, value in zip(fields, given, strict=True):
            object.__setattr__(self, name, value)

    return {"__getstate__": state, "__setstate__": take}


class _StandardFields:
    """The fields as the standard library's functions want them, made when one of them asks."""

    __slots__ = ("_cls", "_fields")

    def __init__(self, cls: type, fields: dict[str, _Field]) -> None:
        self._cls = cls
        self._fields = fields

    def __get__(self, _instance: object, _owner: type) -> dict[str, Any]:
        import dataclasses

        declared: list[Any] = []
        for name, one in self._fields.items():
            given: dict[str, Any] = {"init": one.init, "repr": one.is_shown, "compare": one.compare}
            given["kw_only"] = one.kw_only
            if one.default_factory is not None:
                given["default_factory"] = one.default_factory
            elif one.default is not _MISSING:
                given["default"] = one.default
            declared.append((name, one.annotation, dataclasses.field(**given)))
        found: dict[str, Any] = dataclasses.make_dataclass("_", declared).__dict__["__dataclass_fields__"]
        type.__setattr__(self._cls, "__dataclass_fields__", found)
        return found


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _Field, _replace
