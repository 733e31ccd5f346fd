"""Stems: what the forms of a word have in common, so that they are met as one."""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
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
    stem = _algorithm(algorithm)
    return lru_cache(maxsize=8192)(lambda word: stem(word) if len(word) <= LONGEST_WORD else word)


def _algorithm(name: str) -> Callable[[str], str]:
    """The algorithm by itself: the package loads all of its forty, which takes as long as reading a crew."""
    package = ModuleType(f"{__name__}_snowball")
    found = PathFinder.find_spec("snowballstemmer")
    package.__path__ = list((found and found.submodule_search_locations) or ())
    sys.modules.setdefault(package.__name__, package)
    module = import_module(f".{name}_stemmer", package.__name__)
    stem: Callable[[str], str] = getattr(module, f"{name.title()}Stemmer")().stemWord
    return stem
