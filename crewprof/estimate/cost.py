"""What tokens cost in USD, with the provider's prompt cache.

An expected run gets some of the resent beginnings from the cache; at best all of them, at worst none.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.quantity import Range

if TYPE_CHECKING:
    from crewprof.estimate.assumptions import Book
    from crewprof.estimate.spending import Spending
    from crewprof.models.catalogue import CatalogueEntry

_NEVER = Range.exactly(0.0)


def cached_input(spending: Spending, entry: CatalogueEntry | None, book: Book) -> Range[float]:
    """Input tokens served from the provider's prompt cache.

    None where the model has no automatic caching or the prompts stay below its minimum.
    """
    caching = entry.caching if entry is not None else None
    if caching is None or not caching.automatic or not spending.resent_tokens.high:
        return _NEVER
    calls = spending.calls.expected
    if calls <= 0 or spending.resent_tokens.expected / max(calls, 1.0) < caching.minimum_tokens:
        return _NEVER
    share = 1.0 if caching.guaranteed else book.value("cache_hit_share")
    resent = spending.resent_tokens
    return Range(resent.low if caching.guaranteed else 0.0, resent.expected * share, resent.high)


def cost_of(spending: Spending, cached: Range[float], entry: CatalogueEntry | None) -> Range[Decimal] | None:
    """USD of ``spending`` of which ``cached`` input comes from the cache; ``None`` without a price.

    The low bound takes all that is resent from the cache, the high bound nothing that is not guaranteed.
    """
    if entry is None or not entry.priced:
        return None
    best = min(spending.resent_tokens.low, cached.high)
    worst = cached.low
    low = _usd(entry, spending.input_tokens.low, spending.output_tokens.low, best, spending.calls.low)
    expected = _usd(
        entry,
        spending.input_tokens.expected,
        spending.output_tokens.expected,
        cached.expected,
        spending.calls.expected,
    )
    high = _usd(
        entry,
        spending.input_tokens.high,
        spending.output_tokens.high,
        min(worst, spending.input_tokens.high),
        spending.calls.high,
    )
    return Range(min(low, expected), expected, max(expected, high))


def _usd(entry: CatalogueEntry, given: float, made: float, cached: float, calls: float) -> Decimal:
    cost = entry.prices.cost(
        _whole(given), _whole(made), _whole(cached), requests=Decimal(repr(round(calls, 6)))
    )
    return cost if cost is not None else Decimal(0)


def _whole(tokens: float) -> Decimal:
    """Tokens to a thousandth: enough for money, and free of binary fractions."""
    return Decimal(repr(round(tokens, 3)))
