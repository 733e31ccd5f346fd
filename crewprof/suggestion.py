"""Did you mean …?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

SEPARATORS: Final = str.maketrans("", "", "_- ")


def did_you_mean(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The name among ``known`` that ``name`` is most likely meant to be, if any is close.

    Letter case, hyphens, underscores and spaces do not count. ``likeness`` is from 0 (anything) to 1 (equal).
    """
    folded = {_folded(one): one for one in reversed(list(known))}
    close = lookalikes(_folded(name), folded, likeness=likeness)
    return folded[close[0]] if close else None


def lookalikes(name: str, known: Iterable[str], *, likeness: float) -> list[str]:
    """Up to three of ``known`` that share most letters with ``name`` in the same order, the closest first."""
    from difflib import get_close_matches

    return get_close_matches(name, list(known), cutoff=likeness)


def _folded(name: str) -> str:
    return name.casefold().translate(SEPARATORS)
