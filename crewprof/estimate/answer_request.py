"""What a text asks for: counts, limits, a form and a manner, read from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crewprof.estimate.answer_counts import Count, read_counts
from crewprof.estimate.wording import (
    EACH,
    FORMS,
    LIGHT_VERBS,
    LONGER,
    ONLY,
    QUANTITY_QUESTIONS,
    QUESTIONS,
    SHORTER,
    VAGUE,
    VERBS,
    WEAK,
    Form,
    Unit,
    plain,
)

_TOKEN = re.compile(r"\d+(?:[.,]\d{3})*(?![^\W_])|[^\W_]+(?:['’][^\W\d_]+)?|[^\w\s]|\n|_")
_QUOTED = re.compile(r"(?<!\w)([\"'“«`])(?=\S)[^\"'“”»`\n]{12,}?[\"'”»`](?!\w)")
_JSON_VALUE = re.compile(r"\"[^\"\n]{1,60}\"\s*:\s*(?![{\[])")
_JSON_ITEM = re.compile(r"[\[,]\s*\"(?:[^\"\n]{1,80})\"(?=\s*[,\]])")
_LISTED_LINE = re.compile(r"(?m)^\s*(?:[-*•+]|\d{1,2}[.)]|\(\w\))\s+\S.*$")
_PARENTHESES = re.compile(r"\([^()]*\)")
_SENTENCE_END = re.compile(r"[.;!?:]\s|\n\s*\n")
_ARRAYS = frozenset({"array", "list", "lista", "liste", "arreglo", "matriz"})
_MAX_CHARS = 6000


@dataclass(frozen=True, slots=True)
class Request:
    """What a text asks for.

    ``form``: the kind of text its head noun names; ``more_forms``: others it names; ``lead``: what its
    first telling word, verb or noun, suggests.
    ``parts``: how many things it lists to be covered (lines or comma-separated nouns). ``json_values``:
    leaves of a JSON template in it. ``longer``, ``shorter``, ``only``: how often it says so.
    ``is_vague``: it says nothing about the answer. ``per_item``: it says "each". ``words``: its length.
    """

    counts: tuple[Count, ...] = ()
    form: Form | None = None
    more_forms: frozenset[Form] = frozenset()
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
    tokens = _tokens(shown)
    form, more = _head_form(tokens)
    parts = _parts(shown)
    told_whole = _tokens(_LISTED_LINE.sub(" ", shown)) if parts >= 2 else tokens
    words = [token for token in tokens if token[0].isalpha()]
    return Request(
        counts=tuple(one for one in read_counts(told_whole) if _is_about_all(one, form)),
        form=form,
        more_forms=more,
        lead=_lead(words),
        parts=parts,
        json_values=_json_values(shown),
        longer=sum(word in LONGER for word in set(words)),
        shorter=sum(word in SHORTER for word in set(words)),
        only=sum(word in ONLY for word in words),
        is_vague=bool(words) and all_vague(words),
        per_item=any(word in EACH for word in words),
        is_array=bool(_ARRAYS.intersection(words)),
        words=len(words),
    )


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(plain(_QUOTED.sub(" ", text)))


def _is_about_all(count: Count, form: Form | None) -> bool:
    """Whether a count is about the whole answer: ``a closing sentence`` is not."""
    return not count.is_article or count.each or form in (None, Form.SENTENCE, Form.PARAGRAPH)


def _head_form(tokens: list[str]) -> tuple[Form | None, frozenset[Form]]:
    """The form the first telling noun names, and the others named after it.

    Of neighbouring nouns the last counts (``summary report``). Weak nouns (``answer``) count as long as no
    other stands there.
    """
    for at, token in enumerate(tokens):
        if token not in FORMS:
            continue
        end = at
        while end + 1 < min(len(tokens), at + 3) and tokens[end + 1] in FORMS:
            end += 1
        others = frozenset(FORMS[following] for following in tokens[end + 1 :] if following in FORMS)
        return FORMS[tokens[end]], others
    is_weak = any(token in WEAK for token in tokens)
    return (Form.EXPLANATION if is_weak and not all_vague(tokens) else None), frozenset()


def all_vague(tokens: list[str]) -> bool:
    """Whether words say nothing about an answer."""
    return all(token in VAGUE for token in tokens if token[0].isalpha())


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
