"""The values pydantic takes for a kind of field, as JSON Schema: what ``refusals.accepted_keys.is_accepted``
says of one value."""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from crewprof.crew.model_value import MODEL_KEYS

Schema: TypeAlias = dict[str, Any]

NULL: Final[Schema] = {"type": "null"}
WHOLE_NUMBER: Final[Schema] = {
    "anyOf": [
        {"type": ["integer", "boolean"]},
        {"type": "string", "pattern": r"^\s*[+-]?[0-9]+(_[0-9]+)*\s*$"},
    ]
}
"""pydantic reads ``"5"`` and true as numbers, too."""
_TRUTHS: Final = ("true", "t", "yes", "y", "on", "false", "f", "no", "n", "off")
TRUTH: Final[Schema] = {
    "anyOf": [
        {"type": "boolean"},
        {"enum": [0, 1, "0", "1"]},
        {
            "type": "string",
            "pattern": "^("
            + "|".join("".join(f"[{char.upper()}{char}]" for char in word) for word in _TRUTHS)
            + ")$",
        },
    ]
}
PYTHON_REFERENCE: Final[Schema] = {
    "type": "object",
    "required": ["python"],
    "properties": {
        "python": {
            "description": "Dotted Python import path to load.",
            "type": "string",
            "pattern": r"^\s*[^\W\d]\w*(\.[^\W\d]\w*)+\s*$",
        }
    },
    "additionalProperties": False,
}
_LLM_MAPPING: Final[Schema] = {
    "type": "object",
    "anyOf": [
        {"required": [key], "properties": {key: {"not": {"enum": [None, "", False, 0]}}}}
        for key in MODEL_KEYS
    ],
}
SHARED: Final[dict[str, Schema]] = {
    "true-or-false": TRUTH,
    "whole-number": WHOLE_NUMBER,
    "python-reference": PYTHON_REFERENCE,
    "llm-mapping": _LLM_MAPPING,
}
"""What many keys take: said once in a document, under ``$defs``."""


def reference(name: str) -> Schema:
    """A schema of :data:`SHARED`, or another under ``$defs``."""
    return {"$ref": f"#/$defs/{name}"}


_PLAIN: Final[dict[str, Schema]] = {
    "bool": reference("true-or-false"),
    "int": reference("whole-number"),
    "float": {"type": ["number", "boolean"]},
    "str": {"type": "string"},
    "mapping": {"type": "object"},
    "mapping-text": {"type": "string", "pattern": r"^\s*\{"},
    "list": {"type": "array"},
    "any": {},
    "callable": reference("python-reference"),
    "guardrail": {"anyOf": [{"type": "string"}, reference("python-reference")]},
    "llm": {"anyOf": [{"type": "string"}, reference("llm-mapping"), reference("python-reference")]},
    "model": {"anyOf": [{"type": "string", "minLength": 1}, reference("llm-mapping")]},
    "object": {"not": {}},
    "function": {"not": {}},
}
"""The kinds of ``is_accepted`` that are no list, choice or literal."""


def schema_of(kind: str, *, least: int | None = None) -> Schema:
    """The schema of a kind; ``least``: the smallest whole number it takes."""
    if kind.endswith("?"):
        return nullable(schema_of(kind.removesuffix("?"), least=least))
    if kind.startswith("literal:"):
        return {"enum": kind.removeprefix("literal:").split("|")}
    if kind.startswith("list[") and kind.endswith("]"):
        return {"type": "array", "items": schema_of(kind[5:-1])}
    parts = re.split(r"\|(?![^\[]*\])", kind)
    if len(parts) > 1:
        return choice(*map(schema_of, parts))
    schema = _PLAIN[kind]
    return schema if least is None else {"allOf": [schema, {"minimum": least}]}


def choice(*schemas: Schema) -> Schema:
    """What fits one of ``schemas`` at least."""
    flat = [one for schema in schemas for one in (schema["anyOf"] if set(schema) == {"anyOf"} else [schema])]
    distinct = [one for index, one in enumerate(flat) if one not in flat[:index]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def nullable(schema: Schema) -> Schema:
    """``schema``, or null."""
    return schema if not schema else choice(schema, NULL)
