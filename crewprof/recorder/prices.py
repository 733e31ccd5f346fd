"""What tokens cost, by the price table the run was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MILLION = 1_000_000


def rates_of(
    prices: Mapping[str, Mapping[str, Any]], model: str | None, provider: str | None
) -> Mapping[str, Any] | None:
    """The rates of a model by ``provider/name``, by name, or by the name a dated name begins with."""
    if not model:
        return None
    name = model.lower()
    names = [f"{provider}/{name}".lower(), name] if isinstance(provider, str) and provider else [name]
    bare = name.rpartition("/")[2]
    for one in [*names, bare]:
        if one in prices:
            return prices[one]
    if f"{provider}/*" in prices:
        return prices[f"{provider}/*"]
    dated = [known for known in prices if any(_is_dated(one, known) for one in (*names, bare))]
    return prices[max(dated, key=len)] if dated else None


def _is_dated(name: str, known: str) -> bool:
    rest = name[len(known) :]
    return name.startswith(known) and rest[:1] in ("-", "@", ":") and rest[1:2].isdigit()


def cost(rates: Mapping[str, Any], prompt: float, completion: float, cached: float, written: float) -> float:
    """USD of one call; a missing rate of cached or written tokens is that of the prompt.

    A rate is USD per million tokens, followed by (threshold, rate) of long prompts.
    """
    plain = max(0.0, prompt - cached - written)
    total = plain * _rate(rates["in"], prompt) + completion * _rate(rates["out"], prompt)
    total += cached * _rate(rates.get("read") or rates["in"], prompt)
    total += written * _rate(rates.get("write") or rates["in"], prompt)
    return total / MILLION + float(rates.get("requests") or 0.0) / 1000


def _rate(rate: Any, prompt: float) -> float:
    if isinstance(rate, list):
        base, *tiers = rate
        applying = float(base)
        for threshold, above in tiers:
            if prompt > threshold:
                applying = float(above)
        return applying
    return float(rate)
