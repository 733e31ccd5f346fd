"""The changes CrewAI and the OpenAI client make to pydantic's JSON schemas before they are sent.

Sources: ``generate_model_description`` and ``sanitize_tool_params_for_openai_strict``
(crewai/utilities/pydantic_schema_utils.py); ``to_strict_json_schema`` (openai/lib/_pydantic.py).
The order of keys matters, since the text of a schema is counted: it is kept as those functions leave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Node: TypeAlias = "dict[str, Any]"

_FORMATS: Final = frozenset({"date-time", "date", "time", "duration"})
_METADATA: Final = (
    "title",
    "default",
    "examples",
    "example",
    "$comment",
    "readOnly",
    "writeOnly",
    "deprecated",
)


def described(schema: Mapping[str, object], *, keep_null: bool) -> Node:
    """A schema as CrewAI describes it in texts and in its own tool definitions: closed, without references,
    every property required; without the ``null`` of optional ones unless ``keep_null``."""
    result: Node = _copied(schema)
    _walk(result, _close)
    _walk(result, _drop_format)
    _walk(result, _type_empty_options)
    # References are followed before ``oneOf`` is renamed and keys are required, as CrewAI does it: what is
    # put in by a reference is changed with the rest.
    result = _without_references(result)
    _walk(result, _one_of_to_any_of)
    _walk(result, _require_all)
    if not keep_null:
        _walk(result, _drop_null)
    return result


def tool_parameters(schema: Mapping[str, object], *, keep_null: bool) -> Node:
    """The parameters of a tool in CrewAI's own definition of it."""
    result = described(schema, keep_null=keep_null)
    result.pop("title", None)
    result.pop("description", None)
    return result


def on_the_wire(parameters: Mapping[str, object]) -> Node:
    """The parameters of a tool as CrewAI's OpenAI provider sends them: without titles and defaults."""
    result: Node = _copied(parameters)
    for change in (_type_empty_options, _close, _require_all):
        _walk(result, change)
    _drop_metadata(result)
    return result


def response_schema(schema: Mapping[str, object]) -> Node:
    """A pydantic schema as the OpenAI client sends it in ``response_format``."""
    root: Node = _copied(schema)
    _strict(root, root)
    return root


def _copied(node: Any) -> Any:
    """A copy of a schema, whatever mappings and lists it is made of."""
    if isinstance(node, Mapping):
        return {key: _copied(value) for key, value in node.items()}
    return [_copied(item) for item in node] if isinstance(node, list) else node


def _walk(node: Any, change: Callable[[Node], None]) -> None:
    """Apply ``change`` to every object of a schema, each before what it holds."""
    if isinstance(node, dict):
        change(node)
        for value in node.values():
            _walk(value, change)
    elif isinstance(node, list):
        for item in node:
            _walk(item, change)


def _close(node: Node) -> None:
    if node.get("type") == "object":
        node["additionalProperties"] = False
        node.setdefault("properties", {})
        node.setdefault("required", [])


def _drop_format(node: Node) -> None:
    if isinstance(node.get("format"), str) and node["format"] not in _FORMATS:
        del node["format"]


def _type_empty_options(node: Node) -> None:
    for key in ("anyOf", "oneOf"):
        if isinstance(node.get(key), list):
            node[key] = [{"type": "object"} if option == {} else option for option in node[key]]


def _without_references(schema: Node) -> Node:
    definitions = schema.get("$defs", {})
    expanding: list[str] = []

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(item) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        name = reference.removeprefix("#/$defs/") if isinstance(reference, str) else ""
        if name not in definitions:
            return {key: resolved(value) for key, value in node.items()}
        definition = definitions[name]
        # A class that holds itself has no end: CrewAI puts a stub where it comes again.
        if name in expanding:
            stub = {"type": definition.get("type", "object")}
            return stub | ({"description": definition["description"]} if "description" in definition else {})
        expanding.append(name)
        try:
            return resolved(_copied(definition))
        finally:
            expanding.pop()

    result: Node = resolved(schema)
    result.pop("$defs", None)
    return result


def _one_of_to_any_of(node: Node) -> None:
    if "oneOf" in node:
        node["anyOf"] = node.pop("oneOf")


def _require_all(node: Node) -> None:
    if node.get("type") == "object" and node.get("properties"):
        node["required"] = list(node["properties"])


def _drop_null(node: Node) -> None:
    options = node.get("anyOf")
    if isinstance(options, list):
        others = [option for option in options if option.get("type") != "null"]
        if len(others) == 1:
            del node["anyOf"]
            node.update(others[0])
        elif others:
            node["anyOf"] = others
    types = node.get("type")
    if isinstance(types, list) and "null" in types:
        rest = [one for one in types if one != "null"]
        node["type"] = rest[0] if len(rest) == 1 else rest


def _drop_metadata(node: Any) -> None:
    """Drop what only describes the schema, but no property that happens to have such a name."""
    if isinstance(node, list):
        for item in node:
            _drop_metadata(item)
    if not isinstance(node, dict):
        return
    for key in _METADATA:
        node.pop(key, None)
    for key, value in node.items():
        # The names of properties are the author's: one called ``title`` stays.
        held = value.values() if key == "properties" and isinstance(value, dict) else [value]
        for one in held:
            _drop_metadata(one)


def _strict(node: Any, root: Node) -> None:
    """Make a schema strict in place, as ``_ensure_strict_json_schema`` does."""
    if not isinstance(node, dict):
        return
    if node.get("type") == "object":
        node.setdefault("additionalProperties", False)
    if isinstance(node.get("properties"), dict):
        node["required"] = list(node["properties"])
    for part in _parts(node):
        _strict(part, root)
    if isinstance(node.get("allOf"), list) and len(node["allOf"]) == 1:
        node.update(node.pop("allOf")[0])
    if "default" in node and node["default"] is None:
        del node["default"]
    if "$ref" in node and len(node) > 1:
        node.update({**_target(node.pop("$ref"), root), **node})
        _strict(node, root)


def _parts(node: Node) -> list[Any]:
    """The schemas a schema holds."""
    parts: list[Any] = [node.get("items")]
    for key in ("$defs", "definitions", "properties"):
        parts += node[key].values() if isinstance(node.get(key), dict) else []
    for key in ("anyOf", "allOf"):
        parts += node[key] if isinstance(node.get(key), list) else []
    return parts


def _target(reference: str, root: Node) -> Node:
    target = root
    for key in reference.removeprefix("#/").split("/"):
        target = target[key]
    copied: Node = _copied(target)
    return copied
