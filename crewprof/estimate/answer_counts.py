"""Numbers of things a text asks for: ``5 bullet points``, ``under 200 words``, ``two paragraphs each``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crewprof.estimate.wording import (
    AFTER_MOST,
    ARTICLES,
    BEFORE_BOUNDS,
    EACH,
    LEAST_LEADS,
    LIST_LEADS,
    NOT_ITEMS,
    NUMBERS,
    STOPS,
    UNITS,
    WITH,
    Bound,
    Unit,
)

_MOST_DIGITS = 6
_ADJECTIVES = 4
_ITEM_UNITS = frozenset({Unit.ITEM, Unit.SHORT_ITEM})
_SIZE_UNITS = frozenset({Unit.SENTENCE, Unit.PARAGRAPH, Unit.PAGE, Unit.LINE, Unit.SECTION})
_AND = frozenset({"and", "plus", "followed", "y", "e", "et", "und", "+"})


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


def _number(token: str) -> int | None:
    digits = token.replace(",", "").replace(".", "")
    return int(digits[:_MOST_DIGITS]) if digits.isdecimal() else NUMBERS.get(token)


def read_counts(tokens: list[str]) -> list[Count]:
    """Every count in the words and signs of a text, in the order they stand."""
    found: list[Count] = []
    at = 0
    while at < len(tokens):
        low = _number(tokens[at])
        if low is None and tokens[at] not in ARTICLES:
            at += 1
            continue
        end, high = _range_end(tokens, at, low)
        count, end = _count_at(tokens, at, end, low, high)
        if count is not None:
            found.append(count)
        at = end
    found.extend(_plural_sizes(tokens, found))
    return found


def _range_end(tokens: list[str], at: int, low: int | None) -> tuple[int, int | None]:
    """Where a number, or a range such as ``3-5`` or ``3 to 5``, ends, and its upper number."""
    end = at + 1
    if low is not None and end + 1 < len(tokens) and tokens[end] in _RANGE_SIGNS:
        high = _number(tokens[end + 1])
        if high is not None and high >= low and tokens[end + 1] not in ARTICLES:
            return end + 2, high
    return end, low


_RANGE_SIGNS = frozenset(
    {"-", "–", "—", "~", "to", "and", "or", "a", "y", "e", "o", "ou", "et", "bis", "und"}
)


def _count_at(
    tokens: list[str], at: int, end: int, low: int | None, high: int | None
) -> tuple[Count | None, int]:
    """The count whose number stands at ``at`` and ends at ``end``, and where to read on."""
    article = tokens[at] in ARTICLES
    unit, unit_at = _unit_after(tokens, end)
    if unit is None and not article and (low or 0) > 1:
        unit, unit_at = _listed_noun(tokens, at, end)
    if unit is None:
        return None, end
    if article and unit not in _SIZE_UNITS:
        return None, at + 1
    number_low, number_high = float(low or 1), float(high or low or 1)
    bound = None if number_low != number_high else _bound(tokens, at, unit_at)
    return Count(
        unit, number_low, number_high, bound, _is_each(tokens, at, unit_at, unit), _link(tokens, at), article
    ), unit_at + 1


def _is_each(tokens: list[str], at: int, unit_at: int, unit: Unit) -> bool:
    behind = any(token in EACH for token in tokens[unit_at + 1 : unit_at + 4])
    before = any(token in EACH for token in tokens[max(0, at - 5) : at])
    return behind or (before and unit not in _ITEM_UNITS)


def _link(tokens: list[str], at: int) -> Literal["with", "and"] | None:
    for token in reversed(tokens[max(0, at - 4) : at]):
        if token in _AND:
            return "and"
        if token in WITH:
            return "with"
        if token in ".;:,\n":
            return None
    return None


def _listed_noun(tokens: list[str], at: int, start: int) -> tuple[Unit | None, int]:
    """Any plural counts as items where a list is spoken of: ``a list of 10 opinions``."""
    if not any(token in LIST_LEADS for token in tokens[max(0, at - 3) : at]):
        return None, start
    last = start
    while last < min(len(tokens), start + _ADJECTIVES) and _is_noun(tokens[last]):
        last += 1
    if last == start or not tokens[last - 1].endswith("s"):
        return None, start
    return Unit.ITEM, last - 1


def _is_noun(token: str) -> bool:
    return token[0].isalpha() and token not in STOPS and token not in NOT_ITEMS and token not in _AND


def _unit_after(tokens: list[str], start: int) -> tuple[Unit | None, int]:
    """The unit named by the noun phrase that starts at ``start``, and where it stands."""
    skipped = 0
    at = start
    while at < len(tokens) and skipped <= _ADJECTIVES:
        token = tokens[at]
        if token in ("-", "–", "*", "+"):
            at += 1
            continue
        if not _is_noun(token) or token in NUMBERS:
            return None, at
        if token in UNITS:
            return UNITS[token], at
        skipped += 1
        at += 1
    return None, at


def _bound(tokens: list[str], at: int, unit_at: int) -> Bound | None:
    before = tokens[max(0, at - 4) : at]
    for place in range(len(before) - 1, -1, -1):
        word = before[place]
        if not word[0].isalpha():
            return None if word in ".;\n" else _after_bound(tokens, unit_at)
        if word in BEFORE_BOUNDS:
            leads = before[max(0, place - 1) : place + 1]
            return Bound.LEAST if any(lead in LEAST_LEADS for lead in leads) else BEFORE_BOUNDS[word]
    return _after_bound(tokens, unit_at)


def _after_bound(tokens: list[str], unit_at: int) -> Bound | None:
    return Bound.MOST if any(token in AFTER_MOST for token in tokens[unit_at + 1 : unit_at + 4]) else None


_PLURAL_SIZES = {
    "sentences": (Unit.SENTENCE, 2.0, 5.0),
    "paragraphs": (Unit.PARAGRAPH, 2.0, 5.0),
    "pages": (Unit.PAGE, 2.0, 4.0),
}


def _plural_sizes(tokens: list[str], found: list[Count]) -> list[Count]:
    """A few of a size, where a plural stands without a number (``a few paragraphs``)."""
    counted = {count.unit for count in found}
    return [
        Count(unit, low, high)
        for word, (unit, low, high) in _PLURAL_SIZES.items()
        if word in tokens and unit not in counted
    ]
