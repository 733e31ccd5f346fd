"""The prices of the library ``genai-prices`` in the form crewprof ships and remembers them.

Importing the library takes a quarter of a second, so this runs when the shipped digest is made and
when an installed library is newer than the digest. Nothing else imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

    from genai_prices import types

# Prices of text, and of requests as such. What a crew does not use (audio, images, searches billed
# apart) is left out.
PRICE_KEYS = {
    "input_mtok": "in",
    "output_mtok": "out",
    "cache_read_mtok": "read",
    "cache_write_mtok": "write",
    "requests_kcount": "requests",
}


def sections_of_library() -> dict[str, Any]:
    """Everything crewprof needs of the installed library, by section name."""
    from genai_prices import __version__
    from genai_prices.data import providers

    sections: dict[str, Any] = {
        "about": {"genai-prices": __version__},
        "providers": {
            provider.id: {
                "api": provider.api_pattern,
                "fallback": provider.fallback_model_providers or [],
            }
            for provider in providers
        },
    }
    for provider in providers:
        sections[f"provider/{provider.id}"] = [_model(model) for model in provider.models]
    return sections


def _model(model: types.ModelInfo) -> list[Any]:
    prices: Any = model.prices
    conditional = prices if isinstance(prices, list) else [None]
    rows = [
        [None if one is None else _constraint(one.constraint), _price(prices if one is None else one.prices)]
        for one in conditional
    ]
    return [model.id, _clause(model.match), model.context_window, rows, int(bool(model.deprecated))]


def _clause(clause: Any) -> Any:
    """A matching clause: leaves as marked text, *or* as a list, *and* as a mapping."""
    kind = type(clause).__name__
    if kind == "ClauseOr":
        return [_clause(one) for one in clause.or_]
    if kind == "ClauseAnd":
        return {"and": [_clause(one) for one in clause.and_]}
    mark, name = {
        "ClauseEquals": ("=", "equals"),
        "ClauseStartsWith": ("^", "starts_with"),
        "ClauseEndsWith": ("$", "ends_with"),
        "ClauseContains": ("*", "contains"),
        "ClauseRegex": ("~", "regex"),
    }[kind]
    text: str = getattr(clause, name)
    return mark + (text if mark == "~" else text.lower())


def _constraint(constraint: Any) -> str | list[str] | None:
    """A date from which a price holds, or the hours of a day (UTC) in which it does."""
    if constraint is None:
        return None
    if type(constraint).__name__ == "StartDateConstraint":
        start: str = constraint.start_date.isoformat()
        return start
    return [f"{constraint.start_time:%H:%M}", f"{constraint.end_time:%H:%M}"]


def _price(price: types.ModelPrice) -> dict[str, Any]:
    values = {short: price.__dict__.get(key) for key, short in PRICE_KEYS.items()}
    return {short: _rate(value) for short, value in values.items() if value is not None}


def _rate(value: Decimal | types.TieredPrices) -> str | list[Any]:
    tiers = getattr(value, "tiers", None)
    if tiers is None:
        return str(value)
    base: Decimal = getattr(value, "base")  # noqa: B009 - the type is narrowed by what it has
    return [str(base), *([tier.start, str(tier.price)] for tier in tiers)]
