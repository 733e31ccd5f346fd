"""Other models of the same provider: lighter and newer ones to put in a model's place, and misspelt ones."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from crewprof.models.catalogue import CatalogueEntry, PriceOverrides, lookup, today
from crewprof.models.digest import digest, entries_of
from crewprof.models.facts import ends_of_dated_versions, facts_of, names_at
from crewprof.models.families import TIERS, Family, family_name, family_of, generations
from crewprof.models.identity import identify
from crewprof.models.price_entry import in_the_digest
from crewprof.models.sections import crewai_data
from crewprof.suggestion import lookalikes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

# A model that leaves within this time is not put in another's place.
SOON = timedelta(days=90)
_INPUT_SHARE = 10
"""Tokens in for each token out, where models are compared by price (median of 109 recorded runs: 10.7)."""
_MUCH_DEARER = 4
"""Times the price from which on a model of the same tier is no successor anybody asked for."""
_CATCHES_UP = 2
"""Generations after which a lower tier can do what a higher one could."""
_TRIAL = r"preview|experimental|[-_]exp\b|[-_]beta\b|[-_]alpha\b"
"""Variants that are gone tomorrow: never put in another model's place, not even one of their kind."""
_PASSING = rf":free\b|{_TRIAL}|distill"
"""Variants that are not put in another model's place: gone tomorrow, with limits, or of another ability."""
_ALMOST = 0.8
"""Share of letters in common (Ratcliff and Obershelp) from which two names are almost the same."""
VENDOR_OF_PROVIDER = {
    "openai": "openai",
    "azure": "openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "mistral": "mistral",
    "deepseek": "deepseek",
    "xai": "xai",
    "cohere": "cohere",
}
"""Providers that serve the models of one vendor: their own, or, on Azure, OpenAI's."""


def siblings(
    model: str,
    overrides: PriceOverrides | None = None,
    *,
    cache_dir: Path | None = None,
    on: date | None = None,
) -> list[CatalogueEntry]:
    """Lighter and cheaper models of the same provider and vendor, to be written as ``model`` is written.

    Those of the same generation first, then newer ones; of both the lightest first, of equal tier the
    newest. Only models with a price that are neither retired, nor soon to be, nor advised against, that
    CrewAI calls the same way and that call functions if ``model`` does.
    """
    day = on or today()
    if overrides:
        return _siblings(model, overrides, cache_dir, day)
    return list(_siblings_of_the_catalogue(model, cache_dir, day))


@lru_cache(maxsize=256)
def _siblings_of_the_catalogue(model: str, cache_dir: Path | None, day: date) -> Sequence[CatalogueEntry]:
    """The same for all agents of all crews."""
    return _siblings(model, None, cache_dir, day)


def _siblings(
    model: str, overrides: PriceOverrides | None, cache_dir: Path | None, day: date
) -> list[CatalogueEntry]:
    entry = lookup(model, overrides, cache_dir=cache_dir, on=day)
    family = entry.family
    if family is None or entry.local:
        return []

    def is_lighter(other: Family) -> bool:
        return TIERS.index(other.tier) < TIERS.index(family.tier) and _age(other, family) is not None

    others = _alternatives(entry, is_lighter, overrides, cache_dir, day)
    found = _one_of_each_family(other for other in others if _is_cheaper(other, entry))
    return sorted(found, key=lambda other: _rank(other, family))


def successors(
    model: str,
    overrides: PriceOverrides | None = None,
    *,
    cache_dir: Path | None = None,
    on: date | None = None,
) -> list[CatalogueEntry]:
    """Newer models of the same provider, vendor and tier, to be written as ``model`` is written.

    The cheapest first (of equal price the nearest generation), ten tokens in to one out; but models that
    think before they answer come after the others when ``model`` does not, and last those of which every
    dated version the catalogue knows is to leave soon.
    The other conditions are those of :func:`siblings`. Where the cheapest costs many times as much, models of
    a lower tier that are generations newer come first. Where there is none, the model the provider itself
    recommends in the place of a retired one, of whatever vendor and tier.
    """
    day = on or today()
    entry = lookup(model, overrides, cache_dir=cache_dir, on=day)
    family = entry.family
    if family is None or entry.local:
        return []

    def is_newer(other: Family) -> bool:
        return other.tier == family.tier and bool(_age(other, family))

    found = _one_of_each_family(_alternatives(entry, is_newer, overrides, cache_dir, day))
    cheapest = sorted(found, key=lambda other: _dearness(other, entry, day))
    if cheapest and not _is_affordable(cheapest[0], entry):
        caught_up = _one_of_each_family(
            _alternatives(entry, lambda other: _has_caught_up(other, family), overrides, cache_dir, day)
        )
        within = [other for other in caught_up if _is_affordable(other, entry)]
        cheapest = [*sorted(within, key=lambda other: _ability(other, entry, day)), *cheapest]
    return cheapest or _recommended(entry, overrides, cache_dir, day)


