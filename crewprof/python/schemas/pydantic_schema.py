"""The JSON schema of a pydantic model, from the source of its class: what ``model_json_schema()`` gives."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.interpreter import Interpreter
from crewprof.python.schemas.json_types import (
    DEFINITIONS,
    LIMITS,
    JsonSchema,
    constrained,
    literal,
    sorted_schema,
    title_of,
    wants_title,
)
from crewprof.python.schemas.type_annotations import AnnotationReader, NotUnderstood
from crewprof.python.values import ClassValue, External, Frame, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.python.project import PythonProject
    from crewprof.source.place import Place

ENUM_BASES: Final = frozenset({"Enum", "StrEnum", "IntEnum"})
MODEL_BASES: Final = frozenset({"BaseModel", "SQLModel"})
_UNSEEN: Final = frozenset({"RootModel", "GenericModel", "Generic"})


def schema_of_reference(
    project: PythonProject, dotted: str, place: Place
) -> tuple[Mapping[str, object] | None, list[Unknown]]:
    """The schema of the model at ``module.attribute`` of the project, or what is unknown instead."""
    module_name, _, name = dotted.rpartition(".")
    module = project.find(module_name)
    if module is None:
        return None, [Unknown(f"`{dotted}` was not found in the project", place)]
    interpreter = Interpreter(project)
    cls = interpreter.names_of(module).get(name)
    if not isinstance(cls, ClassValue):
        return None, [Unknown(f"`{dotted}` is no class of the project", place)]
    return schema_of_class(interpreter, cls, place)


def schema_of_class(
    interpreter: Interpreter, cls: ClassValue, place: Place
) -> tuple[Mapping[str, object] | None, list[Unknown]]:
    """The schema of a model class, or what is unknown instead; ``place`` is where it is used."""
    try:
        return SchemaReader(interpreter).model(cls), []
    except NotUnderstood as problem:
        return None, [Unknown(f"the schema of `{cls.name}` is not known: {problem}", place)]
    except RecursionError:
        return None, [Unknown(f"the schema of `{cls.name}` is nested too deeply", place)]


class SchemaReader:
    """Reads model classes; classes they refer to become definitions."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self._definitions: dict[str, JsonSchema] = {}
        self._owners: dict[str, ClassValue] = {}

    def model(self, cls: ClassValue) -> JsonSchema:
        """The schema of ``cls`` with all its definitions.

        Raises :class:`NotUnderstood` for what is not read.
        """
        body = self._body(cls)
        if cls.name in self._definitions:
            return sorted_schema({"$defs": self._definitions, "$ref": f"{DEFINITIONS}{cls.name}"})
        return self._finished(body)

    def fields(self, title: str, fields: Iterable[tuple[str, JsonSchema, bool]]) -> JsonSchema:
        """The schema of a model made of (name, schema, required)."""
        return self._finished(object_of(title, list(fields)))

    def _finished(self, body: JsonSchema) -> JsonSchema:
        return sorted_schema({"$defs": self._definitions, **body} if self._definitions else body)

    def reference(self, cls: ClassValue) -> JsonSchema:
        """``{"$ref": …}`` to ``cls``, which becomes a definition."""
        owner = self._owners.setdefault(cls.name, cls)
        if owner is not cls:
            raise NotUnderstood(f"two classes are called `{cls.name}`")
        if cls.name not in self._definitions:
            self._definitions[cls.name] = {}
            self._definitions[cls.name] = self._body(cls)
        return {"$ref": f"{DEFINITIONS}{cls.name}"}

    def _body(self, cls: ClassValue) -> JsonSchema:
        self._owners.setdefault(cls.name, cls)
        bases = cls.external_bases()
        if bases & ENUM_BASES:
            return _enum(cls)
        if not bases & MODEL_BASES:
            raise NotUnderstood(f"`{cls.name}` is not a pydantic model")
        if bases & _UNSEEN:
            raise NotUnderstood(f"`{cls.name}` is a generic or root model")
        return self._object(cls)

    def _object(self, cls: ClassValue) -> JsonSchema:
        config = self._config(cls)
        owners: dict[str, ClassValue] = {}
        for one in reversed(cls.mro()):
            for name in one.annotations:
                if not name.startswith("_") and name != "model_config":
                    owners[name] = one
        fields = [self.field(name, owner) for name, owner in owners.items()]
        title = config.get("title")
        made = object_of(title if isinstance(title, str) else cls.name, [one for one in fields if one])
        doc = ast.get_docstring(cls.node, clean=False)
        if doc:
            made["description"] = inspect.cleandoc(doc)
        if config.get("extra") in ("forbid", "allow"):
            made["additionalProperties"] = config["extra"] == "allow"
        extra = config.get("json_schema_extra", config.get("schema_extra"))
        if isinstance(extra, dict):
            made.update({str(key): value for key, value in _jsonable(extra).items()})  # type: ignore[attr-defined]
        elif extra is not None:
            raise NotUnderstood("json_schema_extra is a function")
        return made

    def _config(self, cls: ClassValue) -> dict[str, Value]:
        config: dict[str, Value] = {}
        for one in reversed(cls.mro()):
            given = one.namespace.get("model_config")
            if isinstance(given, Instance):
                config.update({key: argument.value for key, argument in given.given().items()})
            elif isinstance(given, dict):
                config.update({str(key): value for key, value in given.items()})
            legacy = one.namespace.get("Config")
            if isinstance(legacy, ClassValue):
                config.update(legacy.namespace)
        if config.get("alias_generator") is not None or config.get("use_attribute_docstrings"):
            raise NotUnderstood("its model_config changes how fields are named or described")
        return config

    def field(self, name: str, owner: ClassValue) -> tuple[str, JsonSchema, bool] | None:
        """A field as (name, schema, whether it is required); ``None`` for a class variable."""
        annotation = owner.annotations[name]
        frame = Frame(owner.module, {}, owner=owner)
        reader = AnnotationReader(self.interpreter, self, frame)
        if reader.is_class_variable(annotation):
            return None
        schema, metadata = reader.read(annotation)
        return self.described(name, schema, [*metadata, *_given(owner.namespace, name)])

    def described(self, name: str, schema: JsonSchema, given: list[Value]) -> tuple[str, JsonSchema, bool]:
        """A field of type ``schema`` with its defaults and ``Field(…)``s, the last one winning."""
        made = dict(schema)
        title: object = None
        key, required = name, True
        for one in given:
            if not _is_field_call(one):
                made["default"], required = _jsonable(one), False
                continue
            assert isinstance(one, Instance)
            settings = {key: argument.value for key, argument in one.given().items()}
            made = constrained(made, {key: _jsonable(settings[key]) for key in settings if key in LIMITS})
            default = one.argument("default", 0)
            if default is not None and default.value is not ...:
                made["default"], required = _jsonable(default.value), False
            required = required and settings.get("default_factory") is None
            made.update(_annotations(settings))
            title = settings.get("title", title)
            alias = settings.get("validation_alias", settings.get("alias"))
            key = alias if isinstance(alias, str) else key
        if isinstance(title, str):
            made["title"] = title
        elif wants_title(schema):
            made["title"] = title_of(key)
        return key, made, required


