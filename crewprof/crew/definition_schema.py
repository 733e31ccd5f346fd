"""The model CrewAI builds of a JSON schema in ``crew.yaml``, as that model's own JSON schema.

CrewAI shows the LLM not the schema as written but that of a pydantic model made of it: titles are added,
what is not required may be null, nothing beside the properties is allowed
(crewai/utilities/pydantic_schema_utils.py, ``create_model_from_schema``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.schemas.json_types import (
    DEFINITIONS,
    JsonSchema,
    array,
    constrained,
    literal,
    mapping,
    null,
    single_literal,
    sorted_schema,
    title_of,
    union,
    wants_title,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODULE: Final = "crewai__utilities__pydantic_schema_utils"
_SCALARS: Final[Mapping[str, JsonSchema]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
}
_FORMATS: Final[Mapping[str, JsonSchema]] = {
    "date": {"format": "date", "type": "string"},
    "time": {"format": "time", "type": "string"},
    "date-time": {"format": "date-time", "type": "string"},
    "duration": {"format": "duration", "type": "string"},
    "uri": {"format": "uri", "minLength": 1, "type": "string"},
    "email": {"format": "email", "type": "string"},
    "uuid": {"format": "uuid", "type": "string"},
    "uuid4": {"format": "uuid4", "type": "string"},
    "ipv4": {"format": "ipv4", "type": "string"},
    "ipv6": {"format": "ipv6", "type": "string"},
    "password": {"format": "password", "type": "string", "writeOnly": True},
    "binary": {"format": "binary", "type": "string"},
    "path": {"format": "path", "type": "string"},
}
_NUMBER_LIMITS: Final = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}
_TEXT_LIMITS: Final = {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"}
_DEPTH_LIMIT: Final = 40


class UnreadableSchema(Exception):
    """A JSON schema CrewAI makes no model of, or one that is not followed here."""


def model_schema(schema: Mapping[str, object]) -> JsonSchema:
    """The schema of the model CrewAI makes of ``schema``.

    Raises :class:`UnreadableSchema` for references that lead nowhere or round in a circle, and for types
    that do not exist.
    """
    return _Model(schema).built()


class _Model:
    def __init__(self, root: Mapping[str, object]) -> None:
        self.root = root
        self.models: list[tuple[object, str, JsonSchema]] = []
        """What each nested model was made of, its name, its schema."""
        self._finished: list[int] = []
        """Indices of the nested models, inner ones before those around them, as pydantic numbers them."""
        self._depth = 0

    def built(self) -> JsonSchema:
        schema = self._resolved(self.root)
        title = schema.get("title")
        body = self._object(schema, title if isinstance(title, str) and title else "DynamicModel")
        names = self._names()
        definitions = {names[f"#{index}"]: made for index, (_, _, made) in enumerate(self.models)}
        whole = {"$defs": definitions, **body} if definitions else body
        return sorted_schema(_renamed(whole, names))

    def _names(self) -> dict[str, str]:
        """Final names of the nested models: those with one name are told apart as pydantic does."""
        titles = [name for _, name, _ in self.models]
        seen: dict[str, int] = {}
        names: dict[str, str] = {}
        for index in self._finished:
            title = titles[index]
            seen[title] = seen.get(title, 0) + 1
            alone = titles.count(title) == 1
            names[f"#{index}"] = title if alone else f"{_MODULE}__{title}__{seen[title]}"
        return names

    def _resolved(self, schema: object) -> Mapping[str, object]:
        """The schema itself or what its ``$ref`` leads to; what stands beside a ``$ref`` does not count."""
        for _ in range(_DEPTH_LIMIT):
            if not isinstance(schema, dict):
                raise UnreadableSchema("a schema that is no mapping")
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return schema
            schema = self._followed(reference)
        raise UnreadableSchema("references that lead round in a circle")

    def _followed(self, reference: str) -> object:
        found: object = self.root
        if not reference.startswith("#"):
            raise UnreadableSchema(f"the reference {reference}")
        for part in reference.lstrip("#").strip("/").split("/"):
            if part and (not isinstance(found, dict) or part not in found):
                raise UnreadableSchema(f"the reference {reference}, which leads nowhere")
            found = found[part] if part and isinstance(found, dict) else found
        return found

    def _object(self, schema: Mapping[str, object], name: str) -> JsonSchema:
        if "allOf" in schema:
            schema = self._merged(schema["allOf"])
        self._depth += 1
        if self._depth > _DEPTH_LIMIT:
            raise UnreadableSchema("references that lead round in a circle")
        required = schema.get("required") or []
        properties = schema.get("properties") or {}
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise UnreadableSchema("properties that are no mapping, or required that is no list")
        fields = {
            str(key): self._field(str(key), self._resolved(value), is_required=key in required)
            for key, value in properties.items()
        }
        self._depth -= 1
        made: JsonSchema = {
            "additionalProperties": False,
            "properties": {key: one for key, (one, _) in fields.items()},
            "title": name,
            "type": "object",
        }
        needed = [key for key, (_, is_needed) in fields.items() if is_needed]
        return {**made, "required": needed} if needed else made

    def _merged(self, parts: object) -> Mapping[str, object]:
        properties: dict[str, object] = {}
        required: list[object] = []
        for part in parts if isinstance(parts, list) else []:
            schema = self._resolved(part)
            given = schema.get("properties")
            properties.update(given if isinstance(given, dict) else {})
            needed = schema.get("required")
            required.extend(
                one for one in (needed if isinstance(needed, list) else []) if one not in required
            )
        return {"type": "object", "properties": properties, "required": required}

    def _field(
        self, name: str, schema: Mapping[str, object], *, is_required: bool
    ) -> tuple[JsonSchema, bool]:
        kind = self._type(schema, name.title())
        made = _formatted(kind, schema)
        limits = _limits(made, schema)
        if not is_required:
            made = union([made, null()])
        made = constrained(made, limits)
        has_title = wants_title(made)
        if schema.get("description"):
            made["description"] = schema["description"]
        if schema.get("examples"):
            made["examples"] = schema["examples"]
        if has_title:
            made["title"] = title_of(name)
        if "default" in schema:
            return {**made, "default": schema["default"]}, False
        return (made, True) if is_required else ({**made, "default": None}, False)

    def _type(self, schema: Mapping[str, object], name: str) -> JsonSchema:
        known = next((index for index, (source, _, _) in enumerate(self.models) if source is schema), None)
        if known is not None:
            return {"$ref": f"#{known}"}
        if schema.get("enum"):
            values = schema["enum"]
            listed = list(dict.fromkeys(values)) if isinstance(values, list) else [values]
            return single_literal(listed[0]) if len(listed) == 1 else literal(listed)
        if "const" in schema:
            return single_literal(schema["const"])
        choices = [one for key in ("anyOf", "oneOf") for one in _listed(schema.get(key))]
        if choices:
            return union(
                [self._type(self._resolved(one), f"{name}Option{index}") for index, one in enumerate(choices)]
            )
        parts = _listed(schema.get("allOf"))
        if len(parts) == 1:
            return self._type(self._resolved(parts[0]), name)
        if parts:
            return self._nested(schema, name)
        return self._of_kind(schema, schema.get("type"), name)

    def _of_kind(self, schema: Mapping[str, object], kind: object, name: str) -> JsonSchema:
        if isinstance(kind, list):
            return union(
                [self._of_kind(schema, one, f"{name}Option{index}") for index, one in enumerate(kind)]
            )
        if kind is None:
            return {}
        if kind == "array":
            items = schema.get("items")
            return array(self._type(self._resolved(items), name) if items else None, unique=False)
        if kind == "object":
            return self._nested(schema, name) if schema.get("properties") else mapping(None, None)
        if isinstance(kind, str) and kind in _SCALARS:
            return dict(_SCALARS[kind])
        raise UnreadableSchema(f"the type {kind!r}")

    def _nested(self, schema: Mapping[str, object], name: str) -> JsonSchema:
        index = len(self.models)
        self.models.append((schema, name, {}))
        self.models[index] = (schema, name, self._object(schema, name))
        self._finished.append(index)
        return {"$ref": f"#{index}"}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _formatted(kind: JsonSchema, schema: Mapping[str, object]) -> JsonSchema:
    """A text with a format becomes the type of that format, also within a union."""
    form = schema.get("format")
    if not isinstance(form, str) or form not in _FORMATS:
        return dict(kind)
    text = _SCALARS["string"]
    if kind == text:
        return dict(_FORMATS[form])
    members = kind.get("anyOf")
    if isinstance(members, list):
        return union([dict(_FORMATS[form]) if one == text else one for one in members])
    return dict(kind)


def _limits(kind: JsonSchema, schema: Mapping[str, object]) -> dict[str, object]:
    if kind in (_SCALARS["integer"], _SCALARS["number"], _SCALARS["boolean"]):
        names: Mapping[str, str] = _NUMBER_LIMITS
    elif kind == _SCALARS["string"]:
        names = _TEXT_LIMITS
    else:
        return {}
    return {argument: schema[key] for key, argument in names.items() if key in schema}


def _renamed(value: object, names: Mapping[str, str]) -> JsonSchema:
    renamed = _with_names(value, names)
    assert isinstance(renamed, dict)
    return renamed


def _with_names(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {
            key: f"{DEFINITIONS}{names[one]}"
            if key == "$ref" and isinstance(one, str)
            else _with_names(one, names)
            for key, one in value.items()
        }
    return [_with_names(one, names) for one in value] if isinstance(value, list) else value
