"""A wrong price is worse than none: names that look like a known model but are another."""

from __future__ import annotations

import pytest

from crewprof.models import Match, lookup


@pytest.mark.parametrize(
    ("model", "matched", "how"),
    [
        ("openai/gpt-4o", "gpt-4o", Match.EXACT),
        ("OpenAI/GPT-4o", "gpt-4o", Match.EXACT),
        ("gpt-4", "gpt-4", Match.EXACT),
        ("gpt-4o-mini", "gpt-4o-mini", Match.EXACT),
        ("gpt-4o-2024-08-06", "gpt-4o", Match.DATED_ALIAS),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13", Match.EXACT),
        ("gpt-5.2-20251211", "gpt-5.2", Match.DATED_ALIAS),
        ("gpt-5-chat-latest", "gpt-5", Match.LATEST_ALIAS),
        ("claude-sonnet-4-20250514", "claude-sonnet-4-0", Match.DATED_ALIAS),
        ("mistral/mistral-large-latest", "mistral-large", Match.LATEST_ALIAS),
        ("ft:gpt-4o-mini-2024-07-18:acme::1", "ft:gpt-4o-mini", Match.PREFIX),
        (
            "us.anthropic.claude-sonnet-4-5-v1:0",
            "regional.anthropic.claude-sonnet-4-5-20250929-v1:0",
            Match.PREFIX,
        ),
        ("azure/gpt-35-turbo", "gpt-3.5-turbo", Match.EXACT),
    ],
)
def test_how_a_name_met_its_entry(model: str, matched: str, how: Match) -> None:
    entry = lookup(model)
    assert (entry.matched, entry.match) == (matched, how)


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-mega",
        "gpt-4o-2031-01-01",
        "gpt-4.7",
        "gpt-44",
        "gpt-4-mini",
        "gpt-5-mini-ultra",
        "claude-3-5-sonnet-mini",
        "claude-sonnet-7",
        "claude-opus-4-10",
        "gemini/gemini-3.8-flash-lite",
        "gemini/gemini-1.5-flash-8b",
        "gemini/gemini-9-pro",
        "azure/my-gpt-4o-deployment",
        "azure/team-o4-mini",
        "bedrock/anthropic.claude-9-v1:0",
        "groq/llama-9-8b",
        "openrouter/auto",
        "openrouter/openai/gpt-99",
        "mistral/mistral-huge-latest",
        "nosuchprovider/gpt-4o",
        "openai/llama3",
        "llama3.1",
        "mistral",
        "foo",
        "",
        "/",
        "openai/",
    ],
)
def test_a_name_that_only_resembles_a_model_has_no_price(model: str) -> None:
    entry = lookup(model)
    assert entry.match is Match.NONE
    assert entry.matched is None
    assert entry.input_price is None
    assert entry.output_price is None
    assert entry.price_note


def test_a_regional_bedrock_id_costs_more_than_the_global_one() -> None:
    regional = lookup("bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0").input_price
    everywhere = lookup("bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0").input_price
    assert regional is not None
    assert everywhere is not None
    assert regional > everywhere