def _given(namespace: Mapping[str, Value], name: str) -> list[Value]:
    return [namespace[name]] if name in namespace else []


def object_of(title: str, fields: list[tuple[str, JsonSchema, bool]]) -> JsonSchema:
    """An object with fields (name, schema, whether it is required)."""
    made: JsonSchema = {
        "properties": {name: schema for name, schema, _ in fields},
        "title": title,
        "type": "object",
    }
    needed = [name for name, _, required in fields if required]
    return {**made, "required": needed} if needed else made


def _is_field_call(value: Value) -> bool:
    return isinstance(value, Instance) and isinstance(value.callee, External) and value.callee.name == "Field"


def _annotations(settings: Mapping[str, Value]) -> JsonSchema:
    found: JsonSchema = {}
    if isinstance(settings.get("description"), str):
        found["description"] = str(settings["description"])
    if settings.get("examples") is not None:
        found["examples"] = _jsonable(settings["examples"])
    if settings.get("deprecated"):
        found["deprecated"] = True
    extra = settings.get("json_schema_extra")
    if isinstance(extra, dict):
        found.update({str(key): _jsonable(value) for key, value in extra.items()})
    elif extra is not None:
        raise NotUnderstood("json_schema_extra is a function")
    return found


def _jsonable(value: Value) -> object:
    """A default as JSON; raises :class:`NotUnderstood` for what is not plain."""
    value = operators.plain(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
        if value.callee.external_bases() & ENUM_BASES and "value" in value.keywords:
            return _jsonable(value.keywords["value"].value)
        return {key: _jsonable(argument.value) for key, argument in value.keywords.items()}
    raise NotUnderstood("a default is only known when the crew runs")


def _enum(cls: ClassValue) -> JsonSchema:
    values = [
        _jsonable(operators.plain(value))
        for name, value in cls.namespace.items()
        if not name.startswith("_") and not isinstance(value, FunctionValue)
    ]
    if not values:
        raise NotUnderstood(f"`{cls.name}` has no members")
    made = {**literal(values), "title": cls.name}
    # A class that is a number or text too has that type, whatever its values.
    doc = ast.get_docstring(cls.node, clean=False)
    return {**made, "description": inspect.cleandoc(doc)} if doc else made
