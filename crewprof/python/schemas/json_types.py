"""JSON schemas of Python types, piece by piece, as pydantic writes them (pydantic 2.12).

Keys are sorted at the end, by :func:`sorted_schema`, as pydantic sorts them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

JsonSchema: TypeAlias = dict[str, object]

DEFINITIONS: Final = "#/$defs/"

_DECIMAL: Final = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"

LEAVES: Final[Mapping[str, JsonSchema]] = {
    "builtins.str": {"type": "string"},
    "builtins.int": {"type": "integer"},
    "builtins.float": {"type": "number"},
    "builtins.bool": {"type": "boolean"},
    "builtins.bytes": {"format": "binary", "type": "string"},
    "builtins.object": {},
    "typing.Any": {},
    "typing.Text": {"type": "string"},
    "datetime.datetime": {"format": "date-time", "type": "string"},
    "datetime.date": {"format": "date", "type": "string"},
    "datetime.time": {"format": "time", "type": "string"},
    "datetime.timedelta": {"format": "duration", "type": "string"},
    "decimal.Decimal": {"anyOf": [{"type": "number"}, {"pattern": _DECIMAL, "type": "string"}]},
    "uuid.UUID": {"format": "uuid", "type": "string"},
    "pathlib.Path": {"format": "path", "type": "string"},
    "pydantic.HttpUrl": {"format": "uri", "maxLength": 2083, "minLength": 1, "type": "string"},
    "pydantic.AnyHttpUrl": {"format": "uri", "minLength": 1, "type": "string"},
    "pydantic.AnyUrl": {"format": "uri", "minLength": 1, "type": "string"},
    "pydantic.EmailStr": {"format": "email", "type": "string"},
    "pydantic.StrictStr": {"type": "string"},
    "pydantic.StrictInt": {"type": "integer"},
    "pydantic.StrictFloat": {"type": "number"},
    "pydantic.StrictBool": {"type": "boolean"},
    "pydantic.PositiveInt": {"exclusiveMinimum": 0, "type": "integer"},
    "pydantic.NonNegativeInt": {"minimum": 0, "type": "integer"},
    "pydantic.NegativeInt": {"exclusiveMaximum": 0, "type": "integer"},
    "pydantic.NonPositiveInt": {"maximum": 0, "type": "integer"},
    "pydantic.PositiveFloat": {"exclusiveMinimum": 0, "type": "number"},
    "pydantic.NonNegativeFloat": {"minimum": 0, "type": "number"},
    "pydantic.NegativeFloat": {"exclusiveMaximum": 0, "type": "number"},
    "pydantic.NonPositiveFloat": {"maximum": 0, "type": "number"},
}
"""Types without parameters."""

LISTS: Final = frozenset({"list", "List", "Sequence", "Iterable", "MutableSequence", "Collection"})
SETS: Final = frozenset({"set", "Set", "frozenset", "FrozenSet", "MutableSet", "AbstractSet"})
MAPPINGS: Final = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})

_CONSTRAINTS: Final[Mapping[str, str]] = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "pattern": "pattern",
    "regex": "pattern",
}
_LENGTHS: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_NUMBERS: Final = frozenset({"ge", "gt", "le", "lt", "multiple_of"})
_NULL: Final[JsonSchema] = {"type": "null"}


def array(items: JsonSchema | None, *, unique: bool) -> JsonSchema:
    """A list or, if ``unique``, a set."""
    made: JsonSchema = {"items": items or {}, "type": "array"}
    return {**made, "uniqueItems": True} if unique else made


def fixed_tuple(items: list[JsonSchema]) -> JsonSchema:
    """``tuple[A, B]``."""
    return {"maxItems": len(items), "minItems": len(items), "prefixItems": list(items), "type": "array"}


def mapping(keys: JsonSchema | None, values: JsonSchema | None) -> JsonSchema:
    """``dict[keys, values]``; a mapping of anything when not given."""
    made: JsonSchema = {"additionalProperties": values or True, "type": "object"}
    if keys is not None and ("enum" in keys or "$ref" in keys or "const" in keys):
        # Of a key's schema only what restricts it is kept, without its type.
        made["propertyNames"] = {key: value for key, value in keys.items() if key != "type"}
    return made


def union(members: list[JsonSchema]) -> JsonSchema:
    """Any of ``members``, each once; a union within it is taken apart."""
    flat: list[JsonSchema] = []
    for member in members:
        inner = member.get("anyOf")
        parts = inner if isinstance(inner, list) and set(member) == {"anyOf"} else [member]
        flat.extend(part for part in parts if part not in flat)
    # None comes last, as pydantic makes the rest of the union nullable.
    flat.sort(key=lambda part: part == _NULL)
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def null() -> JsonSchema:
    """``None``."""
    return dict(_NULL)


def literal(values: list[object]) -> JsonSchema:
    """``Literal[…]``, or the members of an enum."""
    made: JsonSchema = {"enum": values}
    kinds = {_kind(value) for value in values}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is not None:
        made["type"] = kind
    return made


def single_literal(value: object) -> JsonSchema:
    """``Literal["one"]``."""
    kind = _kind(value)
    return {"const": value} if kind is None else {"const": value, "type": kind}


def _kind(value: object) -> str | None:
    for cls, kind in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, cls):
            return kind
    return None


def constrained(schema: JsonSchema, limits: Mapping[str, object]) -> JsonSchema:
    """``schema`` with the limits of ``Field(…)``; ``None`` of an optional type has none."""
    members = schema.get("anyOf")
    if isinstance(members, list) and limits:
        others = [member for member in members if member != _NULL]
        if len(others) == 1:
            inner = constrained(others[0], limits)
            return {**schema, "anyOf": [inner, *(member for member in members if member == _NULL)]}
    made = dict(schema)
    for key, value in limits.items():
        if key in _CONSTRAINTS:
            made[_CONSTRAINTS[key]] = value
        elif key in ("min_length", "max_length", "min_items", "max_items"):
            low_high = _LENGTHS.get(str(schema.get("type")), ("minLength", "maxLength"))
            made[low_high[0 if key.startswith("min") else 1]] = value
    return made


LIMITS: Final = frozenset({*_CONSTRAINTS, "min_length", "max_length", "min_items", "max_items"})
"""Arguments of ``Field`` that limit the value."""


def wants_title(schema: JsonSchema) -> bool:
    """Whether a field of this type gets a title: not when it is a reference, optional or not."""
    if "$ref" in schema:
        return False
    members = schema.get("anyOf")
    if isinstance(members, list) and len(members) == 2 and members[1] == _NULL:
        return "$ref" not in members[0]
    return True


def title_of(name: str) -> str:
    """The title pydantic gives a field."""
    return name.title().replace("_", " ").strip()


def sorted_schema(schema: JsonSchema) -> JsonSchema:
    """``schema`` with keys sorted as pydantic sorts them: all but the names of properties and defaults."""
    return {key: _sorted(schema[key], key) for key in sorted(schema)}


def _sorted(value: object, parent: str) -> object:
    if isinstance(value, dict):
        keys = list(value) if parent in ("properties", "default") else sorted(value)
        return {key: _sorted(value[key], key) for key in keys}
    if isinstance(value, list):
        return [_sorted(item, parent) for item in value]
    return value
