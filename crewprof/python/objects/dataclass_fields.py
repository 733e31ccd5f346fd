"""The fields of dataclasses of a project."""

from __future__ import annotations

import ast
from typing import Final

from crewprof.python.mappings import PlacedDict
from crewprof.python.operators import foreign_bases
from crewprof.python.values import ANY_ATTRIBUTE, ClassValue, External, Instance, Value
from crewprof.quick_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataclassField:
    """A field of a dataclass."""

    name: str
    default: Value = None
    has_default: bool = False
    factory: Value = None
    is_parameter: bool = True
    is_keyword_only: bool = False
    is_compared: bool = True
    is_shown: bool = True
    has_slot: bool = False
    """Whether an instance has no ``__dict__``, so that its default is set in each."""


def dataclass_fields(cls: ClassValue) -> list[DataclassField] | None:
    """The fields of a dataclass, in order; ``None`` when that is not known."""
    fields: dict[str, DataclassField] = {}
    for one in reversed(cls.mro()):
        if one.decorator("dataclass") is None:
            continue
        for name, annotation in one.annotations.items():
            written = ast.unparse(annotation)
            if "InitVar" in written or "KW_ONLY" in written:
                return None
            if "ClassVar" not in written:
                fields[name] = _field(name, one)
    return list(fields.values())


def _field(name: str, cls: ClassValue) -> DataclassField:
    decorator = cls.decorator("dataclass")
    keyword_only = flag(decorator, "kw_only", default=False)
    defaults = cls.namespace if cls.defaults is None else cls.defaults
    if name not in defaults:
        return DataclassField(name, is_keyword_only=keyword_only)
    value = defaults[name]
    if not isinstance(value, Instance) or value.callee != External("dataclasses.field"):
        return DataclassField(name, value, has_default=True, is_keyword_only=keyword_only)
    default, factory = value.keywords.get("default"), value.keywords.get("default_factory")
    return DataclassField(
        name,
        default.value if default else None,
        has_default=default is not None,
        factory=factory.value if factory else None,
        is_parameter=flag(value, "init", default=True),
        is_keyword_only=flag(value, "kw_only", default=keyword_only),
        is_compared=flag(value, "compare", default=True),
        is_shown=flag(value, "repr", default=True),
        has_slot=flag(decorator, "slots", default=False),
    )


def field_value(value: Instance, field: DataclassField) -> tuple[Value] | None:
    """What an instance holds in a field, or its class for it; ``None`` when that is not known."""
    if field.name in value.attributes:
        return (value.attributes[field.name].value,)
    found = value.callee.lookup(field.name) if isinstance(value.callee, ClassValue) else None
    if field.is_parameter or not field.has_default or found is None:
        return None
    is_made = isinstance(found[1], Instance) and found[1].callee == External("dataclasses.field")
    return (field.default if is_made else found[1],)


def compared_class(cls: ClassValue) -> ClassValue | None:
    """The dataclass that says when instances of a class are equal, if one does."""
    found = next((one for one in cls.mro() if one.decorator("dataclass")), None)
    return found if found and flag(found.decorator("dataclass"), "eq", default=True) else None


def flag(made: Value, name: str, *, default: bool) -> bool:
    """Whether a decorator, or field, was made with an option."""
    if not isinstance(made, Instance):
        return default
    given = made.keywords.get(name)
    return default if given is None else given.value is True


def is_frozen(cls: ClassValue) -> bool | None:
    """Whether its own decorator makes it a frozen dataclass; ``None`` when that is not known."""
    decorator = cls.decorator("dataclass")
    if not isinstance(decorator, Instance):
        return False
    given = decorator.keywords.get("frozen")
    if given is None:
        return None if ANY_ATTRIBUTE in decorator.keywords else False
    if given.value is False:
        return False
    # Another package's may refuse in another way.
    return True if given.value is True and decorator.callee == _DATACLASS else None


def refusal(cls: ClassValue) -> Exception | None:
    """What ``dataclass`` raises for a class that it surely refuses."""
    decorator = cls.decorator("dataclass")
    made = decorator.callee if isinstance(decorator, Instance) else decorator
    frozen, fields = is_frozen(cls), dataclass_fields(cls)
    if made != _DATACLASS or foreign_bases(cls):
        return None
    before = [is_frozen(one) for one in cls.mro()[1:] if one.decorator("dataclass")]
    if (frozen is False and True in before) or (frozen and before and not any(before) and None not in before):
        return TypeError("a dataclass and those it inherits from are all frozen, or none of them")
    if frozen and {"__setattr__", "__delattr__"} & cls.namespace.keys():
        return TypeError(f"Cannot overwrite attribute __setattr__ in class {cls.name}")
    for one in fields or ():
        if one.name in cls.annotations and isinstance(one.default, list | set | PlacedDict):
            return ValueError(f"mutable default for field {one.name} is not allowed: use default_factory")
    given = decorator.keywords.keys() if isinstance(decorator, Instance) else set()
    if ANY_ATTRIBUTE not in given and (error := _clash(cls, decorator)) is not None:
        return error
    if fields is None or given & {"init", "kw_only", ANY_ATTRIBUTE}:
        return None
    return _out_of_order(fields)


def _clash(cls: ClassValue, decorator: Value) -> Exception | None:
    """What is raised for options that exclude each other, or what the class defines itself."""
    is_ordered = flag(decorator, "order", default=False)
    if is_ordered and not flag(decorator, "eq", default=True):
        return ValueError("eq must be true if order is true")
    written = next((one for one in _ORDER_METHODS if one in cls.namespace), None)
    if is_ordered and written:
        return TypeError(f"Cannot overwrite attribute {written} in class {cls.name}")
    if flag(decorator, "unsafe_hash", default=False) and "__hash__" in cls.namespace:
        return TypeError(f"Cannot overwrite attribute __hash__ in class {cls.name}")
    return None


def _out_of_order(fields: list[DataclassField]) -> Exception | None:
    has_default = False
    for one in fields:
        if not one.is_parameter or one.is_keyword_only:
            continue
        if has_default and not one.has_default and one.factory is None:
            return TypeError(f"non-default argument '{one.name}' follows default argument")
        has_default = has_default or one.has_default or one.factory is not None
    return None


_ORDER_METHODS: Final = ("__lt__", "__le__", "__gt__", "__ge__")

_DATACLASS: Final = External("dataclasses.dataclass")
