"""The price of a model on a day, or why there is none."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from crewprof.models.digest import digest
from crewprof.models.facts import places_of
from crewprof.models.identity import DIGEST_NAMES, ModelIdentity
from crewprof.models.matching import Match, find_entry
from crewprof.models.prices import Prices, Rate, price_on, prices_of_row
from crewprof.models.sections import catalogue_prices

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

NO_PRICES = Prices()


class PriceEntry(NamedTuple):
    """The digest's entry for a model: its id, how it was met, and what it says of it."""

    id: str | None = None
    match: Match = Match.NONE
    prices: Prices = NO_PRICES
    note: str | None = None
    context_window: int | None = None
    deprecated: bool = False


def price_entry(identity: ModelIdentity, cache_dir: Path | None, day: date) -> PriceEntry:
    """The entry of a model with its prices on ``day``; one without prices when it is not known.

    Where genai-prices has no price, the catalogue that CrewAI ships is asked.
    """
    first = _of_digest(identity, cache_dir, day)
    if first.prices.are_known or identity.local or identity.provider == "custom":
        return first
    return _of_catalogue(identity, first) or first


def _of_catalogue(identity: ModelIdentity, first: PriceEntry) -> PriceEntry | None:
    """The entry of LiteLLM's catalogue as CrewAI ships it, found by the very name."""
    sections = catalogue_prices()
    about = sections.get("about")
    for key, section in places_of(identity):
        table = sections.get(f"prices/{section}") or {}
        row = table.get(key) or table.get(key.lower())
        if row is not None:
            note = f"price of the catalogue in CrewAI {about['crewai']}, taken on {about['made_on']}"
            return first._replace(id=key, match=Match.EXACT, prices=prices_of_row(row), note=note)
    return None


def _of_digest(identity: ModelIdentity, cache_dir: Path | None, day: date) -> PriceEntry:
    if identity.local:
        return PriceEntry(note="runs on your own machine: no tokens are billed")
    if identity.provider == "custom":
        return PriceEntry(note=f"no price data for the endpoint {identity.custom_endpoint}")
    sections = digest(cache_dir)
    provider, name = in_the_digest(identity)
    if f"provider/{provider}" not in sections:
        return PriceEntry(note=f"no price data for the provider {identity.provider!r}")
    matched = find_entry(sections, provider, name)
    if matched is None:
        return PriceEntry(note=f"no price data for {identity.name!r} at {identity.provider}")
    entry = matched.entry
    prices, note = price_on(entry.prices, day)
    if not prices.are_known:
        prices, note = _without_rates(entry.id, prices)
    return PriceEntry(entry.id, matched.how, prices, note, entry.context_window, entry.deprecated)


def has_prices(identity: ModelIdentity, cache_dir: Path | None) -> bool:
    """Whether anybody publishes the prices of the provider that serves a model."""
    if f"provider/{in_the_digest(identity)[0]}" in digest(cache_dir):
        return True
    return any(f"prices/{section}" in catalogue_prices() for _, section in places_of(identity))


def in_the_digest(identity: ModelIdentity) -> tuple[str, str]:
    """Provider and name as the digest has them."""
    if identity.provider == "huggingface":
        inference_provider, _, model = identity.name.partition("/")
        return f"huggingface_{inference_provider}", model
    return DIGEST_NAMES.get(identity.provider, identity.provider), identity.name


def _without_rates(entry_id: str, prices: Prices) -> tuple[Prices, str]:
    """A free variant costs nothing; anything else without rates has an unknown price."""
    if entry_id.endswith(":free"):
        nothing = Rate(Decimal(0))
        return Prices(nothing, nothing), "the free variant, with limits on requests"
    return prices, "the price data has no price per token for it"
