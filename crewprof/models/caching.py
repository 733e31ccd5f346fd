"""Prompt caching by the provider: what a repeated beginning of a prompt costs.

Not CrewAI's ``cache:``, which remembers tool results.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crewprof.models.facts import Facts
from crewprof.models.identity import ModelIdentity
from crewprof.models.prices import Prices


@dataclass(frozen=True, slots=True)
class PromptCaching:
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


# provider: minimum tokens, automatic through CrewAI, guaranteed, source.
_RULES: dict[str, tuple[int, bool, bool, str]] = {
    "openai": (1024, True, False, "OpenAI, prompt caching guide: automatic from 1,024 tokens"),
    "azure": (1024, True, False, "Azure OpenAI, prompt caching: automatic from 1,024 tokens"),
    "anthropic": (1024, True, True, "Anthropic, prompt caching: marked by CrewAI, 1,024 to 4,096 tokens by model"),
    "bedrock": (1024, False, True, "Amazon Bedrock, prompt caching: needs cache points, which CrewAI does not set"),
    "gemini": (2048, True, False, "Google, context caching: implicit on 2.5 and later, not guaranteed"),
    "vertex_ai": (2048, True, False, "Google, context caching: implicit on 2.5 and later, not guaranteed"),
    "deepseek": (64, True, False, "DeepSeek, context caching: automatic in units of 64 tokens"),
    "xai": (1024, True, False, "xAI, prompt caching: automatic"),
    "groq": (1024, True, False, "Groq, prompt caching: automatic on the models with a cached price"),
    "openrouter": (1024, True, False, "OpenRouter, prompt caching: as the provider behind it, if it is automatic"),
}
_WITHOUT_MARKS = ("claude",)


def prompt_caching(identity: ModelIdentity, prices: Prices, facts: Facts | None) -> PromptCaching | None:
    """The caching of a model, ``None`` where none is known or its price data has no cached rate."""
    rule = _RULES.get(identity.provider)
    if rule is None or prices.input is None or prices.cached_input is None or not prices.input.base:
        return None
    minimum, automatic, guaranteed, source = rule
    needs_marks = identity.provider in ("openrouter", "vertex_ai", "azure") and any(
        family in identity.name.lower() for family in _WITHOUT_MARKS
    )
    write = prices.cache_write or prices.input
    return PromptCaching(
        minimum_tokens=(facts.cache_minimum_tokens if facts else None) or minimum,
        read_factor=prices.cached_input.base / prices.input.base,
        write_factor=write.base / prices.input.base,
        automatic=automatic and not needs_marks,
        guaranteed=guaranteed,
        source=source,
    )
