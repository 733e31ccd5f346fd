"""Look a model up: everything crewprof knows of it in one value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from crewprof.models.caching import PromptCaching, prompt_caching
from crewprof.models.facts import facts_of
from crewprof.models.families import Family, Retirement, Tier, family_name, family_of, listed_retirement
from crewprof.models.functions import supports_function_calling
from crewprof.models.identity import ModelIdentity, Route, identify
from crewprof.models.price_entry import has_prices, price_entry
from crewprof.models.prices import Prices, Rate
from crewprof.models.sections import crewai_data
from crewprof.models.speed import SPEEDS, Speed

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from crewprof.models.matching import Match
    from crewprof.quantity import Range


class Override(NamedTuple):
    """What the user's settings say of a model; what is ``None`` stays as it is.

    Prices in USD per million tokens, speed in seconds and tokens per second.
    """

    input: Decimal | None = None
    output: Decimal | None = None
    cached_input: Decimal | None = None
    cache_write: Decimal | None = None
    context_window: int | None = None
    first_token_seconds: Range[float] | None = None
    output_tokens_per_second: Range[float] | None = None


FROM_SETTINGS = "from the settings"
"""The note on prices the user gives."""

PriceOverrides = Mapping[str, Override]
"""Overrides by model: the id as written in the crew, ``provider/name``, or the bare name, in any case."""


class CatalogueEntry(NamedTuple):
    """What is known of one model string; ``None`` is unknown.

    ``matched`` is the id of the price entry and ``match`` how it was met. ``price_note`` says why there
    is no price, or what else is to be known of it. Windows in tokens; ``context_window`` is the
    provider's limit (CrewAI's own, smaller one: :func:`crewai_context_window`). ``retirement`` may lie
    ahead; ``retired`` is whether it has come. ``deprecated``: the provider advises against the model.
    ``encoding``: the tiktoken encoding that counts its text exactly.
    ``provider_priced``: whether the prices of its provider are known at all.
    """

    identity: ModelIdentity
    matched: str | None
    match: Match
    prices: Prices
    price_note: str | None
    context_window: int | None
    max_output_tokens: int | None
    function_calling: bool
    family: Family | None
    retirement: Retirement | None
    retired: bool
    deprecated: bool
    speed: Speed
    caching: PromptCaching | None
    overridden: bool
    provider_priced: bool

    @property
    def id(self) -> str:
        """The model string as written."""
        return self.identity.id

    @property
    def provider(self) -> str:
        """Who serves and bills the model."""
        return self.identity.provider

    @property
    def own_prices(self) -> bool:
        """Whether the user's settings say its prices."""
        return self.price_note == FROM_SETTINGS

    @property
    def local(self) -> bool:
        """Whether it runs on the user's own machine, where no tokens are billed."""
        return self.identity.local

    @property
    def tier(self) -> Tier | None:
        """``light``, ``standard`` or ``frontier`` within its generation."""
        return self.family.tier if self.family else None

    @property
    def generation(self) -> str | None:
        """The generation, such as ``gpt-4.1`` or ``claude-4.5``."""
        return self.family.generation if self.family else None

    @property
    def encoding(self) -> str | None:
        """The tiktoken encoding of the model's own tokenizer, ``None`` if it has another."""
        from crewprof.tokens.encoding import encoding_for

        encoding, own = encoding_for(self.id)
        return encoding if own else None

    @property
    def counting_exact(self) -> bool:
        """Whether its tokens can be counted exactly, as billed."""
        return self.encoding is not None

    @property
    def priced(self) -> bool:
        """Whether a chat request can be priced."""
        return self.prices.are_known

    @property
    def input_price(self) -> Decimal | None:
        """USD per million input tokens of a short request."""
        return _base(self.prices.input)

    @property
    def output_price(self) -> Decimal | None:
        """USD per million output tokens."""
        return _base(self.prices.output)

    @property
    def cached_input_price(self) -> Decimal | None:
        """USD per million input tokens read from the provider's cache."""
        return _base(self.prices.cached_input)

    @property
    def cache_write_price(self) -> Decimal | None:
        """USD per million input tokens written to the provider's cache."""
        return _base(self.prices.cache_write)


def _base(rate: Rate | None) -> Decimal | None:
    return None if rate is None else rate.base


def today() -> date:
    """The day prices are looked up for, in UTC as the library counts."""
    return datetime.now(tz=UTC).date()