def _has_caught_up(other: Family, family: Family) -> bool:
    """Whether a lower tier is so much newer that it can do what the higher one could."""
    newer = _age(other, family) or 0
    return TIERS.index(other.tier) < TIERS.index(family.tier) and newer >= _CATCHES_UP


def _ability(
    other: CatalogueEntry, entry: CatalogueEntry, day: date
) -> tuple[int, tuple[bool, bool, Decimal, int, str]]:
    assert other.family is not None
    return -TIERS.index(other.family.tier), _dearness(other, entry, day)


def _is_affordable(other: CatalogueEntry, entry: CatalogueEntry) -> bool:
    """Whether it costs no more than some times the price; so if that is not known."""
    return not entry.priced or _price(other) <= _MUCH_DEARER * _price(entry)


def _price(entry: CatalogueEntry) -> Decimal:
    return (entry.input_price or Decimal(0)) * _INPUT_SHARE + (entry.output_price or Decimal(0))


def _recommended(
    entry: CatalogueEntry, overrides: PriceOverrides | None, cache_dir: Path | None, day: date
) -> list[CatalogueEntry]:
    """What the provider recommends instead, followed through models that were retired in their turn."""
    seen: set[str] = set()
    other = entry
    while other.retirement is not None and other.retirement.instead is not None:
        name = entry.identity.prefix + other.retirement.instead
        if name in seen:
            break
        seen.add(name)
        other = lookup(name, overrides, cache_dir=cache_dir, on=day)
        if _takes_the_place(other, entry, day):
            return [other]
    return []


def misspelt(
    model: str,
    overrides: PriceOverrides | None = None,
    *,
    cache_dir: Path | None = None,
    on: date | None = None,
) -> CatalogueEntry | None:
    """The model of the same provider whose name is almost that of the unknown ``model``, if there is one.

    A name with other digits may be another version, perhaps a newer one, so it is not taken for a slip.
    """
    day = on or today()
    entry = lookup(model, overrides, cache_dir=cache_dir, on=day)
    if entry.priced or entry.local or entry.identity.custom_endpoint is not None:
        return None
    name = entry.identity.name
    listed = {*_listed_beside(entry, cache_dir), *names_at(entry.identity)}
    # The docstring's rule on digits comes first: likeness of letters would take gpt-4.1 for gpt-4.
    names = {one for one in listed if _digits(one) == _digits(name)}
    for close in lookalikes(name, sorted(names), likeness=_ALMOST):
        found = lookup(entry.identity.prefix + close, overrides, cache_dir=cache_dir, on=day)
        if found.priced and not found.retired and not is_passing(found, entry):
            return found
    return None


def _digits(name: str) -> str:
    return re.sub(r"\D", "", name)


def _alternatives(
    entry: CatalogueEntry,
    is_wanted: Callable[[Family], bool],
    overrides: PriceOverrides | None,
    cache_dir: Path | None,
    day: date,
) -> Iterator[CatalogueEntry]:
    """The models of wanted families that could stand where ``entry`` stands: alive, priced, called alike."""
    for name in _names_beside(entry, is_wanted, cache_dir, day):
        other = lookup(entry.identity.prefix + name, overrides, cache_dir=cache_dir, on=day)
        if _takes_the_place(other, entry, day):
            yield other


def _one_of_each_family(entries: Iterable[CatalogueEntry]) -> Iterable[CatalogueEntry]:
    """For each family and generation the shortest name: the one without a date, if there is one."""
    found: dict[tuple[str, str], CatalogueEntry] = {}
    for entry in entries:
        assert entry.family is not None
        key = (entry.family.name, entry.family.generation)
        if key not in found or len(entry.id) < len(found[key].id):
            found[key] = entry
    return found.values()


@lru_cache(maxsize=4096)
def _family_of(model: str) -> Family | None:
    return family_of(family_name(identify(model)))


