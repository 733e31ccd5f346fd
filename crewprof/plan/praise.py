"""Sentences about an agent that tell a model nothing it could act on: experience, passion, fame, pressure.

A sentence is only called empty when every word of it is praise, a word that means little, or said by the
agent's role, goal or tasks already. A word that is none of these (a domain, a style, a rule, a fact) keeps
its sentence, and so does every word of prohibition, obligation or preference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.language.content import listed, speaks_of
from crewprof.language.detection import language_of
from crewprof.language.sentences import stem, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_REASONS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "years of experience": (
        ("praise_years", "praise_fields"),
        ("praise_years", "praise_long"),
        ("praise_experience",),
    ),
    "passion": (("praise_passion",),),
    "fame": (("praise_renown",),),
    "praise": (("praise_brilliance",),),
    "pressure": (("praise_pressure",),),
}
"""What a sentence is made of, and ways to know it by: lists of phrases, of each of which one is there."""
_MOST_DIGITS: Final = 2
"""Of a number of years."""


def empty_because(sentence: str, said: frozenset[str]) -> tuple[str, ...]:
    """What an empty sentence is made of (``years of experience`` …); nothing if it may carry something.

    ``said``: the stems of what else the agent is told (:func:`stems`).
    """
    language = language_of(sentence)
    reasons = tuple(
        reason
        for reason, ways in _REASONS.items()
        if any(all(speaks_of(sentence, language, phrases) for phrases in way) for way in ways)
    )
    # A colon, code or an address says something, whatever the words around it.
    if not reasons or any(mark in sentence for mark in (":", "`", "http")):
        return ()
    told = words(sentence)
    if not listed("rules", language).isdisjoint(told):
        return ()
    empty = listed("empty", language)
    return reasons if all(_says_little(word, said, empty) for word in told) else ()


def stems(texts: Iterable[str | None]) -> frozenset[str]:
    """The stems of all words of ``texts``."""
    return frozenset(stem(word) for text in texts if text for word in words(text))


def _says_little(word: str, said: frozenset[str], empty: frozenset[str]) -> bool:
    if word in empty or stem(word) in said:
        return True
    return word.isdigit() and len(word) <= _MOST_DIGITS
