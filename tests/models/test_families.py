"""Tier, generation, speed and retirement by family."""

from __future__ import annotations

import json
from datetime import date

import pytest

from crewprof.models import SPEEDS, TIERS, lookup
from crewprof.models.digest import digest, entries_of
from crewprof.models.families import generations
from crewprof.models.sections import DATA

FILE = json.loads((DATA / "families.json").read_text(encoding="utf-8"))
NOT_CHAT = (
    "audio",
    "computer-use",
    "embed",
    "image",
    "live",
    "moderation",
    "ocr",
    "realtime",
    "transcribe",
    "tts",
)
SPECIAL = (
    *NOT_CHAT,
    *(
        "whisper",
        "robotics",
        "omni",
        "nano-banana",
        "deep-research",
        "cyber",
        "rosalind",
        "safeguard",
        "voice",
    ),
    *(
        "ada",
        "babbage",
        "curie",
        "davinci",
        "moderation",
        "gpt-chat",
        "saba",
        "multi-agent",
        "build",
        "voxtral",
    ),
    *("zai-glm", "ft:", ".ft-", "search-api"),
)


@pytest.mark.parametrize(
    ("model", "tier", "generation"),
    [
        ("openai/gpt-4o", "frontier", "gpt-4o"),
        ("gpt-4o-mini-2024-07-18", "light", "gpt-4o"),
        ("gpt-4.1", "frontier", "gpt-4.1"),
        ("gpt-4.1-nano", "light", "gpt-4.1"),
        ("gpt-4-0613", "frontier", "gpt-4"),
        ("gpt-3.5-turbo-16k", "light", "gpt-3.5"),
        ("azure/gpt-35-turbo", "light", "gpt-3.5"),
        ("gpt-5.4-mini", "light", "gpt-5.4"),
        ("gpt-5.6-terra", "standard", "gpt-5.6"),
        ("gpt-6-luna", "light", "gpt-6"),
        ("o3-mini", "standard", "o3"),
        ("o1-preview", "frontier", "o1"),
        ("claude-3-5-haiku-latest", "light", "claude-3.5"),
        ("anthropic/claude-3-opus-20240229", "frontier", "claude-3"),
        ("claude-sonnet-4-20250514", "standard", "claude-4"),
        ("claude-opus-4-0", "frontier", "claude-4"),
        ("openrouter/anthropic/claude-3.5-sonnet", "standard", "claude-3.5"),
        ("openrouter/anthropic/claude-haiku-4.5", "light", "claude-4.5"),
        ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "standard", "claude-4.5"),
        ("vertex_ai/claude-3-5-sonnet@20240620", "standard", "claude-3.5"),
        ("bedrock/amazon.nova-micro-v1:0", "light", "nova"),
        ("gemini/gemini-1.5-flash-002", "light", "gemini-1.5"),
        ("gemini/gemini-2.0-flash-lite-001", "light", "gemini-2.0"),
        ("gemini/gemini-2.5-pro-preview-05-06", "frontier", "gemini-2.5"),
        ("gemini/gemini-2.5-flash-lite", "light", "gemini-2.5"),
        ("groq/llama-3.3-70b-versatile", "standard", "llama-3.3"),
        ("groq/llama-3.1-8b-instant", "light", "llama-3.1"),
        ("ollama/llama3.1:8b", "light", "llama-3.1"),
        ("ollama/qwen2.5:7b", "light", "qwen-2.5"),
        ("deepseek/deepseek-reasoner", "frontier", "deepseek-r1"),
        ("mistral/mistral-small-2506", "light", "mistral"),
        ("mistral/mistral-large-2411", "frontier", "mistral"),
        ("xai/grok-4-fast-non-reasoning", "light", "grok-4"),
    ],
)
def test_the_tier_and_generation_of_known_models(model: str, tier: str, generation: str) -> None:
    entry = lookup(model)
    assert (entry.tier, entry.generation) == (tier, generation)


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-audio-preview",
        "gpt-realtime",
        "text-embedding-3-small",
        "gpt-4o-mega",
        "foo",
        "azure/prod",
        "",
    ],
)
def test_a_name_no_family_explains_has_no_tier_and_an_unknown_speed(model: str) -> None:
    entry = lookup(model)
    assert entry.tier is None
    assert entry.speed.name == "unknown"


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google", "mistral", "deepseek"])
def test_every_chat_model_of_the_large_providers_has_a_tier(provider: str) -> None:
    prefix = {"google": "gemini"}.get(provider, provider)
    missing = [
        entry.id
        for entry in entries_of(digest(), provider)
        if lookup(f"{prefix}/{entry.id}").tier is None
        and not any(word in entry.id for word in SPECIAL)
        and lookup(f"{prefix}/{entry.id}").priced
    ]
    assert missing == []


