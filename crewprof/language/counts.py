"""Numbers of things a text asks for: ``5 bullet points``, ``under 200 words``, ``two paragraphs each``."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final, Literal

from crewprof.language.lexicon import lexicon
from crewprof.language.meanings import Bound, Form, Mark, Unit
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.language.lexicon import Lexicon
    from crewprof.language.words import Word

_ADJECTIVES: Final = 4
"""Words that may stand between a number and its noun."""
_SIGNS: Final = 10
"""Characters that may, where words are written without blanks."""
_ITEM_UNITS: Final = frozenset({Unit.ITEM, Unit.SHORT_ITEM})
_SIZE_UNITS: Final = frozenset({Unit.SENTENCE, Unit.PARAGRAPH, Unit.PAGE, Unit.LINE, Unit.SECTION})
_WHOLE_UNITS: Final = frozenset({Unit.CHARACTER, Unit.WORD, Unit.LINE, Unit.SENTENCE})
"""Units that say how long each of several things is: ``three 100-word paragraphs``."""
_CONTAINERS: Final = frozenset({Unit.PARAGRAPH, Unit.SECTION, Unit.PAGE})
_LABELLED: Final = frozenset({Unit.CHARACTER, Unit.TOKEN, Unit.WORD})
_SENTENCE_ENDS: Final = frozenset(".;!?。；！？।؟")
_COLONS: Final = frozenset(":：=")
_FINER: Final = frozenset({Unit.LINE, Unit.SENTENCE})
_MOST_THINGS: Final = 60
"""Things that a text may begin with a number of; higher ones are years and prices."""
_HALF: Final = 0.5
_NEAR_SPEECH: Final = 3
"""Words among which one says that the minutes beside them are spoken or read."""
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
        low, high, end = _number_at(words, at)
        measured = _measured(words, low, high, end, own)
        if measured is not None:
            found.extend(measured[0])
            at = measured[1]
            continue
        count, at = _count_at(words, at, end, (low, high), own)
        if count is not None:
            found.append(count)
    found.extend(_plural_sizes(words, found))
    return found


def _is_ordinal(words: list[Word], at: int) -> bool:
    return at > 0 and words[at - 1].text in _ORDINALS


def _number_at(words: list[Word], at: int) -> tuple[float | None, float | None, int]:
    """The number at ``at``, its upper end where it is a range (``3-5``, ``3 to 5``), and where it ends.

    ``seven (7)`` is one number, ``one and a half`` is 1.5 and ``half a dozen`` is 6. An article has none.
    """
    low, end = words[at].number, at + 1
    if low is None:
        return low, low, end
    if low == _HALF:
        times = end + (end < len(words) and words[end].bears(Mark.ARTICLES))
        if times < len(words) and (words[times].number or 0) > 1:
            low = low * (words[times].number or 1)
            return low, low, times + 1
    half = _half_at(words, end)
    if half is not None:
        return low + _HALF, low + _HALF, half
    if end + 2 < len(words) and words[end].text == "(" and words[end + 1].number == low:
        return low, low, end + 3
    if end + 1 < len(words) and (words[end].text in _RANGE_SIGNS or words[end].bears(Mark.RANGES)):
        high = words[end + 1].number
        if high is not None and high >= low and not words[end + 1].bears(Mark.ARTICLES):
            return low, high, end + 2
    return low, low, end


def _half_at(words: list[Word], at: int) -> int | None:
    """Where ``and a half`` (or ``-and-a-half``) ends that begins at ``at``; ``None`` where none stands."""
    at = _past_hyphen(words, at)
    if at >= len(words) or not words[at].bears(Mark.AND):
        return None
    at = _past_hyphen(words, at + 1)
    if at < len(words) and words[at].bears(Mark.ARTICLES) and words[at].number != _HALF:
        at = _past_hyphen(words, at + 1)
    return at + 1 if at < len(words) and words[at].number == _HALF else None


def _past_hyphen(words: list[Word], at: int) -> int:
    return at + 1 if at < len(words) and words[at].text == "-" else at


def _measured(
    words: list[Word], low: float | None, high: float | None, end: int, own: Lexicon
) -> tuple[tuple[Count, Count], int] | None:
    """Things and the length of each, where it stands before their noun: ``three 100-word paragraphs``,
    ``ten one-line tips``."""
    if low is None or high is None or not _is_size(words, end):
        return None
    size_low, size_high, size_end = _number_at(words, end)
    size, size_at = _unit_after(words, size_end, own, of_part=False)
    if size not in _WHOLE_UNITS or size_low is None or size_high is None or size_at + 1 >= len(words):
        return None
    thing = words[size_at + 1]
    is_plural = bool(own.plural_endings) and _is_noun(thing) and _is_plural(thing, own)
    unit = thing.meaning.unit or (Unit.ITEM if is_plural else None)
    if unit is None:
        return None
    each = Count(size, size_low, size_high, None, each=True)
    return (Count(unit, low, high), each), size_at + 2


def _is_size(words: list[Word], at: int) -> bool:
    """Whether a size may begin here: digits, or a number in letters that a hyphen joins to its unit."""
    if at >= len(words):
        return False
    is_joined = at + 1 < len(words) and words[at + 1].text == "-"
    return words[at].digits is not None or (words[at].number is not None and is_joined)


def _count_at(
    words: list[Word], at: int, end: int, number: tuple[float | None, float | None], own: Lexicon
) -> tuple[Count | None, int]:
    """The count of ``number``, which stands at ``at`` and ends at ``end``, and where to read on."""
    (low, high), article = number, words[at].bears(Mark.ARTICLES)
    unit, unit_at = _unit_after(words, end, own, of_part=low is not None and 0 < low < 1)
    if own.joined and (low or 0) > 1:
        unit, unit_at = _counted_before(words, at, end, (unit, unit_at), own)
    if own.script == "arabic" and unit is None and low == 1.0 and at > 0:
        # One of a thing stands behind it: ``جملة واحدة``.
        unit, unit_at = words[at - 1].meaning.unit, at
    if unit is None and not article and (low or 0) > 1:
        unit, unit_at = _listed_noun(words, at, end, own)
    if unit is None and at == 0 and low is not None and 1 < low <= _MOST_THINGS and _is_things(words, end):
        unit, unit_at = Unit.ITEM, end
    if unit is None and low is not None:
        stated = _stated_before(words, at)
        return (Count(stated[0], low, high or low, stated[1]) if stated is not None else None), end
    if unit is None or (unit is Unit.MINUTE and not _is_spoken(words, at, unit_at, own)):
        return None, end
    if article and unit not in _SIZE_UNITS:
        return None, at + 1
    number_low, number_high = float(low or 1), float(high or low or 1)
    bound = None if number_low != number_high else _bound(words, at, unit_at)
    each = _is_each(words, at, unit_at, unit)
    half = _half_behind(words, unit_at + 1, own)
    if half is not None:
        more = number_low + _HALF
        return Count(unit, more, number_high + _HALF, bound, each, _link(words, at)), half
    return Count(unit, number_low, number_high, bound, each, _link(words, at), article), unit_at + 1


def _is_things(words: list[Word], at: int) -> bool:
    """Whether a text that begins with a number goes on with what there are so many of: ``6 user stories``.

    Not where hardly a word of it is known: in a language without a lexicon.
    """
    if at + 1 >= len(words) or not _is_noun(words[at]) or words[at].number is not None:
        return False
    return sum(word.meaning.says_something for word in words[at:] if word.is_word) > 1


def _counted_before(
    words: list[Word], at: int, end: int, behind: tuple[Unit | None, int], own: Lexicon
) -> tuple[Unit | None, int]:
    """The unit of a noun before its number, behind which stands a counter: ``見出し10個``, ``제목 열 개``.

    ``behind``: the unit that is found behind the number, and where.
    """
    unit, unit_at = behind
    last = min(end, len(words) - 1)
    before = words[at - 1].meaning.unit if at > 0 else None
    is_counter = unit is Unit.ITEM and unit_at == end and len(words[end].text) == 1
    if before in _ITEM_UNITS and (unit is None or is_counter):
        return before, last
    if unit is None and words[last].text in own.lists.get("counters", ()) and _ends_at(words, end + 1):
        return Unit.ITEM, last
    return unit, unit_at


def _ends_at(words: list[Word], at: int) -> bool:
    """Whether a clause ends where ``at`` is, so that what is counted stands before its number."""
    return at >= len(words) or not words[at].is_word


def _stated_before(words: list[Word], at: int) -> tuple[Unit, Bound | None] | None:
    """The unit, and its bound, of a number behind a colon: ``word count: 500``, ``max. characters: 280``."""
    if at < 2 or words[at - 1].text not in _COLONS:
        return None
    label = words[max(0, at - 1 - _ADJECTIVES) : at - 1]
    unit = next((word.meaning.unit for word in reversed(label) if word.meaning.unit in _LABELLED), None)
    if unit is None:
        return None
    is_most = any(word.bears(Mark.MOST_BEFORE | Mark.MOST_AFTER) for word in label)
    return unit, Bound.MOST if is_most else None


def _half_behind(words: list[Word], at: int, own: Lexicon) -> int | None:
    """Where a half behind the unit ends: ``a page and a half``, ``一页半``.

    Not in ``a page and half a line``.
    """
    end = _half_at(words, at)
    if end is None and at < len(words) and words[at].number == _HALF:
        end = at + 1
    if end is None or _unit_after(words, end, own, of_part=True)[0] is not None:
        return None
    return end


def _is_spoken(words: list[Word], at: int, unit_at: int, own: Lexicon) -> bool:
    """Whether minutes are the length of what is to be written: of a speech, not of what is at hand."""
    if at > 0 and words[at - 1].text in own.lists.get("definite", ()):
        return False
    for word in words[unit_at + 1 : unit_at + 1 + _NEAR_SPEECH]:
        if not (word.is_word or word.text == "-") or word.bears(Mark.AND):
            break
        if word.bears(Mark.SPOKEN):
            return True
    for word in reversed(words[max(0, at - _NEAR_SPEECH) : at]):
        if word.bears(Mark.SPOKEN):
            return True
        if not word.bears(Mark.STOPS | Mark.ARTICLES):
            break
    return False


def _is_each(words: list[Word], at: int, unit_at: int, unit: Unit) -> bool:
    if unit in _FINER and at > 1 and words[at - 1].bears(Mark.STOPS) and _holds_others(words[at - 2]):
        return True
    behind = _bears_each(words[unit_at + 1 : unit_at + 4])
    before = _bears_each(reversed(words[max(0, at - 5) : at]))
    return behind or (before and unit not in _ITEM_UNITS)


def _bears_each(words: Iterable[Word]) -> bool:
    """Whether "each" stands among words, before their sentence ends."""
    inside = takewhile(lambda word: word.text not in _SENTENCE_ENDS, words)
    return any(word.bears(Mark.EACH) for word in inside)


def _holds_others(word: Word) -> bool:
    """Whether finer units behind it are in each: ``four paragraphs of three sentences``."""
    return word.meaning.unit in _CONTAINERS


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


_NOT_NOUNS: Final = Mark.STOPS | Mark.NOT_ITEMS | Mark.AND


def _is_noun(word: Word) -> bool:
    return word.is_word and not word.bears(_NOT_NOUNS)


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
        if word.meaning.unit is Unit.MINUTE and not word.bears(Mark.STOPS):
            return Unit.MINUTE, at
        if not _is_noun(word) or word.number is not None or word.meaning.form is Form.CODE:
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