def _names_beside(
    entry: CatalogueEntry, is_wanted: Callable[[Family], bool], cache_dir: Path | None, day: date
) -> Iterator[str]:
    """The names of the models of wanted families, of the same vendor, that ``entry``'s provider has.

    They are spelled in the manner of the entry's own.
    """
    prefix = entry.identity.prefix
    by_vendor = VENDOR_OF_PROVIDER.get(entry.provider)
    bedrock = entry.provider == "bedrock"
    listed = _bedrock_names(entry.identity.name) if bedrock else _listed_beside(entry, cache_dir)
    yielded = set()
    for name in listed:
        family = _family_of(prefix + name)
        if family is None or entry.family is None or family.vendor != entry.family.vendor:
            continue
        # A vendor's own API takes only names that vendor gives out: a family without one is served by others
        # alone.
        if not is_wanted(family) or (by_vendor is not None and family.api_name is None):
            continue
        if by_vendor is not None and family.api_name is not None and family.vendor == by_vendor:
            spelled = lookup(prefix + family.api_name, cache_dir=cache_dir, on=day)
            # The undated name of a family follows its newest version; a dated one ends with its version.
            name = family.api_name if _is_known_by_name(spelled) else name
        if name not in yielded:
            yielded.add(name)
            yield name


def _is_known_by_name(entry: CatalogueEntry) -> bool:
    """Whether somebody lists the very name: the price data also accepts names that nobody serves."""
    is_listed = entry.matched == entry.identity.name or facts_of(entry.identity) is not None
    return entry.priced and is_listed


def _listed_beside(entry: CatalogueEntry, cache_dir: Path | None) -> Iterator[str]:
    """The ids of the price data for the same provider and, where names have one, the same maker."""
    sections = digest(cache_dir)
    provider, name = in_the_digest(entry.identity)
    fallbacks = (sections.get("providers").get(provider) or {}).get("fallback", [])[:1]
    maker = name.rpartition("/")[0].lower()
    for source in (provider, *fallbacks):
        for listed in entries_of(sections, source):
            if listed.id.rpartition("/")[0].lower() == maker:
                yield listed.id


def _bedrock_names(name: str) -> Iterator[str]:
    """The Bedrock ids of the same region and maker, as the catalogue CrewAI ships spells them."""
    scope_and_maker = re.match(r"(?:[a-z-]+\.)?[a-z0-9]+\.", name)
    if scope_and_maker is None:
        return
    for section in ("facts/bedrock_converse", "facts/bedrock"):
        for listed in crewai_data().get(section):
            if listed.startswith(scope_and_maker.group()) and "/" not in listed:
                yield listed


def _takes_the_place(other: CatalogueEntry, entry: CatalogueEntry, day: date) -> bool:
    return (
        other.priced
        and not is_passing(other, entry)
        and not re.search(_TRIAL, other.identity.name.lower())
        and not _leaves_soon(other, day)
        and not other.deprecated
        and other.identity.route is entry.identity.route
        and other.provider == entry.provider
        and (other.function_calling or not entry.function_calling)
    )


def is_passing(other: CatalogueEntry, entry: CatalogueEntry) -> bool:
    """Whether ``other`` is a free, preview or distilled variant, which ``entry`` is not."""
    kinds, own = (set(re.findall(_PASSING, one.identity.name.lower())) for one in (other, entry))
    return not kinds <= own


def _leaves_soon(entry: CatalogueEntry, day: date) -> bool:
    return entry.retirement is not None and entry.retirement.on <= day + SOON


def _versions_leave(entry: CatalogueEntry, day: date) -> bool:
    """Whether every dated version the catalogue knows of an undated name is to leave soon."""
    ends = ends_of_dated_versions(entry.identity)
    return bool(ends) and all(end is not None and end <= day + SOON for end in ends)


def _is_cheaper(other: CatalogueEntry, entry: CatalogueEntry) -> bool:
    if not entry.priced:
        return True
    pairs = ((other.input_price, entry.input_price), (other.output_price, entry.output_price))
    return all(theirs is not None and ours is not None and theirs < ours for theirs, ours in pairs)


def _age(other: Family, family: Family) -> int | None:
    """How many generations newer ``other`` is; ``None`` when it is older or cannot be compared."""
    if other.generation == family.generation:
        return 0
    order = list(generations(family.vendor))
    if other.generation not in order or family.generation not in order:
        return None
    newer = order.index(other.generation) - order.index(family.generation)
    return newer if newer > 0 else None


def _rank(other: CatalogueEntry, family: Family) -> tuple[bool, int, int, Decimal, str]:
    assert other.family is not None
    age = _age(other.family, family) or 0
    return bool(age), TIERS.index(other.family.tier), -age, other.output_price or Decimal(0), other.id


def _dearness(
    other: CatalogueEntry, entry: CatalogueEntry, day: date
) -> tuple[bool, bool, Decimal, int, str]:
    age = _age(other.family, entry.family) if other.family and entry.family else None
    begins_to_think = other.speed.name == "reasoning" and entry.speed.name != "reasoning"
    return _versions_leave(other, day), begins_to_think, _price(other), age or 0, other.id
