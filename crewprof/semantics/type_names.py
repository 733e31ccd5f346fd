"""Schemas as older versions of CrewAI put them into prompts: as names of Python types.

Sources: ``BaseTool._generate_description`` up to 1.6 and ``generate_model_description`` (crewai/utilities/
converter.py) up to 1.2. The types are read back from the JSON schema, so unusual ones may be named otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "NoneType",
    "object": "dict",
    "array": "list",
}


def arguments_by_type(schema: Mapping[str, Any]) -> str:
    """The arguments of a tool: the repr of a dict of descriptions and types."""
    arguments = {
        name: {"description": one.get("description"), "type": _annotation(one, schema)}
        for name, one in schema.get("properties", {}).items()
    }
    return str(arguments)


def fields_by_type(schema: Mapping[str, Any]) -> str:
    """The fields of an output schema, one a line, objects in objects."""
    return _fields(schema, schema)


def _fields(node: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    fields = [f'"{name}": {_described(one, root)}' for name, one in node.get("properties", {}).items()]
    return "{\n  " + ",\n  ".join(fields) + "\n}"


def _described(node: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    node = _resolved(node, root)
    options = [one for one in node.get("anyOf", ()) if one.get("type") != "null"]
    if options:
        names = [_described(one, root) for one in options]
        return f"Optional[{names[0]}]" if len(names) == 1 else f"Optional[Union[{', '.join(names)}]]"
    if node.get("type") == "array" and node.get("items"):
        return f"List[{_described(node['items'], root)}]"
    if node.get("properties"):
        return _fields(node, root)
    return _plain(node)


def _annotation(node: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    node = _resolved(node, root)
    if node.get("anyOf"):
        return f"Union[{', '.join(_annotation(one, root) for one in node['anyOf'])}]"
    if node.get("type") == "array" and node.get("items"):
        return f"list[{_annotation(node['items'], root)}]"
    return str(node["title"]) if node.get("properties") and node.get("title") else _plain(node)


def _plain(node: Mapping[str, Any]) -> str:
    return _NAMES.get(str(node.get("type")), "Any")


def _resolved(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    found: Any = root
    for key in reference.removeprefix("#/").split("/"):
        found = found.get(key, {})
    return found if isinstance(found, dict) else node
