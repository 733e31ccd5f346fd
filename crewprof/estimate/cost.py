"""What tokens cost in USD, with the provider's prompt cache.

An expected run gets some of the resent beginnings from the cache; at best all of them, at worst none
that are not guaranteed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.estimate.spending import NOTHING
from crewprof.quantity import Range

if TYPE_CHECKING:
    from crewprof.estimate.assumptions import Book
    from crewprof.estimate.spending import Spending
    from crewprof.models.catalogue import CatalogueEntry


def cached_input(spending: Spending, entry: CatalogueEntry | None, book: Book) -> Range[float]:
    """Input tokens served from the provider's prompt cache.

    None where the model has no automatic caching or the prompts stay below its minimum. Providers that
    want marks serve just the opening of a loop, which CrewAI marks; the others all that is resent.
    """
    caching = entry.caching if entry is not None else None
    if caching is None or not caching.automatic or not spending.resent_tokens.high:
        return NOTHING
    least, calls = caching.minimum_tokens, spending.calls
    if caching.guaranteed:
        return spending.resent_opening if _mean(spending.resent_opening, calls) >= least else NOTHING
    resent, opening = spending.resent_tokens, _mean(spending.resent_opening, calls)
    if _mean(resent, calls) < least:
        return NOTHING
    # The first prompt of the loop counts only if it is long enough by itself.
    served = resent.expected - (0.0 if opening >= least else opening)
    return Range(0.0, served * book.value("cache_hit_share"), resent.high)


def _mean(tokens: Range[float], calls: Range[float]) -> float:
    """Expected tokens of one call."""
    return tokens.expected / calls.expected if calls.expected else 0.0


def cost_of(spending: Spending, cached: Range[float], entry: CatalogueEntry | None) -> Range[Decimal] | None:
    """USD of ``spending`` of which ``cached`` input comes from the cache; ``None`` without a price.

    The low bound takes as much from the cache as can be, the high bound as little.
    """
    if entry is None or not entry.priced:
        return None
    given, made, calls = spending.input_tokens, spending.output_tokens, spending.calls
    opening = spending.input_tokens if _writes(spending, entry) else NOTHING
    # The cheapest run is short and has little to resend: the cache cannot serve more than that.
    most = min(spending.resent_tokens.low, cached.high)
    low = _usd(entry, given.low, made.low, most, opening.low, calls.low)
    expected = _usd(entry, given.expected, made.expected, cached.expected, opening.expected, calls.expected)
    high = _usd(entry, given.high, made.high, cached.low, opening.high, calls.high)
    return Range(min(low, expected), expected, max(expected, high))


def _writes(spending: Spending, entry: CatalogueEntry) -> bool:
    """Whether the prompts are written to a cache at a price of their own: first prompts long enough."""
    caching = entry.caching
    if caching is None or not caching.automatic or caching.write_factor <= 1 or spending.resent_tokens.high:
        return False
    return _mean(spending.input_tokens, spending.calls) >= caching.minimum_tokens


def _usd(
    entry: CatalogueEntry, given: float, made: float, cached: float, written: float, calls: float
) -> Decimal:
    cost = entry.prices.cost(
        _exact(given), _exact(made), _exact(cached), _exact(written), requests=_exact(calls)
    )
    return cost if cost is not None else Decimal(0)


def _exact(number: float) -> Decimal:
    """A number to a millionth: enough for money, and free of binary fractions."""
    return Decimal(repr(round(number, 6)))
