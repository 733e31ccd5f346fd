"""Prices, judged by the library the digest is made from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import genai_prices
import pytest
from genai_prices.data import providers
from genai_prices.types import ModelInfo, Provider, TimeOfDateConstraint
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.models import Match, lookup
from crewprof.models.digest import digest, entries_of
from crewprof.models.matching import find_entry
from crewprof.models.prices import price_on

if TYPE_CHECKING:
    from decimal import Decimal

TODAY = datetime.now(tz=UTC).date()
MODELS = [(provider, model) for provider in providers for model in provider.models]
SPELLINGS = (
    "{}",
    "{}-2024-07-18",
    "{}-20250514",
    "{}-latest",
    "{}-v1:0",
    "{}@20240620",
    "{}-preview",
    "{}-0125",
    "{}-mini",
    "{}2",
)
NAMED = {provider.id: provider for provider in providers}


def library_cost(
    provider: Provider, model: ModelInfo, tokens: tuple[int, int, int], moment: datetime
) -> Decimal:
    input_tokens, output_tokens, cached = tokens
    usage = genai_prices.Usage(
        input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached or None
    )
    return model.calc_price(usage, provider, genai_request_timestamp=moment).total_price


def is_hourly(model: ModelInfo) -> bool:
    prices: Any = model.prices
    return isinstance(prices, list) and any(
        isinstance(one.constraint, TimeOfDateConstraint) for one in prices
    )


@pytest.mark.parametrize("tokens", [(1000, 500, 0), (250_000, 2_000, 100_000), (1_500_000, 0, 0)])
@pytest.mark.parametrize("day", [TODAY, date(2027, 6, 1), date(2025, 1, 1)])
def test_every_model_of_the_library_costs_what_the_library_says(
    day: date, tokens: tuple[int, int, int]
) -> None:
    moment = datetime.combine(day, time(12), tzinfo=UTC)
    compared = 0
    for provider in providers:
        entries = entries_of(digest(), provider.id)
        assert [entry.id for entry in entries] == [model.id for model in provider.models]
        for entry, model in zip(entries, provider.models, strict=True):
            ours = price_on(entry.prices, day).prices.cost(tokens[0], tokens[1], tokens[2])
            if ours is None or is_hourly(model):
                continue
            assert ours == library_cost(provider, model, tokens, moment), (provider.id, model.id)
            compared += 1
    assert compared > 1500


def test_a_price_that_changes_with_the_hour_is_that_of_most_hours() -> None:
    for provider, model in MODELS:
        if not is_hourly(model):
            continue
        entry = next(entry for entry in entries_of(digest(), provider.id) if entry.id == model.id)
        priced = price_on(entry.prices, TODAY)
        hours = [
            library_cost(
                provider, model, (1000, 1000, 0), datetime.combine(TODAY, time(hour, 45), tzinfo=UTC)
            )
            for hour in range(24)
        ]
        ours = priced.prices.cost(1000, 1000)
        assert ours is not None
        assert hours.count(ours) > 12
        assert priced.note is not None


def test_unknown_is_none_and_never_zero() -> None:
    for provider, model in MODELS:
        entry = next(entry for entry in entries_of(digest(), provider.id) if entry.id == model.id)
        prices = price_on(entry.prices, TODAY).prices
        if prices.input is None or prices.output is None:
            assert prices.cost(1000, 1000) is None


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(MODELS), st.sampled_from(SPELLINGS))
def test_a_name_is_never_priced_as_another_entry_than_the_library_finds(
    known: tuple[Provider, ModelInfo], spelling: str
) -> None:
    provider, model = known
    name = spelling.format(model.id)
    found = find_entry(digest(), provider.id, name)
    theirs = provider.find_model(name, all_providers=providers)
    if found is not None and not (provider.id == "aws" and theirs is None):
        assert theirs is not None
        assert found.entry.id == theirs.id


def test_every_name_the_library_lists_is_found() -> None:
    for provider, model in MODELS:
        if model.id.startswith("regional."):
            continue
        theirs = provider.find_model(model.id, all_providers=providers)
        if theirs is not None:
            found = find_entry(digest(), provider.id, model.id)
            assert found is not None, (provider.id, model.id)
            assert found.entry.id == theirs.id


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("openai/gpt-4o", "openai"),
        ("gpt-4o-mini-2024-07-18", "openai"),
        ("azure/gpt-4.1-mini", "azure"),
        ("anthropic/claude-sonnet-4-20250514", "anthropic"),
        ("claude-3-5-haiku-latest", "anthropic"),
        ("bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0", "aws"),
        ("bedrock/anthropic.claude-3-haiku-20240307-v1:0", "aws"),
        ("gemini/gemini-2.5-flash", "google"),
        ("vertex_ai/claude-3-5-sonnet@20240620", "google"),
        ("groq/llama-3.1-8b-instant", "groq"),
        ("openrouter/anthropic/claude-3.5-sonnet", "openrouter"),
        ("mistral/mistral-large-latest", "mistral"),
        ("cerebras/llama3.1-8b", "cerebras"),
        ("xai/grok-3-mini", "x-ai"),
        ("together_ai/meta-llama/Llama-3-70b-chat-hf", "together"),
        ("ft:gpt-4o-mini-2024-07-18:acme::abc123", "openai"),
        ("perplexity/sonar-pro", "perplexity"),
    ],
)
def test_a_crewai_model_string_costs_what_the_library_says(model: str, provider: str) -> None:
    entry = lookup(model)
    theirs = genai_prices.calc_price(
        genai_prices.Usage(input_tokens=1234, output_tokens=567), entry.identity.name, provider_id=provider
    )
    assert entry.prices.cost(1234, 567) == theirs.total_price
    assert entry.match is not Match.NONE
    assert entry.matched == theirs.model.id
    assert provider in NAMED
