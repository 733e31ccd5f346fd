"""The sentences of a text, as exact pieces of it, in any language that ends them with a mark."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crewprof.language.normalising import plain
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    import re

_END: Final = late_pattern(
    r"[.!?…]+[\"'”’»)\]*_]*(?=\s|\Z)|[。！？।؟]+[」』]?|\n[ \t]*\n|\n(?=[ \t]*(?:[-*•]|\d+[.)])\s)"
)
_ABBREVIATIONS: Final = frozenset(
    (
        *("e.g", "i.e", "etc", "vs", "cf", "dr", "mr", "mrs", "ms", "st", "no", "nr", "approx", "inc", "ltd"),
        *(
            "co",
            "jr",
            "sr",
            "prof",
            "fig",
            "vol",
            "p.ej",
            "ej",
            "sra",
            "srta",
            "ud",
            "uds",
            "núm",
            "num",
            "ex",
        ),
        *("av", "dra", "mme", "mlle", "m", "p.ex", "bzw", "z.b", "d.h", "usw", "ca", "u.a", "evtl", "ggf"),
    )
)
_LAST_WORD: Final = late_pattern(r"[\w.\-]+\Z")
_NEXT: Final = late_pattern(r"\S")
_FAR: Final = 80
"""Characters before a mark that tell what it is: an abbreviation or the number of an item is shorter."""
_LIST_NUMBER: Final = late_pattern(r"(?:\A|\n)[ \t]*\d+\Z")
_COMBINING: Final = "\u0300-\u036f\u0900-\u0963\u0981-\u0dff\u0e31-\u0e4e"
"""Signs of Indic and Thai letters that :mod:`re` does not take for parts of words."""
_WORD: Final = late_pattern(rf"\{{[^{{}}\s]*\}}|[^\W_](?:[^\W_]|[{_COMBINING}])*(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: ``text`` is what stands from ``start`` to ``end`` (exclusive), without blanks around it."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=2048)
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of ``text`` in order; items of a list and paragraphs are their own."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if _ends_here(text, start, match):
            found += _trimmed(text, start, match.end())
            start = match.end()
    found += _trimmed(text, start, len(text))
    return tuple(found)


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a mark ends a sentence: not after an abbreviation or the number of a list's item."""
    if not match.group().startswith("."):
        return True
    # What decides is short; to look at all before each mark would take the square of the text.
    before = text[max(start, match.start() - _FAR) : match.start()]
    if _LIST_NUMBER.search(before) or (not found_word(before) and before.strip().isdigit()):
        return False
    word = _LAST_WORD.search(before)
    if word is not None and word.group().lower().strip(".") in _ABBREVIATIONS:
        return False
    following = _NEXT.search(text, match.end())
    return following is None or not following.group().islower()


def found_word(text: str) -> bool:
    """Whether there is a word with letters in ``text``."""
    return any(character.isalpha() for character in text)


def _trimmed(text: str, start: int, end: int) -> list[Sentence]:
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return []
    first = start + len(piece) - len(piece.lstrip())
    return [Sentence(stripped, first, first + len(stripped))]


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` in order, in lower case and without accents; placeholders stay whole."""
    return tuple(plain(word.replace("’", "'")) for word in _WORD.findall(text))


_ENDINGS: Final = ("ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "e", "y")
_SHORTEST_STEM: Final = 4


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without the ending of its number or tense, so that forms of one word are met.

    Only meant for comparing words of one text; it is no linguist.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
