"""The usage a provider reports, in the words of the profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_COUNTS = frozenset(
    (
        "prompt_tokens",
        "prompt_token_count",
        "input_tokens",
        "completion_tokens",
        "candidates_token_count",
        "output_tokens",
        "inputTokens",
        "outputTokens",
    )
)
_READ = ("cache_read_input_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount")
_WRITTEN = ("cache_creation_input_tokens", "cacheWriteInputTokens", "cacheWriteInputTokenCount")


class Usage(NamedTuple):
    """Tokens of one call as billed; ``prompt`` includes the cached and the written ones, ``completion`` the
    reasoning."""

    prompt: int
    completion: int
    cached: int
    written: int
    reasoning: int


def usage_of(reported: Any) -> Usage | None:
    """What ``reported``, a provider's own usage as CrewAI passes it on, says; ``None`` when it says nothing.

    The names are those of ``crewai/types/usage_metrics.py`` (``UsageMetrics.from_provider_dict``) 1.15.30
    and of Bedrock's Converse API, which CrewAI passes on unchanged. Where Anthropic or Bedrock name cached
    tokens apart, their input leaves them out (their documents on prompt caching).
    """
    if hasattr(reported, "model_dump"):  # LiteLLM's
        reported = reported.model_dump()
    if not isinstance(reported, Mapping) or not _COUNTS.intersection(reported):
        return None
    prompt = _first(reported, "prompt_tokens", "prompt_token_count", "input_tokens", "inputTokens")
    cached = _first(reported, "cached_tokens", "cached_prompt_tokens", *_READ)
    cached = cached or _inner(reported, "prompt_tokens_details", "cached_tokens")
    cached = cached or _inner(reported, "input_tokens_details", "cached_tokens")
    written = _first(reported, "cache_creation_tokens", *_WRITTEN)
    # Only beside counts of the cache of its own: OpenAI's ``input_tokens`` include what was cached.
    own = _first(reported, "input_tokens", "inputTokens")
    if own and any(name in reported for name in (*_READ, *_WRITTEN)):
        prompt = own + _first(reported, *_READ) + _first(reported, *_WRITTEN)
    completion = _first(
        reported, "completion_tokens", "candidates_token_count", "output_tokens", "outputTokens"
    )
    reasoning = _first(reported, "reasoning_tokens", "thoughts_token_count")
    reasoning = reasoning or _inner(reported, "completion_tokens_details", "reasoning_tokens")
    reasoning = reasoning or _inner(reported, "output_tokens_details", "reasoning_tokens")
    return Usage(prompt, completion, cached, written, reasoning)


def _first(reported: Mapping[str, Any], *names: str) -> int:
    for name in names:
        value = reported.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value:
            return int(value)
    return 0


def _inner(reported: Mapping[str, Any], outer: str, name: str) -> int:
    inner = reported.get(outer)
    return _first(inner, name) if isinstance(inner, Mapping) else 0


def total_of(usages: list[Usage]) -> Usage | None:
    """The sum of what several requests of one call have used; ``None`` of none."""
    if not usages:
        return None
    return Usage(*(sum(numbers) for numbers in zip(*usages, strict=True)))
