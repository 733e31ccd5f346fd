"""The second source of prices: the catalogue that CrewAI ships."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.models import lookup
from crewprof.models.catalogue import Override
from crewprof.models.sections import catalogue_prices

DAY = date(2026, 6, 1)
PROVIDERS = [name for name in catalogue_prices().names("prices/") if name in {"dashscope", "deepinfra"}]
MODELS = sorted(name for provider in PROVIDERS for name in catalogue_prices().get(f"prices/{provider}"))


def shipped() -> dict[str, Any]:
    try:
        package = Path(str(distribution("crewai").locate_file("crewai")))
    except PackageNotFoundError:
        pytest.skip("crewai is not installed")
    path = package / "llms" / "litellm_catalog" / "model_prices_and_context_window.json"
    catalogue: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return catalogue


@given(st.sampled_from(MODELS))
def test_models_of_providers_without_a_first_source_are_priced_and_say_where_from(model: str) -> None:
    entry = lookup(model, on=DAY)
    assert entry.priced
    assert entry.price_note is not None
    assert "catalogue in CrewAI" in entry.price_note


def test_prices_are_those_of_the_catalogue_per_million() -> None:
    catalogue = shipped()
    for model in MODELS:
        per_token = catalogue[model].get("input_cost_per_token")
        if per_token is not None:
            assert lookup(model, on=DAY).input_price == Decimal(repr(per_token)) * 1_000_000


def test_nearly_every_prefixed_chat_model_of_the_catalogue_has_a_price() -> None:
    chat = [
        name
        for name, entry in shipped().items()
        if entry.get("mode") == "chat" and name.startswith(f"{entry.get('litellm_provider')}/")
    ]
    unpriced = [name for name in chat if not lookup(name, on=DAY).priced]
    assert len(unpriced) < 0.1 * len(chat)


@given(st.sampled_from(["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash"]))
def test_the_first_source_stays_first(model: str) -> None:
    note = lookup(model, on=DAY).price_note
    assert note is None or "catalogue in CrewAI" not in note


@given(st.sampled_from(MODELS), st.decimals("0.01", 100, places=2))
def test_the_users_own_price_wins(model: str, price: Decimal) -> None:
    entry = lookup(model, {model: Override(input=price, output=price)}, on=DAY)
    assert (entry.input_price, entry.output_price, entry.own_prices) == (price, price, True)
