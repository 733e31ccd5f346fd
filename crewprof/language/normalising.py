"""One spelling for comparing words: lower case, without accents, digits and letters in their usual width."""

from __future__ import annotations

import unicodedata
from typing import Final

from crewprof.late_patterns import late_pattern

_MARKS: Final = late_pattern(
    "(?<![иИ])[\u0300-\u036f]|[\u064b-\u065f\u0670\u0640\u200b-\u200f\u2060\ufeff]|(?<=[иИ])[\u0300-\u0305\u0307-\u036f]"
)
"""Accents on Latin, Greek and Cyrillic letters (the short one of ``й`` makes another letter and stays),
vowel signs, hamza and lengthening of Arabic, and characters without width."""
_LETTERS: Final = str.maketrans({"ß": "ss", "ł": "l", "ı": "i", "đ": "d", "ø": "o", "œ": "oe", "æ": "ae"})
"""Letters that have an accent of their own and no decomposition."""


def plain(text: str) -> str:
    """``text`` in lower case without accents, as words are compared: ``Párrafo`` and ``parrafo`` are one."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed)).translate(_LETTERS)
