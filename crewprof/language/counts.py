"""Numbers of things a text asks for: ``5 bullet points``, ``under 200 words``, ``two paragraphs each``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from crewprof.language.lexicon import lexicon
from crewprof.language.meanings import Bound, Mark, Unit

if TYPE_CHECKING:
    from crewprof.language.lexicon import Lexicon
    from crewprof.language.words import Word

_ADJECTIVES: Final = 4
"""Words that may stand between a number and its noun."""
_SIGNS: Final = 10
"""Characters that may, where words are written without blanks."""
_ITEM_UNITS: Final = frozenset({Unit.ITEM, Unit.SHORT_ITEM})
_SIZE_UNITS: Final = frozenset({Unit.SENTENCE, Unit.PARAGRAPH, Unit.PAGE, Unit.LINE, Unit.SECTION})
_ORDINALS: Final = frozenset({"第", "제"})
_RANGE_SIGNS: Final = frozenset("-–—~〜～")
_PASSED: Final = frozenset("-–*+")


@dataclass(frozen=True, slots=True)
class Count:
    """``low`` to ``high`` of a unit.

    ``bound``: only one side is meant. ``each``: for every item, or of items: for every section.
    ``link``: the word that joins it to what stands before it, as far as it tells: ``5 ideas with a
    paragraph`` has one in each, ``5 ideas and a paragraph`` one beside them. ``is_article``: ``a sentence``.
    """

    unit: Unit
    low: float
    high: float
    bound: Bound | None = None
    each: bool = False
    link: Literal["with", "and"] | None = None
    is_article: bool = False

    @property
    def middle(self) -> float:
        """The number to expect."""
        return (self.low + self.high) / 2


def read_counts(words: list[Word], language: str | None) -> list[Count]:
    """Every count in the words and signs of a text, in the order they stand."""
    own = lexicon(language or "en")
    found: list[Count] = []
    at = 0
    while at < len(words):
        word = words[at]
        if (word.number is None and not word.bears(Mark.ARTICLES)) or _is_ordinal(words, at):
            at += 1
            continue
        if word.meaning.unit is not None and word.number is not None:
            found.append(Count(word.meaning.unit, word.number, word.number, _bound(words, at, at)))
            at += 1
            continue
        end, high = _range_end(words, at)
        count, at = _count_at(words, at, end, high, own)
        if count is not None:
            found.append(count)
    found.extend(_plural_sizes(words, found))
    return found


def _is_ordinal(words: list[Word], at: int) -> bool:
    return at > 0 and words[at - 1].text in _ORDINALS


def _range_end(words: list[Word], at: int) -> tuple[int, float | None]:
    """Where a number, or a range such as ``3-5`` or ``3 to 5``, ends, and its upper number.

    ``seven (7)`` is one number.
    """
    low, end = words[at].number, at + 1
    if low is None:
        return end, low
    if end + 2 < len(words) and words[end].text == "(" and words[end + 1].number == low:
        return end + 3, low
    if end + 1 < len(words) and (words[end].text in _RANGE_SIGNS or words[end].bears(Mark.RANGES)):
        high = words[end + 1].number
        if high is not None and high >= low and not words[end + 1].bears(Mark.ARTICLES):
            return end + 2, high
    return end, low


def _count_at(
    words: list[Word], at: int, end: int, high: float | None, own: Lexicon
) -> tuple[Count | None, int]:
    """The count whose number stands at ``at`` and ends at ``end``, and where to read on."""
    low, article = words[at].number, words[at].bears(Mark.ARTICLES)
    unit, unit_at = _unit_after(words, end, own, of_part=low is not None and 0 < low < 1)
    if unit is None and not article and (low or 0) > 1:
        unit, unit_at = _listed_noun(words, at, end, own)
    if unit is None:
        return None, end
    if article and unit not in _SIZE_UNITS:
        return None, at + 1
    number_low, number_high = float(low or 1), float(high or low or 1)
    bound = None if number_low != number_high else _bound(words, at, unit_at)
    each = _is_each(words, at, unit_at, unit)
    return Count(unit, number_low, number_high, bound, each, _link(words, at), article), unit_at + 1


def _is_each(words: list[Word], at: int, unit_at: int, unit: Unit) -> bool:
    behind = any(word.bears(Mark.EACH) for word in words[unit_at + 1 : unit_at + 4])
    before = any(word.bears(Mark.EACH) for word in words[max(0, at - 5) : at])
    return behind or (before and unit not in _ITEM_UNITS)


def _link(words: list[Word], at: int) -> Literal["with", "and"] | None:
    for word in reversed(words[max(0, at - 4) : at]):
        if word.bears(Mark.AND) or word.text == "+":
            return "and"
        if word.bears(Mark.WITH):
            return "with"
        if word.text in ".;:,\n。；：，、":
            return None
    return None


def _listed_noun(words: list[Word], at: int, start: int, own: Lexicon) -> tuple[Unit | None, int]:
    """Any plural counts as items where a list is spoken of: ``a list of 10 opinions``."""
    near = words[max(0, at - 3) : at]
    if own.head != "first":
        near = [*near, *words[start : start + _SIGNS]]
    if not any(word.bears(Mark.LIST_LEADS) for word in near):
        return None, start
    last = start
    while last < min(len(words), start + _ADJECTIVES) and _is_noun(words[last]):
        last += 1
    if last == start or not _is_plural(words[last - 1], own):
        return None, start
    return Unit.ITEM, last - 1


def _is_plural(word: Word, own: Lexicon) -> bool:
    return not own.plural_endings or word.text.endswith(own.plural_endings)


def _is_noun(word: Word) -> bool:
    return word.is_word and not word.bears(Mark.STOPS | Mark.NOT_ITEMS | Mark.AND)


def _unit_after(words: list[Word], start: int, own: Lexicon, *, of_part: bool) -> tuple[Unit | None, int]:
    """The unit named by the noun phrase that starts at ``start``, and where it stands.

    ``of_part``: behind a half, where an article or a preposition may follow: ``half of a page``.
    """
    most = _SIGNS if own.joined else _ADJECTIVES
    skipped, at = 0, start
    while at < len(words) and skipped <= most:
        word = words[at]
        if word.text in _PASSED or (of_part and at < start + 2 and word.bears(Mark.ARTICLES | Mark.STOPS)):
            at += 1
            continue
        if not _is_noun(word) or word.number is not None:
            return None, at
        if word.meaning.unit is not None:
            return word.meaning.unit, at
        skipped += 1
        at += 1
    return None, at


def _bound(words: list[Word], at: int, unit_at: int) -> Bound | None:
    for word in reversed(words[max(0, at - 4) : at]):
        if not word.is_word:
            return None if word.text in ".;\n。；" else _after_bound(words, unit_at)
        if word.bears(Mark.LEAST_BEFORE):
            return Bound.LEAST
        if word.bears(Mark.MOST_BEFORE):
            return Bound.MOST
    return _after_bound(words, unit_at)


def _after_bound(words: list[Word], unit_at: int) -> Bound | None:
    for word in words[unit_at + 1 : unit_at + 4]:
        if word.bears(Mark.MOST_AFTER):
            return Bound.MOST
        if word.bears(Mark.LEAST_AFTER):
            return Bound.LEAST
        if not word.is_word:
            return None
    return None


_FEW: Final = {Unit.SENTENCE: 5.0, Unit.PARAGRAPH: 5.0, Unit.PAGE: 4.0}
"""The upper end of a few sizes."""


def _plural_sizes(words: list[Word], found: list[Count]) -> list[Count]:
    """A few of a size, where a plural stands without a number (``a few paragraphs``)."""
    counted = {count.unit for count in found}
    few = dict.fromkeys(word.meaning.plural_of for word in words)
    return [Count(unit, 2.0, _FEW.get(unit, 5.0)) for unit in few if unit is not None and unit not in counted]
