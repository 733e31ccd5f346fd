"""How long an answer gets, predicted from what its task asks for.

The expected output speaks first: explicit numbers (``5 bullet points``), then the kind of text it names
(``report``), its manner (``brief``) and the parts it lists. Where it says nothing, the description
speaks. An output schema and ``max_tokens`` decide where they are given.

Calibrated on recorded test tasks, which are far shorter than what production crews write; there it is
wording (report, article, comprehensive, detailed, listed parts) that carries the length.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.estimate.answer_request import Count, Request, read_request
from crewprof.estimate.answer_schema import has_text, schema_tokens
from crewprof.estimate.language import language_of
from crewprof.estimate.wording import Bound, Form, Unit
from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.estimate.assumptions import Book

Basis: TypeAlias = Literal[
    "counted", "described", "schema", "value", "literal", "asked_value", "form", "asked", "unknown"
]
"""What a prediction rests on, most certain first; names its spread ``spread_<basis>``."""

_PRECISION = (
    Unit.CHARACTER,
    Unit.TOKEN,
    Unit.WORD,
    Unit.LINE,
    Unit.SENTENCE,
    Unit.PARAGRAPH,
    Unit.SECTION,
    Unit.PAGE,
)
_ITEMS = (Unit.ITEM, Unit.SHORT_ITEM)
_OPEN = frozenset({Form.LIST, Form.SUMMARY, Form.ANALYSIS, Form.REPORT, Form.JSON})
"""Forms whose length the description may fix with a number of its own."""
_LIMIT_PER_ITEM = 40
"""A limit below this many tokens is meant for each item of a list, not for the whole."""
_LONG_DESCRIPTION = 120
"""Descriptions of more words than this mention numbers that are not about the answer."""
_VALUE_WORDS = 15
_LITERAL_WORDS = 6


@dataclass(frozen=True, slots=True)
class AnswerLength:
    """Tokens of an answer, and what the prediction rests on."""

    tokens: Range[float]
    basis: Basis


@dataclass(frozen=True, slots=True)
class _Prediction:
    tokens: float
    basis: Basis


def answer_length(
    expected_output: str | None,
    description: str | None,
    book: Book,
    *,
    json_schema: Mapping[str, object] | None = None,
    max_tokens: int | None = None,
) -> AnswerLength:
    """Tokens of the answer to a task; low to high is meant to hold 80 % of real answers.

    ``max_tokens`` caps all three. Hidden reasoning of the model is not part of it.
    """
    predicted = _predict(expected_output, description, book)
    if json_schema is not None:
        predicted = _with_schema(predicted, json_schema, book)
    factor = book.spread(f"spread_{predicted.basis}")
    offset = book.value("answer_overhead_tokens")
    tokens = Range(
        max(1.0, (predicted.tokens + offset) * factor.low - offset),
        max(1.0, predicted.tokens),
        (predicted.tokens + offset) * factor.high - offset,
    )
    return AnswerLength(capped(tokens, max_tokens), predicted.basis)


def capped(tokens: Range[float], limit: float | None) -> Range[float]:
    """``tokens`` with no bound above ``limit``."""
    if limit is None:
        return tokens
    return Range(min(tokens.low, limit), min(tokens.expected, limit), min(tokens.high, limit))


def _predict(expected_output: str | None, description: str | None, book: Book) -> _Prediction:
    wanted, told = read_request(expected_output), read_request(description)
    language = book.value(f"tokens_per_word_{language_of(expected_output, description)}")
    scale = language / book.value("tokens_per_word_en")
    return _from_texts(wanted, told, scale, book)


def _from_texts(wanted: Request, told: Request, scale: float, book: Book) -> _Prediction:
    short_text = told.words <= _LONG_DESCRIPTION
    limits = [count for count in told.counts if _is_limit(count)] if short_text else []
    counted = _counted(wanted, limits, scale, book)
    if counted is not None:
        return _Prediction(counted, "counted")
    if told.only and told.lead in (Form.VALUE, Form.GREETING) and told.words <= _VALUE_WORDS:
        return _Prediction(_of_form(told.lead, book), "value")
    form = _form(wanted)
    if form in (Form.VALUE, Form.GREETING):
        return _Prediction(_of_form(form, book), "value")
    if form is None or form in _OPEN:
        described = _counted(told, [], scale, book) if short_text else None
        if described is not None:
            return _Prediction(described, "described")
    if wanted.json_values >= 2:
        return _Prediction(_template(wanted, book), "form")
    if form is not None:
        return _Prediction(_shaped(form, wanted, told, scale, book), "form")
    if not wanted.is_vague and wanted.words <= _LITERAL_WORDS:
        return _Prediction(book.value("answer_literal_tokens") * scale, "literal")
    return _from_description(told, scale, book)


def _from_description(told: Request, scale: float, book: Book) -> _Prediction:
    if told.lead is None or told.is_vague:
        return _Prediction(book.value("answer_unknown_tokens") * scale, "unknown")
    if told.lead is Form.GREETING or (told.lead is Form.VALUE and told.only):
        return _Prediction(_of_form(told.lead, book), "value")
    if told.lead is Form.VALUE:
        return _Prediction(book.value("answer_asked_value_tokens"), "asked_value")
    return _Prediction(_shaped(told.lead, told, told, scale, book), "asked")


def _of_form(form: Form, book: Book) -> float:
    return book.value(f"answer_{form.value}_tokens")


def _form(wanted: Request) -> Form | None:
    """The form asked for; a value among many words or parts is a text about several things."""
    if wanted.form is Form.VALUE and not wanted.only and (wanted.parts or wanted.words > _VALUE_WORDS):
        return Form.EXPLANATION
    return wanted.form


def _shaped(form: Form, wanted: Request, told: Request, scale: float, book: Book) -> float:
    """A form with its manner: longer, shorter, more parts."""
    tokens = _of_form(form, book) * scale
    tokens *= math.pow(book.value("longer_factor"), min(wanted.longer, 2) + (0.5 if told.longer else 0.0))
    if wanted.shorter:
        tokens *= book.value("shorter_factor")
    elif told.shorter and told.words <= _LONG_DESCRIPTION:
        tokens *= math.sqrt(book.value("shorter_factor"))
    return tokens * (1.0 + book.value("part_factor") * min(wanted.parts, 12))


def _template(wanted: Request, book: Book) -> float:
    values = book.value("template_value_tokens") * wanted.json_values
    return values * (book.value("uncounted_items") if wanted.is_array else 1.0)


def _is_limit(count: Count) -> bool:
    return count.bound is Bound.MOST and count.unit in _PRECISION


def _counted(request: Request, limits: Sequence[Count], scale: float, book: Book) -> float | None:
    """Tokens of an answer whose size is given in numbers; ``None`` when it is not."""
    sizes = [count for count in request.counts if count.unit in _PRECISION]
    exact = [count for count in sizes if count.bound is not Bound.MOST]
    tokens, items = _exactly(request, exact, scale, book)
    for limit in [count for count in sizes if count.bound is Bound.MOST] + list(limits):
        most = _size(limit, scale, book) * book.value("limit_share")
        if items is not None and (limit.each or most < _LIMIT_PER_ITEM):
            most *= items
        tokens = most if tokens is None else min(tokens, most)
    return tokens


def _exactly(
    request: Request, exact: list[Count], scale: float, book: Book
) -> tuple[float | None, float | None]:
    """Tokens by the counts that are not limits, and the number of items they speak of."""
    listed = request.of(*_ITEMS)
    finest = min(exact, key=lambda count: (_PRECISION.index(count.unit), -count.high), default=None)
    each = [count for count in exact if count.each]
    if listed:
        items = max(_middle(count) for count in listed)
        sections = max(map(_middle, exact), default=1.0)
        if sections > 1.0 and any(count.each for count in listed):
            items, finest = items * sections, None
        if finest is not None:
            return _size(finest, scale, book) * (items if request.per_item else 1.0), items
        if listed[0].unit is Unit.SHORT_ITEM:
            return items * book.value("short_item_tokens") * scale, items
        return book.value("list_item_tokens") * scale * math.pow(items, book.value("list_exponent")), items
    if finest is None:
        return None, None
    if not each:
        return _size(finest, scale, book), None
    containers = [count for count in exact if count.unit is not finest.unit]
    items = max(map(_middle, containers)) if containers else book.value("uncounted_items")
    return items * _size(finest, scale, book), items


def _middle(count: Count) -> float:
    return (count.low + count.high) / 2


def _size(count: Count, scale: float, book: Book) -> float:
    share = book.value("least_share") if count.bound is Bound.LEAST else 1.0
    number = _middle(count) * share
    if count.unit is Unit.TOKEN:
        return number
    if count.unit is Unit.WORD:
        return number * book.value("tokens_per_word_en") * scale
    return number * book.value(f"size_{count.unit.value}_tokens") * scale


def _with_schema(predicted: _Prediction, schema: Mapping[str, object], book: Book) -> _Prediction:
    """A structured answer: its fields, or what the texts ask for where they ask for more."""
    fields = schema_tokens(schema, book)
    if predicted.basis in ("counted", "form", "described") and has_text(schema):
        return _Prediction(max(fields, predicted.tokens), "schema")
    return _Prediction(fields, "schema")
