"""Names in a sentence: a few of them, the others counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_NAMED = 3
"""Names a message holds; the others are counted, and stand in the JSON report."""


def listed(names: Iterable[str], *, word: str = "and") -> str:
    """``a, b and c``."""
    *most, last = list(names) or [""]
    return f"{', '.join(most)} {word} {last}" if most else last


def named(names: Iterable[str], most: int = MOST_NAMED) -> str:
    """``a, b and c``, or ``a, b, c and 11 more``."""
    every = list(names)
    more = len(every) - most
    return listed(every) if more <= 0 else f"{', '.join(every[:most])} and {more:,} more"


def called(names: Iterable[str], most: int = MOST_NAMED) -> str:
    """``'a'`` for one name, which stands after its noun; ``a, b and c`` for several."""
    every = list(names)
    return f"'{every[0]}'" if len(every) == 1 else named(every, most)
