"""Prompt caching by the provider: what a repeated beginning of a prompt costs.

Not CrewAI's ``cache:``, which remembers tool results.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from crewprof.models.facts import Facts
    from crewprof.models.identity import ModelIdentity
    from crewprof.models.prices import Prices


class PromptCaching(NamedTuple):
    """How a provider caches prompts.

    ``minimum_tokens``: the shortest equal beginning that is cached. ``read_factor`` and ``write_factor``
    are shares of the input price, ``None`` when the price data has none (the write factor is then 1).
    ``automatic``: nothing has to be marked by the user. CrewAI marks the system and the first user
    message itself for Anthropic's own API (``crewai/llms/cache.py``), so that counts as automatic.
    ``guaranteed``: whether an equal beginning is surely served from the cache. ``source`` says who says so.
    """

    minimum_tokens: int
    read_factor: Decimal | None
    write_factor: Decimal
    automatic: bool
    guaranteed: bool
    source: str


class _Rule(NamedTuple):
    minimum_tokens: int
    source: str
    automatic: bool = True
    guaranteed: bool = False


# Minimums by model come from the catalogue CrewAI ships, where it has one (Claude: 512 to 4,096; Gemini);
# these hold for the others. Read in copies of the pages of October and November 2026.
_IMPLICIT_GEMINI = _Rule(2048, "Google, context caching: implicit on 2.5 and later, not guaranteed")
_IMPLICIT_GEMINI_3 = _Rule(4096, "Google, context caching: implicit from 4,096 tokens, not guaranteed")
_RULES = {
    "openai": _Rule(1024, "OpenAI, prompt caching: automatic from 1,024 tokens"),
    "azure": _Rule(1024, "Azure OpenAI, prompt caching: automatic from 1,024 tokens"),
    "anthropic": _Rule(
        1024, "Anthropic, prompt caching: marked by CrewAI, minimum by model", guaranteed=True
    ),
    "bedrock": _Rule(
        1024, "Amazon Bedrock, prompt caching: needs cache points, CrewAI sets none", automatic=False
    ),
    "gemini": _IMPLICIT_GEMINI,
    "vertex_ai": _IMPLICIT_GEMINI,
    "deepseek": _Rule(64, "DeepSeek, context caching (August 2024): automatic in units of 64 tokens"),
    "xai": _Rule(1024, "xAI, prompt caching: automatic; 1,024 tokens are assumed, no minimum is published"),
    "groq": _Rule(
        1024, "Groq, prompt caching: automatic from 128 to 1,024 tokens by model, the most is taken"
    ),
    "openrouter": _Rule(1024, "OpenRouter, prompt caching: as the provider behind it, 1,024 tokens assumed"),
}
_WITHOUT_MARKS = ("claude",)


def prompt_caching(identity: ModelIdentity, prices: Prices, facts: Facts | None) -> PromptCaching | None:
    """The caching of a model, ``None`` where none is known or its price data has no cached rate."""
    rule = _rule_of(identity)
    # Without a cached rate in the price data nothing is known to be saved, so no caching is promised.
    if rule is None or prices.input is None or prices.cached_input is None or not prices.input.base:
        return None
    needs_marks = identity.provider in ("openrouter", "vertex_ai", "azure") and any(
        family in identity.name.lower() for family in _WITHOUT_MARKS
    )
    write = prices.cache_write or prices.input
    return PromptCaching(
        minimum_tokens=(facts.cache_minimum_tokens if facts else None) or rule.minimum_tokens,
        read_factor=prices.cached_input.base / prices.input.base,
        write_factor=write.base / prices.input.base,
        automatic=rule.automatic and not needs_marks,
        guaranteed=rule.guaranteed,
        source=rule.source,
    )


def _rule_of(identity: ModelIdentity) -> _Rule | None:
    rule = _RULES.get(identity.provider)
    is_gemini_3 = rule is _IMPLICIT_GEMINI and re.match(r"gemini-[3-9]", identity.name.lower())
    return _IMPLICIT_GEMINI_3 if is_gemini_3 else rule
