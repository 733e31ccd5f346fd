"""How long an answer gets, predicted from what its task asks for.

The expected output speaks first: explicit numbers (``5 bullet points``), then the kind of text it names
(``report``), its manner (``brief``) and the parts it lists. Where it says nothing, the description
speaks. An output schema and ``max_tokens`` decide where they are given.

Calibrated on recorded test tasks, which are far shorter than what production crews write; there it is
wording (report, article, comprehensive, detailed, listed parts) that carries the length.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.estimate.answer_schema import has_text, schema_tokens
from crewprof.estimate.answer_size import LanguageScale, Sizes
from crewprof.language.detection import language_of, own_language
from crewprof.language.lexicon import lexicon
from crewprof.language.meanings import Bound, Form
from crewprof.language.request import Request, read_request
from crewprof.language.sentences import words
from crewprof.late_patterns import late_pattern
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.tokens.encoding import O200K, count_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.estimate.assumptions import Book

Basis: TypeAlias = Literal[
    "counted",
    "described",
    "schema",
    "value",
    "literal",
    "asked_value",
    "form",
    "asked",
    "unknown",
    "not_understood",
]
"""What a prediction rests on, most certain first; names its spread ``spread_<basis>``."""

_OPEN = frozenset({Form.LIST, Form.SUMMARY, Form.ANALYSIS, Form.REPORT})
"""Forms whose length the description may fix with a number of its own."""
_SMALL = frozenset({Form.VALUE, Form.GREETING})
_BESIDE_VALUES = frozenset({Form.LIST, Form.EXPLANATION, Form.SUMMARY, Form.ANALYSIS, Form.REPORT})
_LONG_DESCRIPTION = 80
"""Descriptions of more words than this mention numbers that are not about the answer."""
_VALUE_WORDS = 15
_LITERAL_WORDS = 6
_LITERAL_KNOWN = 0.6
_LITERAL_KNOWN_BESIDE_DIGITS = 0.4
"""Share of words that are known in an expected output that states the answer itself."""
_FOREIGN = 0.3
_FOREIGN_TO_ENGLISH = 0.15
_FEWEST_FOREIGN = 4
"""Below which share of known words a text is in another language than the one it looks like, and from how
many words on that is asked. English is what a text is taken for that looks like nothing, and its technical
texts have many words that no lexicon needs."""
_UNDERSTOOD = 0.5
"""Share of words that are known where a text of a language but English asks for a value: a word or two in
common with a language do not make a text its own."""
_TOLD_WORDS = 30
_WORDS_BEFORE = 3
"""Of an instruction that gives the answer itself, and of what stands before the answer."""
_QUOTING = late_pattern(r"[^:：\"'“„«「]{1,40}[:：\"'“„«「]")
_LOOSE = frozenset({"unknown", "not_understood", "asked", "literal"})
"""Bases that a limit in the text is better than."""
_BARE = frozenset({"value", "literal"})
"""Bases of answers so short that a thought before them counts."""
_LONG_TEXT = 3000
"""Characters from which on a description carries more than instructions."""
_LEAST_BARE = 2.0
_A_WORD_OR_TWO = 3.0
"""Tokens so few that they are a value, not a text of a length."""
_USUAL_FIELDS = 3
"""Named fields of JSON of usual length."""
_FEW_WORDS = 8
"""Of a description that says little because there is little to say."""


@dataclass(frozen=True, slots=True)
class AnswerLength:
    """Tokens of an answer, and what the prediction is based on.

    ``asked``: what they would be if nothing ended the answer.
    """

    tokens: Range[float]
    basis: Basis
    asked: Range[float]


@dataclass(frozen=True, slots=True)
class _Prediction:
    """``asked``: what the words ask for, where models are known to stop short of it."""

    tokens: float
    basis: Basis
    asked: float = 0.0


def answer_length(
    expected_output: str | None,
    description: str | None,
    book: Book,
    *,
    json_schema: Mapping[str, object] | None = None,
    max_tokens: int | None = None,
    encoding: str = O200K,
    thought_first: bool = True,
) -> AnswerLength:
    """Tokens of the answer to a task; low to high is meant to hold 80 % of real answers.

    ``max_tokens`` caps all three. Hidden reasoning of the model is not part of it. ``encoding``: what
    the model counts other languages than English with. ``thought_first``: CrewAI asks for a thought before
    the answer.
    """
    predicted = _predict(expected_output, description, encoding, book)
    if predicted.basis in _BARE and not thought_first:
        bare = max(_LEAST_BARE, predicted.tokens - book.value("thought_tokens"))
        predicted = _Prediction(bare, predicted.basis)
    if json_schema is not None:
        predicted = _with_schema(predicted, json_schema, book)
    factor = book.spread(f"spread_{predicted.basis}")
    offset = book.value("answer_overhead_tokens")
    tokens = Range(
        max(1.0, (predicted.tokens + offset) * factor.low - offset),
        max(1.0, predicted.tokens),
        (predicted.tokens + offset) * factor.high - offset,
    )
    asked = _up_to_asked(tokens, predicted, book)
    return AnswerLength(capped(asked, max_tokens), predicted.basis, asked)


def _up_to_asked(tokens: Range[float], predicted: _Prediction, book: Book) -> Range[float]:
    """``tokens`` wide enough for a model that writes all that is asked for, and for one that stops early."""
    if predicted.asked <= predicted.tokens:
        return tokens
    share = math.pow(predicted.asked / book.value("full_length_tokens"), -book.value("early_end_exponent"))
    return Range(tokens.low * share, tokens.expected, max(tokens.high, predicted.asked))


def with_what_is_given(
    answer: AnswerLength, description: str | None, encoding: str, max_tokens: int | None
) -> AnswerLength:
    """``answer`` of a task with tools, long enough to say again the text it is given to work on.

    Models write it out where they should have handed it to a tool.
    """
    if len(description or "") < _LONG_TEXT:
        return answer
    given = capped(Range.exactly(float(count_text(description or "", encoding))), max_tokens)
    return replace(answer, tokens=replace(answer.tokens, high=max(answer.tokens.high, given.high)))


def capped(tokens: Range[float], limit: float | None) -> Range[float]:
    """``tokens`` with no bound above ``limit``; below 0, which no provider takes, is 0."""
    if limit is None:
        return tokens
    return tokens.mapped(lambda bound: min(bound, max(0.0, limit)))


def _predict(expected_output: str | None, description: str | None, encoding: str, book: Book) -> _Prediction:
    around = language_of(expected_output, description)
    language = own_language(expected_output, around)
    wanted = read_request(expected_output, language)
    told = read_request(description, own_language(description, around))
    names_no_text = wanted.form is None and not wanted.begins_with_article
    if names_no_text and _is_told(expected_output, description):
        return _Prediction(book.value("answer_literal_tokens"), "literal")
    return _from_texts(wanted, told, LanguageScale.of(language, encoding, book), book)


def _from_texts(wanted: Request, told: Request, scale: LanguageScale, book: Book) -> _Prediction:
    is_short = told.words <= _LONG_DESCRIPTION
    sizes = Sizes(scale, book)
    found = _uncapped(wanted, told, sizes, is_short=is_short)
    items = sizes.items(wanted) or sizes.items(told)
    limits = [*wanted.counts, *(told.counts if is_short else ())]
    most = sizes.limit([count for count in limits if count.bound is Bound.MOST], items)
    # A limit is taken for the length only where less is known, or more would be written: "at most 500 words"
    # of an answer of one word is no 500 words.
    if most is not None and (most < found.tokens or found.basis in _LOOSE):
        return _Prediction(most, "counted")
    return _Prediction(sizes.written(found.tokens), found.basis, found.tokens)


def _uncapped(wanted: Request, told: Request, sizes: Sizes, *, is_short: bool) -> _Prediction:
    book, scale = sizes.book, sizes.scale
    if wanted.is_choice:
        return _Prediction(_of_form(Form.VALUE, book), "value")
    counted = sizes.counted(wanted)
    if counted is not None and counted < _A_WORD_OR_TWO:
        return _Prediction(counted + book.value("thought_tokens"), "value")
    if counted is not None:
        return _Prediction(counted, "counted")
    if wanted.json_values >= 2:
        return _Prediction(_template(wanted, book), "form")
    if told.only and told.lead in (Form.VALUE, Form.GREETING) and told.words <= _VALUE_WORDS:
        return _Prediction(_of_form(told.lead, book), "value")
    form = _form(wanted)
    if form in _SMALL and not _is_understood(wanted):
        return _not_understood(scale, book)
    if form in _SMALL:
        return _Prediction(_of_form(form, book), "value")
    described = sizes.counted(told) if is_short and (form is None or form in _OPEN) else None
    if described is not None:
        return _Prediction(described, "described")
    if form is not None:
        basis: Basis = "not_understood" if _is_foreign(wanted) else "form"
        return _Prediction(_shaped(form, wanted, told, scale, book), basis)
    if _is_literal(wanted):
        return _Prediction(book.value("answer_literal_tokens"), "literal")
    is_read = _is_understood(wanted) or lexicon(wanted.language or "en").joined
    if not wanted.is_vague and (_is_foreign(wanted) or not is_read):
        return _not_understood(scale, book)
    return _from_description(wanted, told, scale, book)


def _is_told(expected_output: str | None, description: str | None) -> bool:
    """Whether the description gives the answer itself, behind a few words and a colon or in quotes, and the
    expected output repeats it: ``Return: all is well``."""
    wanted, told = words(expected_output or ""), words(description or "")
    before = len(told) - len(wanted)
    if not 1 < len(wanted) <= _TOLD_WORDS or not 0 < before <= _WORDS_BEFORE or told[before:] != wanted:
        return False
    return _QUOTING.match(description or "") is not None


def _is_literal(wanted: Request) -> bool:
    """Whether an expected output states the answer itself; only English is known well enough to tell."""
    if wanted.language != "en" or wanted.is_vague or wanted.per_item or wanted.begins_with_article:
        return False
    # Digits are no words of a lexicon but are part of an answer that is given (``Score: 42``).
    least = _LITERAL_KNOWN_BESIDE_DIGITS if wanted.digits else _LITERAL_KNOWN
    return wanted.words <= _LITERAL_WORDS and wanted.known >= least


def _is_understood(asked: Request) -> bool:
    """Whether enough words are known to take a text at its word where it seems to ask for very little, or it
    says that it wants no more."""
    return asked.language == "en" or asked.known > _UNDERSTOOD or (asked.only > 0 and asked.form in _SMALL)


def _is_foreign(asked: Request) -> bool:
    """Whether a text is in a language without a lexicon: hardly a word of it is known in the one it looks
    most like. Where words are written without blanks their number says little."""
    if asked.language is None:
        return asked.words > 0
    if lexicon(asked.language).joined or asked.words < 2:
        return False
    if asked.words < _FEWEST_FOREIGN:
        return asked.known == 0.0
    return asked.known < (_FOREIGN_TO_ENGLISH if asked.language == "en" else _FOREIGN)


def _not_understood(scale: LanguageScale, book: Book) -> _Prediction:
    return _Prediction(book.value("answer_not_understood_tokens") * scale.content, "not_understood")


def _from_description(wanted: Request, told: Request, scale: LanguageScale, book: Book) -> _Prediction:
    if told.lead is None or told.is_vague:
        says_nothing = wanted.is_vague and told.words <= _FEW_WORDS and wanted.language is not None
        if says_nothing and told.known > 0.0 and _is_understood(told) and not _is_foreign(told):
            return _Prediction(book.value("answer_unknown_tokens") * scale.content, "unknown")
        return _not_understood(scale, book)
    if told.lead in _SMALL and not _is_understood(told):
        return _not_understood(scale, book)
    if told.lead is Form.GREETING or (told.lead is Form.VALUE and told.only):
        return _Prediction(_of_form(told.lead, book), "value")
    if told.lead is Form.VALUE:
        return _Prediction(book.value("answer_asked_value_tokens"), "asked_value")
    return _Prediction(_shaped(told.lead, told, told, scale, book), "asked")


def _of_form(form: Form, book: Book) -> float:
    return book.value(f"answer_{form.value}_tokens")


def _form(wanted: Request) -> Form | None:
    """The form asked for; a value beside other things, or among many words, is a text about them."""
    if wanted.form is not Form.VALUE or wanted.only:
        return wanted.form
    is_more = wanted.parts or wanted.words > _VALUE_WORDS or wanted.more_forms & _BESIDE_VALUES
    return Form.EXPLANATION if is_more else Form.VALUE


def _shaped(form: Form, wanted: Request, told: Request, scale: LanguageScale, book: Book) -> float:
    """A form with its manner: longer, shorter, more parts."""
    tokens = _of_form(form, book) * scale.content
    tokens *= math.pow(book.value("longer_factor"), min(wanted.longer, 2) + (0.5 if told.longer else 0.0))
    if wanted.shorter:
        tokens *= book.value("shorter_factor")
    elif told.shorter and told.words <= _LONG_DESCRIPTION:
        tokens *= math.sqrt(book.value("shorter_factor"))
    parts = max(0, wanted.parts - _USUAL_FIELDS) if form is Form.JSON else wanted.parts
    return tokens * (1.0 + book.value("part_factor") * min(parts, 12))


def _template(wanted: Request, book: Book) -> float:
    values = book.value("template_value_tokens") * wanted.json_values
    return values * (book.value("uncounted_items") if wanted.is_array else 1.0)


def _with_schema(predicted: _Prediction, schema: Mapping[str, object], book: Book) -> _Prediction:
    """A structured answer: its fields, or what the texts ask for where they ask for more."""
    fields = schema_tokens(schema, book)
    if predicted.basis in ("counted", "form", "described") and has_text(schema):
        return _Prediction(max(fields, predicted.tokens), "schema")
    return _Prediction(fields, "schema")
