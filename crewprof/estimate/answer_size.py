"""Tokens of an answer whose size is given in numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crewprof.language.lexicon import lexicon
from crewprof.language.meanings import Bound, Unit
from crewprof.quick_dataclasses import dataclass
from crewprof.tokens.encoding import O200K

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.estimate.assumptions import Book
    from crewprof.language.counts import Count
    from crewprof.language.request import Request

_WHOLE = (Unit.CHARACTER, Unit.TOKEN, Unit.WORD)
"""Units that measure a text as a whole, whatever it is made of."""
_CONTAINERS = (Unit.PARAGRAPH, Unit.SECTION, Unit.PAGE)
_SIZES = (*_WHOLE, Unit.LINE, Unit.SENTENCE, *_CONTAINERS, Unit.MINUTE)
_ITEMS = (Unit.ITEM, Unit.SHORT_ITEM)
_LIMIT_PER_ITEM = 40
"""A limit below this many tokens is meant for each item of a list, not for the whole."""


@dataclass(frozen=True, slots=True)
class LanguageScale:
    """What an answer in a language takes in tokens, English being 1.

    ``word``: for a number of words; ``content``: for a text of a kind; ``character``: tokens of one
    character.
    """

    word: float
    content: float
    character: float

    @classmethod
    def of(cls, language: str | None, encoding: str, book: Book) -> LanguageScale:
        """The scale of ``language`` (``None``: unknown, taken as English) in ``encoding``."""
        english = book.value("size_character_tokens")
        if language in (None, "en"):
            return cls(1.0, 1.0, english)
        ending = f"_{language}" if encoding == O200K else f"_{language}_cl100k"
        exponent = book.value("language_exponent")
        word = book.value(f"tokens_per_word{ending}") / book.value("tokens_per_word_en")
        character = book.value(f"tokens_per_character{ending}")
        dense = lexicon(language).joined
        return cls(
            math.pow(word, exponent),
            math.pow(book.value(f"tokens_per_content{ending}"), exponent),
            character if dense else english * math.pow(character / english, exponent),
        )


def _is_layout(count: Count) -> bool:
    """Whether a count beside items says how they stand: ``ten titles, one per line``."""
    return count.unit is Unit.LINE and count.middle == 1.0 and not count.each


@dataclass(frozen=True, slots=True)
class Sizes:
    """Turns counts into tokens by the ``scale`` of the language."""

    scale: LanguageScale
    book: Book

    def items(self, request: Request) -> float | None:
        """How many items ``request`` wants listed; ``None`` if it does not say.

        With some in each of others all are meant: ``30 questions with four options each`` are 120.
        """
        listed = request.of(*_ITEMS)
        if not listed:
            return None
        inner = next((count for count in listed if count.each and count.unit is Unit.ITEM), None)
        others = max((count.middle for count in listed if count is not inner), default=1.0)
        return others * inner.middle if inner is not None else others

    def counted(self, request: Request) -> float | None:
        """Tokens by the counts that are not limits; ``None`` when there are none."""
        exact = [count for count in request.of(*_SIZES) if count.bound is not Bound.MOST]
        items = self.items(request)
        if items is None:
            return self._text(exact)
        exact = [count for count in exact if not _is_layout(count)]
        sections = max((count.middle for count in exact if count.unit in _CONTAINERS), default=1.0)
        # ``5 sections with 3 points each`` are 15 points.
        if sections > 1.0 and any(count.each for count in request.of(*_ITEMS)):
            return self._list(request, items * sections)
        size = self._size_of(exact)
        if size is None:
            return self._list(request, items)
        tokens, count = size
        # ``10 bullet points and a paragraph of 100 words``: both are written. ``10 bullet points of 20
        # words``: the size is that of each.
        if count.link == "and" and not count.each:
            return self._list(request, items) + tokens
        in_each = count.each or count.link == "with" or request.per_item
        return tokens * items if in_each else tokens

    def limit(self, limits: Sequence[Count], items: float | None) -> float | None:
        """Tokens the tightest limit leaves; ``None`` without one."""
        found = [self._limit(count, items) for count in limits if count.unit in _SIZES]
        return min(found, default=None)

    def written(self, tokens: float) -> float:
        """What is really written where much is asked for: models stop short of great lengths."""
        full = self.book.value("full_length_tokens")
        if tokens <= full:
            return tokens
        return full * math.pow(tokens / full, self.book.value("long_answer_exponent"))

    def _limit(self, count: Count, items: float | None) -> float:
        most = self._size(count) * self.book.value("limit_share")
        return most * items if items is not None and (count.each or most < _LIMIT_PER_ITEM) else most

    def _text(self, exact: Sequence[Count]) -> float | None:
        """A text without items: its size, or that of each of its parts times their number."""
        each = [count for count in exact if count.each]
        # ``2 paragraphs a section, 900 words in all``: the words are those of the whole.
        if not each or any(count.unit in _WHOLE and not count.each for count in exact):
            size = self._size_of([count for count in exact if not count.each])
            return size[0] if size is not None else None
        finest = min(each, key=_fineness)
        containers = [count.middle for count in exact if _fineness(count) > _fineness(finest)]
        number = max(containers) if containers else self.book.value("uncounted_items")
        return number * self._size(finest)

    def _size_of(self, exact: Sequence[Count]) -> tuple[float, Count] | None:
        """The size that says most: words and characters before all, else the largest."""
        whole = [count for count in exact if count.unit in _WHOLE] or exact
        sized = [(self._size(count), count) for count in whole]
        return max(sized, key=lambda one: one[0], default=None)

    def _list(self, request: Request, items: float) -> float:
        if request.of(*_ITEMS)[0].unit is Unit.SHORT_ITEM:
            return items * self.book.value("short_item_tokens") * self.scale.content
        each = self.book.value("list_item_tokens") * self.scale.content
        return each * math.pow(items, self.book.value("list_exponent"))

    def _size(self, count: Count) -> float:
        share = self.book.value("least_share") if count.bound is Bound.LEAST else 1.0
        number = count.middle * share
        if count.unit is Unit.TOKEN:
            return number
        if count.unit is Unit.WORD:
            return number * self.book.value("tokens_per_word_en") * self.scale.word
        if count.unit is Unit.CHARACTER:
            return number * self.scale.character
        return number * self.book.value(f"size_{count.unit.value}_tokens") * self.scale.content


def _fineness(count: Count) -> int:
    """How large a part of a text a unit is: a paragraph more than a sentence."""
    return _SIZES.index(count.unit)
