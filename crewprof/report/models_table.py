"""``crewprof models``: what is known of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.report import numbers
from crewprof.report.json_values import money, written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from crewprof.models import CatalogueEntry
    from crewprof.report.drawing import Text
    from crewprof.report.look import Look

WIDE = 100
"""Columns from which the price of cached tokens has room."""


def render(entries: Sequence[CatalogueEntry], report_format: str, look: Look) -> str:
    """``entries`` as a table (``text``) or as ``json``."""
    if report_format == "json":
        return written({"version": 1, "models": [_object(entry) for entry in entries]})
    return _table(entries, look)


def _object(entry: CatalogueEntry) -> dict[str, Any]:
    """Prices are USD per million tokens, windows tokens."""
    return {
        "id": entry.id,
        "provider": entry.provider,
        "matched": entry.matched,
        "match": entry.match.value,
        "tier": entry.tier,
        "generation": entry.generation,
        "priced": entry.priced,
        "input_usd_per_million": money(entry.input_price),
        "cached_input_usd_per_million": money(entry.cached_input_price),
        "cache_write_usd_per_million": money(entry.cache_write_price),
        "output_usd_per_million": money(entry.output_price),
        "price_note": entry.price_note,
        "context_window": entry.context_window,
        "max_output_tokens": entry.max_output_tokens,
        "function_calling": entry.function_calling,
        "counting": "exact" if entry.counting_exact else "approximate",
        "local": entry.local,
        "deprecated": entry.deprecated,
        "retired": entry.retired,
        "retires_on": None if entry.retirement is None else entry.retirement.on.isoformat(),
        "speed": entry.speed.name,
        "overridden": entry.overridden,
    }


def _table(entries: Sequence[CatalogueEntry], look: Look) -> str:
    from crewprof.report.terminal import styled, to_text
    from crewprof.report.text_tables import Column, fitted_table, right

    if not entries:
        return ""
    titles = ("in", "cached", "out", "window") if look.width >= WIDE else ("in", "out", "window")
    columns = (Column("model", gives="fold"), *map(right, titles), Column("tier"), Column(""), Column(""))
    rows = [_row(entry, look) for entry in entries]
    legend = "  prices: USD per million tokens · window: tokens · ~ counted approximately"
    return to_text([fitted_table(columns, rows, look.width), styled(legend, "dim")], look)


def _row(entry: CatalogueEntry, look: Look) -> list[Text]:
    from crewprof.report.drawing import Text
    from crewprof.report.terminal import styled

    return [
        styled(entry.id, "dim" if entry.retired else ""),
        _price(entry.input_price),
        *([_price(entry.cached_input_price)] if look.width >= WIDE else []),
        _price(entry.output_price),
        Text(numbers.tokens(entry.context_window)),
        styled(entry.tier or numbers.UNKNOWN),
        Text("" if entry.counting_exact else "~", style="dim"),
        styled(_remark(entry), "yellow" if entry.retired else "dim"),
    ]


def _price(amount: Decimal | None) -> Text:
    from crewprof.report.drawing import Text

    return Text(numbers.money(amount), style="" if amount is not None else "yellow")


def _remark(entry: CatalogueEntry) -> str:
    """What one must know before choosing it, in a word: the gravest only."""
    if entry.retirement is not None:
        return "retired" if entry.retired else f"until {entry.retirement.on:%Y-%m}"
    if entry.deprecated:
        return "deprecated"
    return "local" if entry.local else ""
