"""The catalogue of models: identity, price, context window, tier, speed. Knows nothing of crews."""

from __future__ import annotations

from crewprof.models.caching import PromptCaching
from crewprof.models.catalogue import (
    CatalogueEntry,
    Override,
    PriceOverrides,
    cost,
    default_max_tokens,
    lookup,
)
from crewprof.models.catalogue_search import search
from crewprof.models.digest import PriceData, price_data
from crewprof.models.families import TIERS, Family, Retirement, Tier
from crewprof.models.identity import ModelIdentity, Route, identify, is_nobodys, known_providers
from crewprof.models.matching import Match
from crewprof.models.neighbours import misspelt, siblings, successors
from crewprof.models.prices import Prices, Rate
from crewprof.models.speed import SPEEDS, Speed
from crewprof.models.windows import CrewAIWindow, crewai_context_window

__all__ = [
    "SPEEDS",
    "TIERS",
    "CatalogueEntry",
    "CrewAIWindow",
    "Family",
    "Match",
    "ModelIdentity",
    "Override",
    "PriceData",
    "PriceOverrides",
    "Prices",
    "PromptCaching",
    "Rate",
    "Retirement",
    "Route",
    "Speed",
    "Tier",
    "cost",
    "crewai_context_window",
    "default_max_tokens",
    "identify",
    "is_nobodys",
    "known_providers",
    "lookup",
    "misspelt",
    "price_data",
    "search",
    "siblings",
    "successors",
]
