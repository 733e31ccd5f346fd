"""What tool definitions cost on OpenAI models: they are rendered as TypeScript into the system message.

The rendering was found by comparing recorded requests with the billed prompt tokens, token for token. Where
recordings are silent (enumerations, examples, typed defaults, ``oneOf``) it follows the renderer that OpenAI
published for its open models (https://github.com/openai/harmony, ``json_schema_to_typescript``), of which the
hosted one is a near relative.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, replace
from crewprof.tokens.encoding import count_text, encoding_for
from crewprof.tokens.family import is_gpt_4, is_gpt_4_or_older, is_gpt_5

if TYPE_CHECKING:
    from crewprof.tokens.messages import ToolDefinition

_AROUND_TOOLS = 5
"""Tokens around the rendering, beside the join. Source: fit on recorded calls, exact."""
_FORCED = 9
"""More when ``tool_choice`` names a function; its name costs nothing. Fit on recorded calls, exact."""
_FORCED_GPT_4 = 6
"""The same on gpt-4."""
_GPT_5 = 90
"""Around the rendering on gpt-5, whose system message then speaks of channels; a join is among it and a
forced tool costs nothing more. Fit on 80 recorded calls of gpt-5, nano, mini and 5.4-mini, within 1."""
_JOIN_WITHOUT_SYSTEM = 4
"""Without a system message the rendering needs a message of its own: the price of a message."""

_JOINT = "\n\n"
_STEP = "    "


def tools_tokens(tools: Sequence[ToolDefinition], system: str | None, model: str, *, forced: bool) -> int:
    """Tokens that offering ``tools`` adds to a request to the OpenAI model ``model``.

    ``system`` is the first message when that is a system message; ``forced`` says that ``tool_choice``
    names one.
    """
    if not tools:
        return 0
    encoding, _ = encoding_for(model)
    rendered = count_text(render_tools(tools, _style(model)), encoding)
    if is_gpt_5(model):
        return rendered + _GPT_5
    forcing = (_FORCED_GPT_4 if is_gpt_4(model) else _FORCED) if forced else 0
    return rendered + _AROUND_TOOLS + join_tokens(system, encoding) + forcing


@dataclass(frozen=True, slots=True)
class Style:
    """How models differ: whether titles are shown, and bare arguments set on one line."""

    titles: bool
    one_line: bool


_NEW = Style(titles=True, one_line=True)
_TURBO = Style(titles=True, one_line=False)
_GPT_4 = Style(titles=False, one_line=False)


def _style(model: str) -> Style:
    if is_gpt_4(model):
        return _GPT_4
    return _TURBO if is_gpt_4_or_older(model) else _NEW


def render_tools(tools: Iterable[ToolDefinition], style: Style = _NEW) -> str:
    """The TypeScript text that models read for ``tools``."""
    functions = "".join(_function(tool, style) for tool in tools)
    return f"namespace functions {{\n\n{functions}}} // namespace functions"


def join_tokens(system: str | None, encoding: str) -> int:
    """Tokens that joining a text to the system message ``system`` costs; a message of its own when ``None``.

    Often 0: the last token of ``system`` takes the blank line in.
    """
    if system is None:
        return _JOIN_WITHOUT_SYSTEM
    return count_text(system + _JOINT, encoding) - count_text(system, encoding)


def _function(tool: ToolDefinition, style: Style) -> str:
    arguments = _Renderer(tool.parameters, style).arguments()
    return f"{_comment(tool.description, '')}type {tool.name} = ({arguments}) => any;\n\n"


@dataclass(frozen=True, slots=True)
class _Renderer:
    """Renders the parts of one schema.

    ``root`` holds the definitions that ``$ref`` points into, ``inside`` those that are being rendered: a
    definition that contains itself is not followed again.
    """

    root: Mapping[str, object]
    style: Style
    inside: frozenset[str] = frozenset()

    def arguments(self) -> str:
        properties = _properties(self.root)
        if not properties:
            return ""
        if self._bare(properties):
            return f"_: {self._line(properties, '')}"
        return f"_: {{\n{''.join(self._property(one, self._title(one), '') for one in properties)}}}"

    def _title(self, one: _Property) -> str:
        return _text(one.schema, "title") if self.style.titles else ""

    def _bare(self, properties: Sequence[_Property]) -> bool:
        return self.style.one_line and not any(_REMARKS & one.schema.keys() for one in properties)

    def _line(self, properties: Sequence[_Property], indent: str) -> str:
        types = (f"{one.label}: {self.type(one.schema, indent + _STEP)}" for one in properties)
        return f"{{ {', '.join(types)} }}"

    def _property(self, one: _Property, title: str, indent: str) -> str:
        description = _text(one.schema, "description")
        # A list of types is written over several lines, with the description twice.
        times = 2 if len(_sequence(one.schema.get("type"))) > 1 else 1
        lines = [
            _comment(title, indent),
            f"{indent}//\n" if title and description else "",
            _comment(description, indent) * times,
            _examples(one.schema, indent),
            f"{indent}{one.label}: {self.type(one.schema, indent + _STEP, indent)},{_default(one.schema)}\n",
        ]
        return "".join(lines)

    def type(self, schema: Mapping[str, object], indent: str, outer: str = "") -> str:
        pointer = _pointer(schema)
        # A definition that holds itself: OpenAI's text is not known there, and following it would not end.
        if pointer in self.inside:
            return "object"
        if pointer:
            return self._within(pointer).type(self._defined(pointer), indent, outer)
        named = schema.get("type")
        if choices := _sequence(schema.get("enum")) or [schema[key] for key in ("const",) if key in schema]:
            return " | ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
        if options := _sequence(schema.get("anyOf")) or _sequence(schema.get("oneOf")):
            return " | ".join(
                self.type(option, indent, outer) for option in options if isinstance(option, Mapping)
            )
        if names := _sequence(named):
            return _listed([_primitive(str(one)) for one in names], outer)
        if named == "array":
            items = schema.get("items")
            return f"{self.type(items, indent, outer)}[]" if isinstance(items, Mapping) else "Array<any>"
        if named == "object" or (named is None and "properties" in schema):
            return self._object(schema, indent)
        nullable = " | null" if schema.get("nullable") is True else ""
        return _primitive(str(named or "any")) + nullable

    def _object(self, schema: Mapping[str, object], indent: str) -> str:
        properties = _properties(schema)
        if not properties:
            return "object"
        title = _comment(_text(schema, "title"), indent)
        if self._bare(properties):
            return title + self._line(properties, indent)
        body = "".join(self._property(one, "", indent) for one in properties)
        return f"{title}{{\n{body}{indent}}}"

    def _within(self, pointer: str) -> _Renderer:
        return replace(self, inside=self.inside | {pointer})

    def _defined(self, pointer: str) -> Mapping[str, object]:
        found: object = self.root
        for step in pointer.removeprefix("#").strip("/").split("/"):
            if step:
                found = found.get(step) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}


def _pointer(schema: Mapping[str, object]) -> str:
    """Where ``schema`` points to, itself or as all it is made of; empty when it does not."""
    whole = _sequence(schema.get("allOf"))
    only = whole[0] if len(whole) == 1 and isinstance(whole[0], Mapping) else schema
    pointer = only.get("$ref")
    return pointer if isinstance(pointer, str) else ""


_REMARKS = frozenset(("title", "description", "default", "examples"))
"""What needs a line of its own; titles do so even where they are not shown."""


@dataclass(frozen=True, slots=True)
class _Property:
    """A property of an object, ``label`` being its name with a mark when it may be missing."""

    label: str
    schema: Mapping[str, object]


def _properties(schema: Mapping[str, object]) -> list[_Property]:
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return []
    required = _sequence(schema.get("required"))
    return [
        _Property(f"{name}{'' if name in required else '?'}", one if isinstance(one, Mapping) else {})
        for name, one in found.items()
    ]


def _comment(text: str, indent: str) -> str:
    if not text.strip():
        return ""
    return "".join(f"{indent}// {line.strip()}".rstrip() + "\n" for line in text.strip().split("\n"))


def _examples(schema: Mapping[str, object], indent: str) -> str:
    examples = [one for one in _sequence(schema.get("examples")) if isinstance(one, str)]
    lines = "".join(f"{indent}// - {json.dumps(one, ensure_ascii=False)}\n" for one in examples)
    return f"{indent}// Examples:\n{lines}" if lines else ""


def _default(schema: Mapping[str, object]) -> str:
    if "default" not in schema:
        return ""
    default = schema["default"]
    if isinstance(default, str) and "enum" in schema:
        return f" // default: {default}"
    return f" // default: {json.dumps(default, ensure_ascii=False, separators=(',', ':'))}"


def _listed(names: Sequence[str], indent: str) -> str:
    return names[0] if len(names) == 1 else "".join(f"\n{indent} | {name}" for name in names)


def _primitive(named: str) -> str:
    return "number" if named == "integer" else named


def _sequence(found: object) -> Sequence[object]:
    return found if isinstance(found, list | tuple) else ()


def _text(schema: Mapping[str, object], key: str) -> str:
    found = schema.get(key)
    return found if isinstance(found, str) else ""
