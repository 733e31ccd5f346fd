"""The words of a text that carry what it is about, as stems, and phrases looked for in it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from crewprof.language.lexicon import Lexicon, lexicon
from crewprof.language.meanings import Mark, Unit
from crewprof.language.normalising import plain
from crewprof.language.phrases import Needle, Spaced, holds, needles, spaced
from crewprof.language.sentences import words
from crewprof.language.stems import stemmer
from crewprof.late_patterns import late_pattern

_COMBINING: Final = "\u0300-\u036f\u0900-\u0963\u0981-\u0dff\u0e31-\u0e4e"
_WORD: Final = late_pattern(rf"[^\W\d_](?:[^\W\d_]|[{_COMBINING}])*")
_DENSE: Final = late_pattern(r"[\u3040-\u30ff\u3400-\u9fff]+")
_EMPTY: Final = (
    Mark.WEAK
    | Mark.LITTLE
    | Mark.ARTICLES
    | Mark.STOPS
    | Mark.VAGUE
    | Mark.EACH
    | Mark.WITH
    | Mark.AND
    | Mark.LIGHT_VERBS
)
SIZES: Final = frozenset(
    {Unit.CHARACTER, Unit.TOKEN, Unit.WORD, Unit.LINE, Unit.SENTENCE, Unit.PARAGRAPH, Unit.PAGE}
)
"""Units that say how much, not what."""
_MAX_CHARS: Final = 100_000
"""A text goes on longer than this with data rather than with what is to be done."""
_HANGUL: Final = late_pattern(r"[\uac00-\ud7af]{2,}")
_SYLLABLES: Final = 2
"""Of a Korean word, what its particles leave alone."""
_SHORTEST: Final = 3
_ENGLISH: Final = "english"


@lru_cache(maxsize=4096)
def content_stems(text: str, language: str | None, *, in_english: bool = False) -> tuple[str, ...]:
    """The stems of the words of ``text`` that mean something, in order (pairs of signs in Chinese).

    ``in_english``: as they are where they stand in an English text.
    """
    own = lexicon(language or "en")
    stem = stemmer(_ENGLISH if in_english or own.code == "en" else own.stemmer)
    found: list[str] = []
    for word in _WORD.findall(plain(text[:_MAX_CHARS])):
        if not word.isascii() and _DENSE.search(word):
            found.extend(_pairs(word, own))
        elif not word.isascii() and _HANGUL.fullmatch(word):
            if not own.has(word, _EMPTY) and own.meaning(word).unit not in SIZES:
                found.append(word[:_SYLLABLES])
        elif len(word) >= _SHORTEST and not own.has(word, _EMPTY):
            meaning = own.meaning(word)
            if meaning.unit not in SIZES and meaning.number is None:
                found.append(stem(word))
    return tuple(found)


def _pairs(word: str, own: Lexicon) -> list[str]:
    """The known words of a run without blanks, and the pairs of signs of what lies between them."""
    found: list[str] = []
    unknown = ""
    for piece in [*(own.inside.findall(word) if own.joined else word), ""]:
        known = own.meaning(piece)
        if piece and not known.says_something:
            unknown += piece
            continue
        found.extend(unknown[at : at + 2] for at in range(len(unknown) - 1))
        unknown = ""
        if len(piece) > 1 and not known.marks & _EMPTY and known.unit not in SIZES:
            found.append(piece)
    return found


def speaks_of(text: str, language: str | None, phrases: str) -> bool:
    """Whether one of the ``phrases`` (a list of the lexicon) is in ``text``, in its language or English."""
    return any(holds_listed(text, code, phrases) for code in dict.fromkeys((language or "en", "en")))


def holds_listed(text: str, code: str, phrases: str) -> bool:
    """Whether a phrase of one lexicon stands in ``text``."""
    own = lexicon(code)
    if own.joined:
        told = plain(text)
        return any(phrase.rstrip("*") in told for phrase in own.phrase_lists.get(phrases, ()))
    return holds(_spaced(text), _needles(code, phrases))


def greatest_number(text: str, language: str | None, phrases: str) -> int:
    """The greatest number that one of the ``phrases`` in ``text`` ends with: ``the three``.

    2 for a phrase that ends with none (``both``), 0 without any.
    """
    found = 0
    for code in dict.fromkeys((language or "en", "en")):
        own = lexicon(code)
        for phrase in own.phrase_lists.get(phrases, ()):
            if holds(_spaced(text), needles((phrase,))):
                number = own.meaning(phrase.rsplit(" ", 1)[-1].rstrip("*")).number
                found = max(found, 2 if number is None else round(number))
    return found


@cache
def _needles(code: str, phrases: str) -> tuple[Needle, ...]:
    return needles(lexicon(code).phrase_lists.get(phrases, ()))


@lru_cache(maxsize=2048)
def _spaced(text: str) -> Spaced:
    return spaced(text)


def begins_with(text: str, language: str | None, phrases: str) -> bool:
    """Whether ``text`` begins with one of the ``phrases`` of its language or English."""
    codes = dict.fromkeys((language or "en", "en"))
    return any(_spaced(text).startswith(_needles(code, phrases)) for code in codes)


def orders(sentence: str, language: str | None, phrases: str) -> bool:
    """Whether ``sentence`` begins with one of the ``phrases``; has one where the verb may stand last and
    words are written without blanks."""
    if lexicon(language or "en").joined and holds_listed(sentence, language or "en", phrases):
        return True
    return begins_with(sentence, language, phrases)


def listed(name: str, language: str | None) -> frozenset[str]:
    """A list of words of the lexicon, in ``language`` and English."""
    codes = dict.fromkeys((language or "en", "en"))
    return frozenset().union(*(lexicon(code).lists.get(name, frozenset()) for code in codes))


def names_listed(text: str, language: str | None, listed_words: str) -> bool:
    """Whether ``text`` has a word of a list of the lexicon, in ``language`` and English; inside the writing
    where words are written without blanks."""
    found = listed(listed_words, language)
    if lexicon(language or "en").joined and any(word in text for word in found if not word.isascii()):
        return True
    return not found.isdisjoint(words(text))
