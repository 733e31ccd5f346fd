"""The fields of dataclasses of a project."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from crewprof.python.values import ClassValue, External, Instance, Value


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
    if name not in cls.namespace:
        return DataclassField(name, is_keyword_only=keyword_only)
    value = cls.namespace[name]
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
