"""Values that satisfy a JSON schema of the kind pydantic writes: what an offline LLM answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENSIBLE: Mapping[str, Any] = {
    "valid": True,
    "step_completed_successfully": True,
    "remaining_plan_still_valid": True,
    "needs_full_replan": False,
    "goal_already_achieved": False,
    "complexity": "simple",
    "insert_new": True,
    "actions": [],
}
"""Fields of CrewAI's own schemas where a plain example would send it another way (guardrail passed,
plan step done, memory stored)."""


def example_instance(model: type[Any]) -> Any:
    """A valid instance of a pydantic model."""
    values = example_value(model.model_json_schema())
    values.update({key: value for key, value in _SENSIBLE.items() if key in model.model_fields})
    return model.model_validate(values)


def example_value(
    schema: Mapping[str, Any], *, word: str = "word", root: Mapping[str, Any] | None = None
) -> Any:
    """A value that satisfies ``schema``; ``word`` stands wherever any text will do."""
    root = schema if root is None else root
    if "$ref" in schema:
        target: Any = root
        for key in schema["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        return example_value(target, word=word, root=root)
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example_value(schema[key][0], word=word, root=root)
    return _example_of_type(schema, word, root)


def _example_of_type(schema: Mapping[str, Any], word: str, root: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: example_value(one, word=word, root=root) for name, one in properties.items()}
    if kind == "array":
        return [example_value(schema.get("items", {}), word=word, root=root)] * max(
            1, schema.get("minItems", 1)
        )
    plain: Mapping[Any, Any] = {
        "integer": schema.get("minimum", 1),
        "number": schema.get("minimum", 1.5),
        "boolean": True,
        "null": None,
    }
    return plain.get(kind, word)