def lookup(
    model: str,
    overrides: PriceOverrides | None = None,
    *,
    provider: str | None = None,
    base_url: str | None = None,
    cache_dir: Path | None = None,
    on: date | None = None,
) -> CatalogueEntry:
    """Everything known of ``model``, a string as CrewAI takes it; an unknown one has an entry of unknowns.

    ``provider`` and ``base_url`` are those of ``llm: {…}``. ``cache_dir`` is where the prices of an
    installed library newer than the shipped digest are remembered (``None``: nowhere). ``on`` is the day
    of the prices, today if not given.
    """
    entry = _lookup(identify(model, provider=provider, base_url=base_url), cache_dir, on or today())
    return _overridden(entry, overrides) if overrides else entry


@cache
def _lookup(identity: ModelIdentity, cache_dir: Path | None, day: date) -> CatalogueEntry:
    facts = facts_of(identity)
    family = family_of(family_name(identity))
    priced = price_entry(identity, cache_dir, day)
    listed = listed_retirement(identity) or (facts.retirement if facts else None)
    retirement = None if identity.local else listed
    return CatalogueEntry(
        identity=identity,
        matched=priced.id,
        match=priced.match,
        prices=priced.prices,
        price_note=priced.note,
        context_window=priced.context_window or (facts.context_window if facts else None),
        max_output_tokens=facts.max_output_tokens if facts else None,
        function_calling=supports_function_calling(identity, facts),
        family=family,
        retirement=retirement,
        retired=retirement is not None and retirement.on <= day,
        deprecated=priced.deprecated,
        speed=_speed(identity, family),
        caching=prompt_caching(identity, priced.prices, facts),
        overridden=False,
        provider_priced=has_prices(identity, cache_dir),
    )


def _speed(identity: ModelIdentity, family: Family | None) -> Speed:
    return SPEEDS["unknown" if family is None or identity.local else family.speed]


def _overridden(entry: CatalogueEntry, overrides: PriceOverrides) -> CatalogueEntry:
    lowered = {key.lower(): value for key, value in overrides.items()}
    identity = entry.identity
    # As written first: a user who names both ``openai/x`` and ``x`` in the settings means each where it
    # stands.
    for key in (identity.id.strip(), f"{identity.provider}/{identity.name}", identity.name):
        override = lowered.get(key.lower())
        if override is not None:
            break
    else:
        return entry
    prices = Prices(
        _or(override.input, entry.prices.input),
        _or(override.output, entry.prices.output),
        _or(override.cached_input, entry.prices.cached_input),
        _or(override.cache_write, entry.prices.cache_write),
        entry.prices.per_thousand_requests,
    )
    speed = Speed(
        entry.speed.name,
        override.first_token_seconds or entry.speed.first_token_seconds,
        override.output_tokens_per_second or entry.speed.output_tokens_per_second,
    )
    return entry._replace(
        prices=prices,
        price_note=FROM_SETTINGS if prices != entry.prices else entry.price_note,
        context_window=override.context_window or entry.context_window,
        speed=speed,
        caching=prompt_caching(identity, prices, facts_of(identity)),
        overridden=True,
    )


def _or(price: Decimal | None, standing: Rate | None) -> Rate | None:
    return standing if price is None else Rate(price)


def cost(
    entry: CatalogueEntry,
    input_tokens: int,
    output_tokens: int,
    cached_input_tokens: int = 0,
    cache_write_tokens: int = 0,
    requests: int = 1,
) -> Decimal | None:
    """USD of ``requests`` requests with these tokens in all, ``None`` when the model has no price.

    See :meth:`Prices.cost`.
    """
    return entry.prices.cost(input_tokens, output_tokens, cached_input_tokens, cache_write_tokens, requests)


def default_max_tokens(entry: CatalogueEntry) -> int | None:
    """The completion cap CrewAI sends when the crew sets none: only for Anthropic's own API.

    Source: ``crewai/llms/providers/anthropic/completion.py`` 1.15.30.
    """
    if entry.identity.provider_class != "anthropic" or entry.identity.route is not Route.NATIVE:
        return None
    caps = crewai_data().get("anthropic-output")
    name = entry.identity.called.rsplit("/", 1)[-1].lower()
    default: int = caps["default"]
    return next((limit for prefix, limit in caps["by_prefix"] if name.startswith(prefix)), default)
