"""How far the counts of models of other makers lie from those of ``o200k_base``.

Anthropic and Gemini are fitted on recorded requests with the provider's own usage; Llama, Qwen and Mistral on
the makers' own tokenizers run over the text of 3,703 recorded requests. Each entry states the error found.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.tokens.encoding import O200K, count_text
from crewprof.tokens.family import Family, bare_name, family_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.tokens.messages import Message, ToolDefinition


@dataclass(frozen=True, slots=True)
class ToolCalibration:
    """What tools cost: ``base`` once (``forced_base`` when one must be called), ``each`` more per tool.

    ``text`` writes a definition as the model reads it, ``ratio`` tokens for each ``o200k_base`` token of it.
    A call costs ``per_call`` and ``call_ratio`` times its name and arguments, its result ``result_ratio``
    times the text.
    """

    base: float
    forced_base: float
    each: float
    ratio: float
    text: Callable[[ToolDefinition], str]
    per_call: float
    call_ratio: float
    result_ratio: float

    def definitions(self, tools: Sequence[ToolDefinition], *, forced: bool) -> float:
        """Tokens of offering ``tools``."""
        if not tools:
            return 0
        written = sum(count_text(self.text(tool), O200K) for tool in tools)
        return (self.forced_base if forced else self.base) + self.each * len(tools) + self.ratio * written


@dataclass(frozen=True, slots=True)
class Calibration:
    """A model's tokens from those of ``o200k_base``.

    Text of ``T`` tokens in ``m`` messages is ``ratio * T + per_request + per_message * m``; permission to
    think costs ``thinking``, a response schema ``schema_base`` and ``schema_ratio`` times its JSON.
    ``relative_error`` is the mean one on what it was fitted on, ``None`` when there was nothing to compare
    with.
    """

    ratio: float
    per_request: float
    per_message: float
    tools: ToolCalibration
    relative_error: float | None
    source: str
    thinking: float = 0
    schema_base: float = 0
    schema_ratio: float = 0

    def message(self, message: Message) -> float:
        """Tokens of one message."""
        text = count_text(message.content, O200K)
        if message.role == "tool":
            return self.tools.result_ratio * text
        calls = sum(
            count_text(call.name, O200K) + count_text(call.arguments, O200K) for call in message.calls
        )
        called = self.tools.per_call * len(message.calls) + self.tools.call_ratio * calls
        return self.per_message + self.ratio * text + called

    def schema(self, schema: Mapping[str, object]) -> float:
        """Tokens of demanding an answer by a JSON ``schema``."""
        return self.schema_base + self.schema_ratio * count_text(
            json.dumps(schema, ensure_ascii=False), O200K
        )


def calibration_of(model_id: str) -> Calibration:
    """The calibration for a model that is not OpenAI's."""
    return _calibration(family_of(model_id), bare_name(model_id))


@cache
def _calibration(family: Family, name: str) -> Calibration:
    if family is Family.ANTHROPIC:
        return _anthropic(name)
    if family is Family.GEMINI:
        return _GEMINI_2_0 if re.search(r"gemini-(1|2\.0)", name) else _GEMINI
    if family is Family.LLAMA:
        return _LLAMA_4 if re.search(r"llama-?4", name) else _LLAMA
    if "gpt-oss" in name:
        return _GPT_OSS
    return _BY_FAMILY.get(family, _OTHER)


def _spaced(tool: ToolDefinition) -> str:
    definition = {"description": tool.description, "name": tool.name, "parameters": tool.parameters}
    return json.dumps(definition, ensure_ascii=False)


def _wrapped(tool: ToolDefinition) -> str:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return json.dumps({"type": "function", "function": function}, ensure_ascii=False)


_UNREAD_BY_GEMINI = frozenset(("title", "additionalProperties", "default", "propertyOrdering"))


def _without_unread(tool: ToolDefinition) -> str:
    definition = {"name": tool.name, "description": tool.description, "parameters": _read(tool.parameters)}
    return json.dumps(definition, separators=(",", ":"), ensure_ascii=False)


