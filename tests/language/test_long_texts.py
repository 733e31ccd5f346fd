"""Texts of one thing over and over: the work for each part does not grow with what stands before it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from crewprof.language.lexicon import lexicon
from crewprof.language.sentences import sentences, words
from crewprof.language.stems import stemmer

if TYPE_CHECKING:
    from types import FrameType

PARTS = ("a. ", "e.g. ", "1. ", "9", "é", "ß", "分。", "- x\n", "word ", ".")


def looked_at(text: str) -> int:
    """Characters that the slices of a text taken while it is split hold, all together."""
    seen = 0

    def count(frame: FrameType, event: str, _argument: object) -> object:
        nonlocal seen
        if event == "return" and frame.f_code.co_name == "_ends_here":
            seen += sum(len(one) for one in frame.f_locals.values() if isinstance(one, str)) - len(text)
        return count

    sentences.cache_clear()
    sys.setprofile(count)
    try:
        sentences(text)
    finally:
        sys.setprofile(None)
    return seen


@pytest.mark.parametrize("part", PARTS)
def test_what_is_looked_at_grows_with_the_text(part: str) -> None:
    short, long = (looked_at(part * times) for times in (200, 2000))
    assert long <= 12 * short + 1000


@pytest.mark.parametrize("code", ["en", "de"])
def test_an_endless_word_has_no_meaning_and_is_its_own_stem(code: str) -> None:
    word = "aß" * 100_000
    assert len(words(word)) == 1
    assert lexicon(code).meaning(word) is lexicon(code).meaning(word[:500])
    assert stemmer("german")(word) == word
