"""What tokens cost: rates that may rise with the length of a request."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MILLION = Decimal(1_000_000)
MINUTES_OF_A_DAY = 24 * 60


class Rate(NamedTuple):
    """USD per million tokens: ``base``, or that of the last of ``tiers`` whose threshold is passed.

    A tier is (threshold, rate). A request with more input tokens than the threshold pays the tier's
    rate for all its tokens, as providers bill it.
    """

    base: Decimal
    tiers: tuple[tuple[int, Decimal], ...] = ()

    def at(self, input_tokens: Decimal | int) -> Decimal:
        """The rate of a request with ``input_tokens`` in all."""
        applying = self.base
        for threshold, rate in self.tiers:
            # Tiers stand in rising order, so the last one that is passed holds.
            if input_tokens > threshold:
                applying = rate
        return applying


class Prices(NamedTuple):
    """Rates of one model; ``None`` is unknown.

    ``per_thousand_requests`` is a fee in USD beside the tokens.
    """

    input: Rate | None = None
    output: Rate | None = None
    cached_input: Rate | None = None
    cache_write: Rate | None = None
    per_thousand_requests: Decimal | None = None

    @property
    def are_known(self) -> bool:
        """Whether a chat request can be priced: both directions have a rate."""
        return self.input is not None and self.output is not None

    def cost(
        self,
        input_tokens: Decimal | int,
        output_tokens: Decimal | int,
        cached_input_tokens: Decimal | int = 0,
        cache_write_tokens: Decimal | int = 0,
        requests: Decimal | int = 1,
    ) -> Decimal | None:
        """USD of ``requests`` requests that have these tokens together, ``None`` when a rate is missing.

        ``input_tokens`` includes the cached and the written ones, which cost the input rate where the
        provider has no rate of their own. The tier is that of the mean request.
        """
        if self.input is None or self.output is None:
            return None
        # A tier is decided by each request, not by the sum: a thousand short requests are all billed at the
        # base.
        length = Decimal(input_tokens) / max(Decimal(requests), Decimal(1))
        plain = Decimal(input_tokens) - cached_input_tokens - cache_write_tokens
        total = (
            plain * self.input.at(length)
            + cached_input_tokens * (self.cached_input or self.input).at(length)
            + cache_write_tokens * (self.cache_write or self.input).at(length)
            + output_tokens * self.output.at(length)
        ) / MILLION
        return total + (self.per_thousand_requests or Decimal(0)) * requests / 1000


class PriceOnDate(NamedTuple):
    """The prices in force on a day, and what else is known of them."""

    prices: Prices
    note: str | None = None


def price_on(rows: Sequence[Sequence[Any]], day: date) -> PriceOnDate:
    """The price of a digest entry on ``day``: the last row whose start has come.

    Where the price changes with the hour, the one that holds for most of the day is taken and the
    other named in the note, so that a profile does not depend on the hour it is made.
    """
    standing: dict[str, Any] = rows[0][1]
    hourly: list[tuple[int, list[str], dict[str, Any]]] = []
    coming: str | None = None
    for constraint, price in rows:
        if isinstance(constraint, list):
            hourly.append((_minutes(constraint), constraint, price))
        elif constraint is None or date.fromisoformat(constraint) <= day:
            # Hours are of the price they stand beside: a newer price has hours of its own or none.
            standing = price
            hourly = []
        elif coming is None:
            coming = f"from {constraint}: {_in_words(price)}"
    if hourly and sum(minutes for minutes, _, _ in hourly) > MINUTES_OF_A_DAY // 2:
        note = f"at other hours: {_in_words(standing)}"
        standing = hourly[0][2]
    elif hourly:
        spans = ", ".join(f"{start}-{end}" for _, (start, end), _ in hourly)
        note = f"{spans} UTC: {_in_words(hourly[0][2])}"
    else:
        note = None
    notes = [one for one in (note, coming) if one]
    return PriceOnDate(prices_of_row(standing), "; ".join(notes) or None)


def prices_of_row(row: dict[str, Any]) -> Prices:
    """The prices a row of a data file gives."""
    return Prices(
        _rate(row.get("in")),
        _rate(row.get("out")),
        _rate(row.get("read")),
        _rate(row.get("write")),
        Decimal(row["requests"]) if "requests" in row else None,
    )


def _rate(value: str | list[Any] | None) -> Rate | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Rate(Decimal(value))
    base, *tiers = value
    return Rate(Decimal(base), tuple((start, Decimal(rate)) for start, rate in tiers))


def _minutes(hours: list[str]) -> int:
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours)
    return (end - start) % MINUTES_OF_A_DAY


def _in_words(row: dict[str, Any]) -> str:
    rates = (_rate(row.get(key)) for key in ("in", "out"))
    return "/".join("?" if rate is None else str(rate.base) for rate in rates) + " USD"
