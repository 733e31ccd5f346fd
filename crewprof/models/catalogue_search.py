"""The catalogue by text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crewprof.models.catalogue import lookup
from crewprof.models.digest import digest, entries_of, providers_of
from crewprof.models.identity import DIGEST_NAMES, litellm_prefixes
from crewprof.models.neighbours import VENDOR_OF_PROVIDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from crewprof.models.catalogue import CatalogueEntry, PriceOverrides

_NOT_CHAT = r"audio|computer-use|embed|image|live|moderation|ocr|realtime|transcribe|tts|whisper|\.ft-"
_CREWAI_PREFIX = {digest_name: ours for ours, digest_name in DIGEST_NAMES.items() if ours != "vertex_ai"}


def search(
    text: str = "",
    overrides: PriceOverrides | None = None,
    *,
    cache_dir: Path | None = None,
    on: date | None = None,
) -> list[CatalogueEntry]:
    """The models of the catalogue whose name holds every word of ``text``, written as CrewAI takes them.

    A model string that crewprof can identify comes first, as written. Without ``text``: the chat models
    of the vendors' own APIs that are not retired.
    """
    words = text.lower().split()
    found: dict[str, CatalogueEntry] = {}
    if len(words) == 1:
        own = lookup(text.strip(), overrides, cache_dir=cache_dir, on=on)
        if own.priced or own.family is not None:
            found[own.id] = own
    for name in _all_names(cache_dir):
        if name in found or not all(word in name.lower() for word in words):
            continue
        if not words and name.partition("/")[0] not in VENDOR_OF_PROVIDER:
            continue
        entry = lookup(name, overrides, cache_dir=cache_dir, on=on)
        if entry.priced and (words or _is_of_its_vendor(entry)):
            found[name] = entry
    return list(found.values())


def _is_of_its_vendor(entry: CatalogueEntry) -> bool:
    vendor = VENDOR_OF_PROVIDER.get(entry.provider)
    own = entry.family is not None and entry.family.vendor == vendor and entry.provider != "azure"
    return own and not entry.retired and not entry.deprecated


def _all_names(cache_dir: Path | None) -> Iterator[str]:
    """The chat models of the price data, as strings CrewAI takes."""
    sections = digest(cache_dir)
    known_to_litellm = litellm_prefixes()
    for provider in providers_of(sections):
        prefix = _CREWAI_PREFIX.get(provider, provider)
        if provider.startswith("huggingface_"):
            prefix = "huggingface/" + provider.removeprefix("huggingface_")
        elif prefix not in known_to_litellm:
            continue
        for listed in entries_of(sections, provider):
            # OpenRouter serves models by ``maker/model``; what is listed without a maker cannot be asked for.
            needs_maker = prefix == "openrouter" and "/" not in listed.id
            if not needs_maker and not re.search(_NOT_CHAT, listed.id):
                # Google serves Claude on Vertex AI alone, not in its Gemini API.
                own = "vertex_ai" if prefix == "gemini" and "claude" in listed.id else prefix
                yield f"{own}/{listed.id.removeprefix('regional.')}"