def test_what_does_not_chat_has_no_tier() -> None:
    for provider in ("openai", "google"):
        prefix = {"google": "gemini"}.get(provider, provider)
        for entry in entries_of(digest(), provider):
            if any(word in entry.id for word in NOT_CHAT):
                assert lookup(f"{prefix}/{entry.id}").tier is None, entry.id


def test_the_file_says_why_and_when_and_names_known_classes() -> None:
    for row in FILE["families"]:
        assert row["tier"] in TIERS
        assert row["speed"] in SPEEDS
        assert row["reason"]
        assert date.fromisoformat(row["date"]) <= date.fromisoformat(FILE["reviewed"])
    for row in FILE["retired"]:
        assert row["source"]
        assert row["found"]
        assert date.fromisoformat(row["on"])


def test_lighter_tiers_are_cheaper_within_a_generation() -> None:
    for provider in ("openai", "anthropic", "google"):
        prefix = {"google": "gemini"}.get(provider, provider)
        by_generation: dict[str, list[tuple[int, object]]] = {}
        for listed in entries_of(digest(), provider):
            entry = lookup(f"{prefix}/{listed.id}")
            if entry.family is None or entry.family.api_name is None or entry.output_price is None:
                continue
            by_generation.setdefault(entry.family.generation, []).append(
                (TIERS.index(entry.family.tier), entry.output_price)
            )
        for generation, members in by_generation.items():
            for tier, price in members:
                heavier = [other for other_tier, other in members if other_tier > tier]
                assert all(price <= other for other in heavier), generation  # type: ignore[operator]


def test_generations_are_listed_from_old_to_new() -> None:
    order = list(generations("openai"))
    assert order.index("gpt-4") < order.index("gpt-4o") < order.index("gpt-4.1") < order.index("gpt-5")


@pytest.mark.parametrize(
    ("model", "day"),
    [
        ("claude-3-5-sonnet-20241022", date(2025, 10, 28)),
        ("anthropic/claude-3-opus-20240229", date(2026, 1, 5)),
        ("gemini/gemini-1.5-pro", date(2025, 9, 29)),
        ("gpt-4-32k", date(2025, 6, 6)),
        ("deepseek/deepseek-chat", date(2026, 7, 24)),
        ("claude-instant-1.2", date(2024, 11, 6)),
        ("claude-2.1", date(2025, 7, 21)),
        ("bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0", date(2026, 3, 1)),
        ("gemini/gemini-2.5-pro", date(2026, 12, 1)),
        ("vertex_ai/gemini-2.5-pro", date(2026, 10, 20)),
        ("openai/gpt-5-mini", date(2026, 12, 11)),
        ("groq/llama-3.3-70b-versatile", date(2026, 8, 16)),
    ],
)
def test_a_model_is_retired_from_its_day_on(model: str, day: date) -> None:
    before, after = (lookup(model, on=one) for one in (date(2024, 1, 1), day))
    assert after.retirement is not None
    assert after.retirement.on == day
    assert after.retirement.source
    assert after.retired
    assert not before.retired


@pytest.mark.parametrize(
    "model",
    [
        "groq/llama-3.1-70b",  # another name than the one Groq retired
        "openrouter/meta-llama/llama-3.3-70b-instruct",  # retired at Groq, not here
        "gemini/gemini-2.0-flash-lite-001-tuned",
        "openai/gpt-5.2",
        "azure/gpt-5",
    ],
)
def test_a_date_holds_for_the_very_model_at_the_very_provider(model: str) -> None:
    assert lookup(model, on=date(2026, 11, 22)).retired is False


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4o-mini", "claude-haiku-4-5", "foo", "ollama/llama3"])
def test_a_model_nobody_retires_is_not_retired(model: str) -> None:
    assert not lookup(model).retired
