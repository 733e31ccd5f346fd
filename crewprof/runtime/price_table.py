"""The prices a recorder needs to keep a run within a limit of money: a table, for it has no catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.models import lookup
from crewprof.models.digest import digest, entries_of, providers_of
from crewprof.models.sections import crewai_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crewprof.models import CatalogueEntry, Override
    from crewprof.models.catalogue import PriceOverrides
    from crewprof.models.prices import Prices, Rate

LOCAL = ("ollama", "ollama_chat", "hosted_vllm", "llamafile", "lm_studio")
"""Providers on the user's own machine, where no tokens are billed."""
_RESELLERS = ("openrouter", "huggingface", "novita", "quicksilverpro", "cloudflare")
"""Providers of hundreds of models each that CrewAI reaches by names of their own: looked up when named."""


def price_table(
    named: Iterable[str], overrides: PriceOverrides | None = None, cache_dir: Path | None = None
) -> dict[str, dict[str, Any]]:
    """Rates by ``provider/name``, or by name, in lower case: of the models CrewAI knows, of those the
    catalogue has, of ``named`` ones and of those the settings speak of. USD per million tokens."""
    table: dict[str, dict[str, Any]] = {f"{provider}/*": {"in": 0, "out": 0} for provider in LOCAL}
    settings: dict[str, Override] = dict(overrides or {})
    names = [*_known(cache_dir), *settings, *named]
    for name in names:
        entry = lookup(name, settings, cache_dir=cache_dir)
        if entry.priced:
            for key in _keys(name, entry):
                table[key] = _rates(entry.prices)
    return table


def _known(cache_dir: Path | None) -> list[str]:
    native: dict[str, list[str]] = crewai_data().get("models")
    sections = digest(cache_dir)
    listed = [
        f"{provider}/{entry.id}"
        for provider in providers_of(sections)
        if not provider.startswith(_RESELLERS)
        for entry in entries_of(sections, provider)
    ]
    return [*listed, *(f"{provider}/{name}" for provider, names in native.items() for name in names)]


def _keys(name: str, entry: CatalogueEntry) -> set[str]:
    """What a running crew may call the model."""
    identity = entry.identity
    pairs = {f"{identity.crewai_provider}/{identity.called}", f"{identity.provider}/{identity.name}", name}
    return {key.lower() for key in pairs}


def _rates(prices: Prices) -> dict[str, Any]:
    rates = {
        "in": _rate(prices.input),
        "out": _rate(prices.output),
        "read": _rate(prices.cached_input),
        "write": _rate(prices.cache_write),
        "requests": None if prices.per_thousand_requests is None else float(prices.per_thousand_requests),
    }
    return {name: rate for name, rate in rates.items() if rate is not None}


def _rate(rate: Rate | None) -> float | list[Any] | None:
    if rate is None:
        return None
    if not rate.tiers:
        return float(rate.base)
    return [float(rate.base), *([start, float(above)] for start, above in rate.tiers)]