def _read(schema: object) -> object:
    if isinstance(schema, list | tuple):
        return [_read(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _read(value) for key, value in schema.items() if key not in _UNREAD_BY_GEMINI}
    named = schema.get("properties")
    return (
        # Properties by name are no keys of the schema: one called ``title`` is read.
        {**kept, "properties": {name: _read(one) for name, one in named.items()}}
        if isinstance(named, dict)
        else kept
    )


def _words(tool: ToolDefinition) -> str:
    # Gemini 2.0 bills the words of schemas in its own spelling (types in capitals), and none of JSON schemas.
    own = str(tool.parameters.get("type", "")).isupper()
    return " ".join([tool.name, tool.description, *(_schema_words(tool.parameters) if own else ())])


def _schema_words(schema: Mapping[str, object]) -> list[str]:
    words = []
    named = schema.get("properties")
    for name, one in named.items() if isinstance(named, dict) else ():
        words.append(name)
        if isinstance(one, dict):
            words += [str(one.get("description", "")), *_schema_words(one)]
    items = schema.get("items")
    return words + (_schema_words(items) if isinstance(items, dict) else [])


_CLAUDE_TOOLS = ToolCalibration(290, 301, 30, 1.0, _spaced, per_call=48.5, call_ratio=1.2, result_ratio=1.15)
_CLAUDE = Calibration(
    ratio=1.08,
    per_request=4.5,
    per_message=2.7,
    tools=_CLAUDE_TOOLS,
    relative_error=0.03,
    source="fitted on 115 recorded requests to Claude 3 to 4.6",
    thinking=30,
    schema_base=97,
    schema_ratio=1.59,
)
_CLAUDE_TOOL_PROMPTS = (
    # Base with tools at choice, base with a tool forced. Fitted, but for 3-opus, 3.5 and 3.7, which are from
    # https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/overview#pricing.
    (late_pattern(r"3-haiku|3-5-haiku|haiku-3"), 245, 343),
    (late_pattern(r"3-sonnet"), 133, 246),
    (late_pattern(r"3-opus"), 530, 281),
    (late_pattern(r"3-[57]-sonnet|sonnet-3"), 346, 313),
    (late_pattern(r"(opus|sonnet|haiku)-4(-1)?(-20\d{6}|-latest|-0)?(-v\d.*|@.*)?$"), 290, 301),
    (late_pattern(r"-4-5"), 482, 551),
    (late_pattern(r"opus-4-[7-9]|opus-5|fable"), 300, 400),
    (late_pattern(r""), 482, 595),
)
_NEWER_CLAUDE = late_pattern(r"opus-4-[7-9]|opus-5|fable")
_NEWER_CLAUDE_RATIO = 1.38
"""Tokenizer of Claude Opus 4.7 and later, Opus 5 and Fable. Fit on 20 recorded calls."""


def _anthropic(name: str) -> Calibration:
    dashed = name.replace(".", "-")
    base, forced = next(
        (auto, any_) for pattern, auto, any_ in _CLAUDE_TOOL_PROMPTS if pattern.search(dashed)
    )
    claude = replace(_CLAUDE, tools=replace(_CLAUDE_TOOLS, base=base, forced_base=forced))
    if not _NEWER_CLAUDE.search(dashed):
        return claude
    tools = replace(claude.tools, ratio=_NEWER_CLAUDE_RATIO)
    return replace(claude, ratio=_NEWER_CLAUDE_RATIO, tools=tools, relative_error=0.1)


_GEMINI = Calibration(
    ratio=1.045,
    per_request=1,
    per_message=0,
    tools=ToolCalibration(0, 0, 0, 1.04, _without_unread, per_call=17.5, call_ratio=1.21, result_ratio=1.2),
    relative_error=0.05,
    source="fitted on 71 recorded requests to Gemini 1.5 to 3",
)
_GEMINI_2_0 = replace(
    _GEMINI,
    per_request=0,
    tools=ToolCalibration(0, 0, 4, 1.05, _words, per_call=0, call_ratio=1.0, result_ratio=0.9),
)
_PLAIN_TOOLS = ToolCalibration(120, 120, 0, 1.0, _wrapped, per_call=10, call_ratio=1.05, result_ratio=1.05)
_TEMPLATE = "text by the maker's tokenizer on recorded requests, framing by its chat template"
_LLAMA = Calibration(1.01, 30, 5, _PLAIN_TOOLS, 0.02, _TEMPLATE)
_LLAMA_4 = Calibration(1.0, 3, 4, replace(_PLAIN_TOOLS, base=650, forced_base=650), 0.02, _TEMPLATE)
_DEEPSEEK_TOOLS = replace(_PLAIN_TOOLS, base=215, forced_base=215, per_call=50)
_MISTRAL_TOOLS = replace(_PLAIN_TOOLS, base=3, forced_base=3, ratio=1.05)
_BY_FAMILY = {
    Family.QWEN: Calibration(1.01, 3, 5, _PLAIN_TOOLS, 0.02, _TEMPLATE),
    Family.MISTRAL: Calibration(1.03, 1, 2, _MISTRAL_TOOLS, 0.02, _TEMPLATE),
    Family.DEEPSEEK: Calibration(1.03, 2, 1, _DEEPSEEK_TOOLS, 0.05, "fitted on 7 recorded requests"),
}
_OTHER = Calibration(1.03, 3, 4, _PLAIN_TOOLS, None, "unknown model, taken to be like those that are known")
_GPT_OSS = Calibration(1.0, 63, 4, _PLAIN_TOOLS, 0.05, "its own encoding, framing fitted on 5 requests")
