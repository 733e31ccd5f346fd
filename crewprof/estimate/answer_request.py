"""What a text asks for: counts, limits, a form and a manner, read from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crewprof.estimate.wording import (
    AFTER_MOST,
    ARTICLES,
    BEFORE_BOUNDS,
    EACH,
    FORMS,
    LEAST_LEADS,
    LIGHT_VERBS,
    LONGER,
    NOT_ITEMS,
    NUMBERS,
    ONLY,
    QUANTITY_QUESTIONS,
    QUESTIONS,
    SHORTER,
    STOPS,
    UNITS,
    VAGUE,
    VERBS,
    Bound,
    Form,
    Unit,
    plain,
)

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d{3})*|[^\w\s]|\n|_")
_QUOTED = re.compile(r"(?<!\w)([\"'“«`])(?=\S)[^\"'“”»`\n]{12,}?[\"'”»`](?!\w)")
_JSON_VALUE = re.compile(r"\"[^\"\n]{1,60}\"\s*:\s*(?![{\[])")
_JSON_ITEM = re.compile(r"[\[,]\s*\"(?:[^\"\n]{1,80})\"(?=\s*[,\]])")
_LISTED_LINE = re.compile(r"(?m)^\s*(?:[-*•+]|\d{1,2}[.)]|\(\w\))\s+\S")
_PARENTHESES = re.compile(r"\([^()]*\)")
_SENTENCE_END = re.compile(r"[.;!?:]\s|\n\s*\n")
_ARRAYS = frozenset({"array", "list", "lista", "liste", "arreglo", "matriz"})
_MOST_DIGITS = 6
_MAX_CHARS = 6000
_ADJECTIVES = 4
_ITEM_UNITS = frozenset({Unit.ITEM, Unit.SHORT_ITEM})
_SIZE_UNITS = frozenset({Unit.SENTENCE, Unit.PARAGRAPH, Unit.PAGE, Unit.WORD, Unit.LINE, Unit.SECTION})


@dataclass(frozen=True, slots=True)
class Count:
    """``low`` to ``high`` of a unit; ``bound`` when only one side is given; ``each``: for every
    item, or of items: for every section."""

    unit: Unit
    low: float
    high: float
    bound: Bound | None = None
    each: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What a text asks for.

    ``form``: the kind of text its head noun names; ``lead``: what its first telling word,
    verb or noun, suggests.
    ``parts``: how many things it lists to be covered (lines or comma-separated nouns). ``json_values``:
    leaves of a JSON template in it. ``longer``, ``shorter``, ``only``: how often it says so.
    ``is_vague``: it says nothing about the answer. ``per_item``: it says "each". ``words``: its length.
    """

    counts: tuple[Count, ...] = ()
    form: Form | None = None
    lead: Form | None = None
    parts: int = 0
    json_values: int = 0
    longer: int = 0
    shorter: int = 0
    only: int = 0
    is_vague: bool = False
    per_item: bool = False
    is_array: bool = False
    words: int = 0

    def of(self, *units: Unit) -> tuple[Count, ...]:
        """The counts of ``units``, in the order they stand."""
        return tuple(count for count in self.counts if count.unit in units)


@lru_cache(maxsize=512)
def read_request(text: str | None) -> Request:
    """What ``text`` (an expected output or a description, any of six languages) asks for."""
    if not text or not text.strip():
        return Request(is_vague=True)
    shown = text[:_MAX_CHARS]
    tokens = _TOKEN.findall(plain(_QUOTED.sub(" ", shown)))
    words = [token for token in tokens if token[0].isalpha()]
    return Request(
        counts=tuple(_counts(tokens)),
        form=_head_form(tokens),
        lead=_lead(words),
        parts=_parts(shown),
        json_values=_json_values(shown),
        longer=sum(word in LONGER for word in set(words)),
        shorter=sum(word in SHORTER for word in set(words)),
        only=sum(word in ONLY for word in words),
        is_vague=bool(words) and all(word in VAGUE for word in words),
        per_item=any(word in EACH for word in words),
        is_array=bool(_ARRAYS.intersection(words)),
        words=len(words),
    )


def _number(token: str) -> int | None:
    if token[0].isdecimal():
        return int(token.replace(",", "").replace(".", "")[:_MOST_DIGITS])
    return NUMBERS.get(token)


def _counts(tokens: list[str]) -> list[Count]:
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
    if unit is None:
        return None, end
    if article and unit not in _SIZE_UNITS:
        return None, at + 1
    if article and unit is Unit.WORD:
        return None, at + 1
    number_low, number_high = float(low or 1), float(high or low or 1)
    bound = None if number_low != number_high else _bound(tokens, at, unit_at)
    each = any(token in EACH for token in tokens[unit_at + 1 : unit_at + 4])
    if unit not in _ITEM_UNITS:
        each = each or any(token in EACH for token in tokens[max(0, at - 5) : at])
    return Count(unit, number_low, number_high, bound, each), unit_at + 1


def _unit_after(tokens: list[str], start: int) -> tuple[Unit | None, int]:
    """The unit named by the noun phrase that starts at ``start``, and where it stands."""
    skipped = 0
    at = start
    while at < len(tokens) and skipped <= _ADJECTIVES:
        token = tokens[at]
        if token in ("-", "–", "*", "+"):
            at += 1
            continue
        if not token[0].isalpha() or token in STOPS or token in NOT_ITEMS:
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


def _head_form(tokens: list[str]) -> Form | None:
    """The form the first telling noun names; of neighbouring nouns the last counts (``summary report``)."""
    for at, token in enumerate(tokens):
        form = FORMS.get(token)
        if form is None:
            continue
        last = form
        for following in tokens[at + 1 : at + 3]:
            if following not in FORMS:
                break
            last = FORMS[following]
        return last
    return None


def _lead(words: list[str]) -> Form | None:
    """What the first telling word suggests: a verb (``explain``), a noun (``score``) or a question."""
    light = False
    for at, word in enumerate(words):
        if at == 0 and word in QUESTIONS and len(words) <= _SHORT_QUESTION:
            return _question(words)
        if word in QUANTITY_QUESTIONS and at <= 2:
            return Form.VALUE
        if word in VERBS:
            return VERBS[word]
        if word in FORMS:
            return FORMS[word]
        light = light or word in LIGHT_VERBS
    return Form.ANALYSIS if light else None


def _question(words: list[str]) -> Form:
    """A short question asks for a value, unless it asks for several things (``what are``)."""
    return Form.ANALYSIS if words[0] in _PLURAL_QUESTIONS or words[1:2] == ["are"] else Form.VALUE


_PLURAL_QUESTIONS = frozenset({"are", "do"})
_SHORT_QUESTION = 14


def _parts(text: str) -> int:
    """How many things are listed: lines with a bullet, else nouns between commas in one sentence."""
    lines = len(_LISTED_LINE.findall(text))
    if lines >= 2:
        return lines
    sentences = _SENTENCE_END.split(_PARENTHESES.sub(" ", text))
    commas = max(sentence.count(",") for sentence in sentences)
    return commas + 1 if commas >= 2 else 0


def _json_values(text: str) -> int:
    if "{" not in text and "[" not in text:
        return 0
    return len(_JSON_VALUE.findall(text)) + len(_JSON_ITEM.findall(text))
