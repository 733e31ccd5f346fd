"""Stems: what the forms of a word have in common, so that they are met as one."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_WORD: Final = 200
"""Letters of the longest word that is looked up; what is longer is none (data, a separator)."""


@cache
def stemmer(algorithm: str | None) -> Callable[[str], str]:
    """The Snowball stemmer of a language (``english``, ``russian`` …); words as they stand for ``None``."""
    if algorithm is None:
        return str
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer(algorithm).stemWord
    return lru_cache(maxsize=8192)(lambda word: stem(word) if len(word) <= LONGEST_WORD else word)
