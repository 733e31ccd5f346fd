"""Did you mean …?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def did_you_mean(name: str, known: Sequence[str]) -> str | None:
    """The name among ``known`` that ``name`` is most likely meant to be, if any is close."""
    from difflib import get_close_matches

    folded = {one.casefold(): one for one in reversed(known)}
    close = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None
