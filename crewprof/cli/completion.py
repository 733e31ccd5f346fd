"""What a shell offers while a command line is typed (``crewprof --install-completion``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Offered: TypeAlias = list[tuple[str, str]]
MOST = 60
"""Models that are offered at most: more is no help."""


def codes(incomplete: str) -> Offered:
    """Rules whose code begins with what is typed after the last comma, each with its name (a longer text is
    broken into lines, which fish takes for more rules)."""
    from crewprof.rules.registry import every_rule

    before, comma, part = incomplete.rpartition(",")
    return [(before + comma + rule.code, rule.name) for rule in every_rule() if rule.code.startswith(part)]


def models(incomplete: str) -> Offered:
    """Models of the catalogue whose id begins with what is typed after the last comma and ``=``."""
    from crewprof.models import search

    head, equals, typed = incomplete.rpartition("=")
    before, comma, part = typed.rpartition(",")
    found = [entry.id for entry in search(part) if entry.id.startswith(part)]
    return [(head + equals + before + comma + one, "") for one in found[:MOST]]


def among(values: Iterable[str]) -> Callable[[str], Offered]:
    """Those of ``values`` that begin with what is typed."""
    every = tuple(values)

    def offered(incomplete: str) -> Offered:
        return [(one, "") for one in every if one.startswith(incomplete)]

    return offered
