"""The price digest: the library's price data as shipped, or as remembered from a newer library."""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from crewprof.models.sections import DATA, Sections, text_of_sections

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = 1
"""Of the sections; a remembered file of another format is not read."""


class PriceData(NamedTuple):
    """Where the prices come from: the version of the library, and the day the digest was made of it.

    ``made_on`` is ``None`` when the installed library itself is used.
    """

    library_version: str
    made_on: date | None


class DigestEntry(NamedTuple):
    """One model of the digest: its own id, its matching clause, and what the library says of it."""

    provider: str
    id: str
    clause: Any
    context_window: int | None
    prices: list[list[Any]]
    deprecated: bool


def digest(cache_dir: Path | None = None) -> Sections:
    """The prices to use: the shipped digest, or the installed library when that is newer.

    What is read from a newer library is remembered in ``cache_dir``, if one is given, by the library's
    version. A folder that cannot be written is no error.
    """
    installed = _installed_version()
    shipped = _shipped()
    if installed is None or _release(installed) <= _release(shipped.get("about")["genai-prices"]):
        return shipped
    return _of_newer_library(installed, cache_dir)


def price_data(cache_dir: Path | None = None) -> PriceData:
    """Where the prices in use come from."""
    sections = digest(cache_dir)
    made = sections.get("made")
    return PriceData(sections.get("about")["genai-prices"], date.fromisoformat(made["on"]) if made else None)


def digest_providers() -> dict[str, Any]:
    """The shipped digest's providers: address pattern and whose models they also serve."""
    providers: dict[str, Any] = _shipped().get("providers")
    return providers


@cache
def entries_of(sections: Sections, provider: str) -> list[DigestEntry]:
    """The models of one provider of the digest, in the library's order; none for an unknown one."""
    rows = sections.get(f"provider/{provider}") or []
    return [
        DigestEntry(provider, name, clause, window, prices, bool(deprecated))
        for name, clause, window, prices, deprecated in rows
    ]


def providers_of(sections: Sections) -> list[str]:
    """The providers that have models in the digest."""
    return sections.names("provider/")


@cache
def _shipped() -> Sections:
    return Sections.of_text((DATA / "prices.tsv").read_text(encoding="utf-8"))


@cache
def _of_newer_library(installed: str, cache_dir: Path | None) -> Sections:
    remembered = cache_dir / f"prices-{_FORMAT}-{installed}.tsv" if cache_dir else None
    if remembered is not None:
        try:
            sections = Sections.of_text(remembered.read_text(encoding="utf-8"))
            if sections.get("about")["genai-prices"] == installed:
                return sections
        except (OSError, ValueError, TypeError, KeyError):
            pass  # not there, or not ours: it is written anew
    from crewprof.models.genai_library import sections_of_library

    try:
        text = text_of_sections(sections_of_library())
    except (ImportError, AttributeError, KeyError, TypeError, ValueError):
        return _shipped()  # a later library that keeps its data in another way
    if remembered is not None:
        _write_whole(remembered, text)
    return Sections.of_text(text)


def _write_whole(path: Path, text: str) -> None:
    """Write ``path`` so that a reader sees all of it or nothing; a folder that refuses is let be."""
    from crewprof.source.writing import write_new

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, text.encode())
    except OSError:
        return


@cache
def _installed_version() -> str | None:
    """The version of the installed library, from the name of its metadata folder.

    ``importlib.metadata`` says the same but takes longer to import than a look-up may take.
    """
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - names suffice, and faster
        except OSError:
            continue
        for name in names:
            if name.startswith("genai_prices-") and name.endswith(".dist-info"):
                return name.removeprefix("genai_prices-").removesuffix(".dist-info")
    return None


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
