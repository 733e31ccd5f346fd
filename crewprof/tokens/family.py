"""Which family of models a model string names, as far as counting tokens goes.

Accepts any string CrewAI takes: ``gpt-4o``, ``openai/gpt-4o``, ``azure/gpt-4o``,
``openrouter/openai/gpt-4o``, ``ft:gpt-4o-mini:acme::x``,
``bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0``, ``ollama/llama3.1:8b``.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from crewprof.late_patterns import late_pattern


class Family(Enum):
    """Models that share a way of counting."""

    OPENAI = "OpenAI"
    ANTHROPIC = "Anthropic"
    GEMINI = "Gemini"
    MISTRAL = "Mistral"
    DEEPSEEK = "DeepSeek"
    LLAMA = "Llama"
    QWEN = "Qwen"
    OTHER = "other"


_OPENAI = late_pattern(r"(chatgpt|gpt-?(3|4|5)|o[1-9](-|$)|codex|computer-use)")
# Read in this order: "deepseek-r1-distill-llama-70b" has the tokenizer of Llama, "…-qwen-32b" that of Qwen.
_OTHERS = (
    (Family.ANTHROPIC, late_pattern(r"claude")),
    (Family.GEMINI, late_pattern(r"gemini|gemma")),
    (Family.LLAMA, late_pattern(r"llama")),
    (Family.QWEN, late_pattern(r"qwen|qwq|qvq")),
    (Family.MISTRAL, late_pattern(r"mi[sx]tral|codestral|magistral|ministral|devstral|pixtral|voxtral")),
    (Family.DEEPSEEK, late_pattern(r"deepseek")),
)


@cache
def bare_name(model_id: str) -> str:
    """``model_id`` in lower case without provider, region and fine-tune parts: ``gpt-4o-2024-08-06``."""
    name = model_id.strip().lower().rsplit("/", 1)[-1]
    if name.startswith("ft:"):
        name = name.split(":")[1]
    return re.sub(r"^gpt-?35", "gpt-3.5", name)


@cache
def family_of(model_id: str) -> Family:
    """The family that ``model_id`` belongs to; :attr:`Family.OTHER` when its name tells nothing."""
    name = bare_name(model_id)
    if _OPENAI.match(name):
        return Family.OPENAI
    return next((family for family, pattern in _OTHERS if pattern.search(name)), Family.OTHER)


@cache
def is_gpt_5(model_id: str) -> bool:
    """Whether ``model_id`` is of the gpt-5 family (5, 5.1, 5.2, mini, nano …)."""
    return re.match(r"gpt-?5", bare_name(model_id)) is not None


@cache
def is_reasoning(model_id: str) -> bool:
    """Whether ``model_id`` is one of OpenAI's models that think before they answer, from o3 on."""
    return is_gpt_5(model_id) or re.match(r"o[3-9](-|$)", bare_name(model_id)) is not None


@cache
def is_gpt_4(model_id: str) -> bool:
    """Whether ``model_id`` is the first gpt-4 (not turbo and its previews, not gpt-4o or 4.1)."""
    return re.match(r"gpt-?4(-32k)?(-0314|-0613)?$", bare_name(model_id)) is not None


@cache
def is_gpt_4_or_older(model_id: str) -> bool:
    """Whether ``model_id`` is an OpenAI model of the cl100k_base age: gpt-4, gpt-4-turbo, gpt-3.5."""
    return re.match(r"gpt-?(3|4(-|$))", bare_name(model_id)) is not None
