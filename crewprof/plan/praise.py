"""Sentences about an agent that tell a model nothing it could act on: experience, passion, renown, pressure.

A sentence is only called empty when every word of it is praise, a word that means little, or said by the
agent's role, goal or tasks already. A word that is none of these (a domain, a style, a rule, a fact) keeps
its sentence, and so does every word of prohibition, obligation or preference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from crewprof.language.phrases import holds, needles_of_lines, spaced
from crewprof.language.sentences import stem, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.language.phrases import Needle


def empty_because(sentence: str, said: frozenset[str]) -> tuple[str, ...]:
    """What an empty sentence is made of (``years of experience`` …); nothing if it may carry something.

    ``said``: the stems of what else the agent is told (:func:`stems`).
    """
    lists = _word_lists()
    text = spaced(sentence)
    reasons = tuple(
        reason
        for reason, ways in lists.reasons.items()
        if any(all(holds(text, group) for group in way) for way in ways)
    )
    if not reasons or any(mark in sentence for mark in (":", "`", "http")):
        return ()
    told = words(sentence)
    if any(word in lists.rules for word in told):
        return ()
    return reasons if all(_says_little(word, said, lists.little) for word in told) else ()


def stems(texts: Iterable[str | None]) -> frozenset[str]:
    """The stems of all words of ``texts``."""
    return frozenset(stem(word) for text in texts if text for word in words(text))


def _says_little(word: str, said: frozenset[str], little: frozenset[str]) -> bool:
    if word in little or stem(word) in said:
        return True
    return word.isdigit() and len(word) <= _MOST_DIGITS


_MOST_DIGITS = 2
"""Of a number of years."""


@dataclass(frozen=True, slots=True)
class _WordLists:
    """``reasons``: ways to know praise by, each of groups of phrases. ``rules``: words of prohibition,
    obligation and preference. ``little``: words that carry no domain, style, rule or fact."""

    reasons: Mapping[str, tuple[tuple[tuple[Needle, ...], ...], ...]]
    rules: frozenset[str]
    little: frozenset[str]


@cache
def _word_lists() -> _WordLists:
    data = json.loads(resources.files("crewprof.plan").joinpath("data/praise.json").read_text("utf-8"))
    return _WordLists(
        reasons={
            reason: tuple(tuple(needles_of_lines(group) for group in way) for way in ways)
            for reason, ways in data["reasons"].items()
        },
        rules=_all_words(data["rules"]),
        little=_all_words(data["little"]),
    )


def _all_words(by_language: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(word for lines in by_language.values() for line in lines for word in line.split())
