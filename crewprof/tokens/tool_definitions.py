"""What tool definitions cost on OpenAI models: they are rendered as TypeScript into the system message.

The rendering was found by comparing recorded requests with the billed prompt tokens; it continues what the OpenAI
community found for legacy functions (https://community.openai.com/t/how-to-calculate-the-tokens-when-using-function-call/266573).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crewprof.tokens.encoding import count_text

if TYPE_CHECKING:
    from crewprof.tokens.messages import ToolDefinition

AROUND_TOOLS = 5
"""Tokens around the rendering, beside the join. Source: fit on recorded calls, token-exact."""
JOIN_WITHOUT_SYSTEM = 4
"""The rendering needs a message of its own when no system message is there: the price of a message."""
FORCED_TOOL = 18
"""Around the rendering when ``tool_choice`` names a function (instead of the above). Fit on recorded calls."""
FORCED_TOOL_GPT_4 = 15
"""The same on gpt-4."""

_JOINT = "\n\n"
_INDENT = "  "


def render_tools(tools: Sequence[ToolDefinition], *, titles: bool = True) -> str:
    """The TypeScript text that OpenAI's models read for ``tools``; ``titles`` are left out by gpt-4."""
    bodies = "".join(_function(tool, titles=titles) for tool in tools)
    return f"namespace functions {{\n\n{bodies}}} // namespace functions"


def join_tokens(system: str | None, encoding: str) -> int:
    """Tokens that joining a text to the system message ``system`` costs; a message of its own when ``None``.

    Often 0, where the last token of ``system`` takes the blank line in.
    """
    if system is None:
        return JOIN_WITHOUT_SYSTEM
    return count_text(system + _JOINT, encoding) - count_text(system, encoding)


def _function(tool: ToolDefinition, *, titles: bool) -> str:
    head = _comment(tool.description, "")
    properties = _properties(tool.parameters)
    if not properties:
        return f"{head}type {tool.name} = () => any;\n\n"
    body = "".join(
        _property(name, schema, tool.parameters, "", titles=titles) for name, schema in properties.items()
    )
    return f"{head}type {tool.name} = (_: {{\n{body}}}) => any;\n\n"


def _comment(text: str, indent: str) -> str:
    if not text:
        return ""
    return "".join(f"{indent}// {line.strip()}".rstrip() + "\n" for line in text.strip().split("\n"))


def _property(
    name: str, schema: Mapping[str, object], parent: Mapping[str, object], indent: str, *, titles: bool
) -> str:
    title = _text(schema, "title") if titles and not indent else ""
    description = _text(schema, "description")
    lines = _comment(title, indent)
    if title and description:
        lines += f"{indent}//\n"
    lines += _comment(description, indent)
    required = parent.get("required")
    mark = "" if isinstance(required, Sequence) and name in required else "?"
    line = f"{indent}{name}{mark}: {_type(schema, indent)},"
    if "default" in schema:
        line += f" // default: {json.dumps(schema['default'], ensure_ascii=False)}"
    return f"{lines}{line}\n"


def _type(schema: Mapping[str, object], indent: str) -> str:
    options = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(options, Sequence) and options:
        return " | ".join(_type(option, indent) for option in options if isinstance(option, Mapping))
    choices = schema.get("enum")
    if isinstance(choices, Sequence) and not isinstance(choices, str) and choices:
        return " | ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
    named = schema.get("type")
    if isinstance(named, Sequence) and not isinstance(named, str):
        return " | ".join(_named_type(str(one), schema, indent) for one in named)
    return _named_type(named if isinstance(named, str) else "any", schema, indent)


def _named_type(named: str, schema: Mapping[str, object], indent: str) -> str:
    if named in ("integer", "number"):
        return "number"
    if named == "array":
        return _array(schema, indent)
    if named == "object":
        return _object(schema, indent)
    return named


def _array(schema: Mapping[str, object], indent: str) -> str:
    items = schema.get("items")
    if not isinstance(items, Mapping):
        return "any[]"
    if _properties(items):
        return f"Array<\n{indent}{_object(items, indent)}\n{indent}>"
    return f"{_type(items, indent)}[]"


def _object(schema: Mapping[str, object], indent: str) -> str:
    properties = _properties(schema)
    if not properties:
        return "object"
    inner = indent + _INDENT
    body = "".join(_property(name, one, schema, inner, titles=False) for name, one in properties.items())
    return f"{{\n{body}{indent}}}"


def _properties(schema: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {str(name): one if isinstance(one, Mapping) else {} for name, one in found.items()}


def _text(schema: Mapping[str, object], key: str) -> str:
    found = schema.get(key)
    return found if isinstance(found, str) else ""
