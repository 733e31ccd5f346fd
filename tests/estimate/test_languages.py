"""The same request in every language is estimated alike; what is not understood has a wide range."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.estimate.answer_length import AnswerLength, answer_length
from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.language.lexicon import CODES
from crewprof.language.meanings import Form, Unit
from crewprof.language.request import read_request
from crewprof.tokens.encoding import CL100K
from tests.language.requests import FORMS, UNITS, asked, limited

LANGUAGES = st.sampled_from(CODES)


BOOK = Book(Assumptions())


def length(text: str, description: str | None = None) -> AnswerLength:
    return answer_length(text, description, Book(Assumptions()))


@settings(max_examples=200, deadline=None)
@given(st.data(), LANGUAGES, st.sampled_from([5, 7, 10, 25]))
def test_the_same_request_is_estimated_within_35_percent_of_the_english_one(
    data: st.DataObject, code: str, number: int
) -> None:
    shared = sorted(UNITS["en"].keys() & UNITS[code].keys(), key=lambda one: one.value)
    unit, form = data.draw(st.sampled_from(shared)), data.draw(st.sampled_from(list(FORMS[code])))
    english = length(asked("en", form, unit, number).text).tokens.expected
    assert 0.65 * english <= length(asked(code, form, unit, number).text).tokens.expected <= 1.35 * english


@pytest.mark.parametrize("code", CODES)
def test_a_form_alone_is_estimated_alike(code: str) -> None:
    for form in (Form.REPORT, Form.SUMMARY, Form.ANALYSIS, Form.LIST):
        english = length(FORMS["en"][form]).tokens.expected
        assert 0.65 * english <= length(FORMS[code][form]).tokens.expected <= 1.35 * english, form


TEXTS = Path(__file__).parents[1] / "language"
KINDS: dict[str, dict[str, str]] = json.loads((TEXTS / "kinds.json").read_text("utf-8"))
TOLD_KINDS: dict[str, dict[str, str]] = json.loads((TEXTS / "told_kinds.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_text_is_estimated_alike(kind: str) -> None:
    english = length(KINDS[kind]["en"]).tokens.expected
    for code, text in KINDS[kind].items():
        assert 0.65 * english <= length(text).tokens.expected <= 1.35 * english, (code, text)


@pytest.mark.parametrize("kind", TOLD_KINDS)
def test_every_kind_of_instruction_is_estimated_alike(kind: str) -> None:
    english = length("", TOLD_KINDS[kind]["en"]).tokens.expected
    for code, text in TOLD_KINDS[kind].items():
        assert 0.65 * english <= length("", text).tokens.expected <= 1.35 * english, (code, text)


WHOLE: dict[str, dict[str, tuple[str, str]]] = json.loads((TEXTS / "whole_requests.json").read_text("utf-8"))
"""Descriptions and expected outputs as native speakers write them."""
NOT_ALIKE = {
    *(("essay", "ja"), ("email", "ja"), ("tweet", "ja")),
    *(("poem", "zh"), ("stories", "hi"), ("stories", "tr"), ("glossary", "pl"), ("recipes", "hi")),
    ("glossary", "hi"),
}
"""Lengths that Japanese gives in characters, which take more tokens, and what is not understood; a Hindi
glossary of 20 words is taken for a text of 20 words."""


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_requests_are_estimated_alike(kind: str) -> None:
    description, expected = WHOLE[kind]["en"]
    english = length(expected, description).tokens.expected
    for code, (description, expected) in WHOLE[kind].items():
        if (kind, code) not in NOT_ALIKE:
            found = length(expected, description).tokens.expected
            assert 0.65 * english <= found <= 1.35 * english, (code, expected)


@given(
    st.integers(2, 60),
    st.text("blorpstu", min_size=4, max_size=9),
    st.sampled_from(
        [
            ("en", "{number} {noun}s with a title and a date."),
            ("es", "{number} {noun}s con un título y una fecha."),
            ("ja", "{noun}{number}個、タイトル付き。"),
            ("ko", "{noun} {number}개, 제목 포함."),
        ]
    ),
)
def test_a_number_of_things_that_no_lexicon_knows_is_counted(
    number: int, noun: str, written: tuple[str, str]
) -> None:
    code, text = written
    asked_for = read_request(text.format(number=number, noun=noun), code)
    assert [count.middle for count in asked_for.of(Unit.ITEM)] == [number]


def test_a_word_or_two_is_a_value() -> None:
    found = answer_length("One word: positive, negative or neutral", None, BOOK, thought_first=False)
    assert found.basis == "value"
    assert found.tokens.low <= 3 <= found.tokens.high <= 16


@settings(max_examples=150, deadline=None)
@given(st.data(), LANGUAGES, st.integers(5, 400), st.integers(0, 400))
def test_asking_for_more_never_gives_less(data: st.DataObject, code: str, number: int, more: int) -> None:
    unit = data.draw(st.sampled_from(list(UNITS[code])))
    form = data.draw(st.sampled_from(list(FORMS[code])))
    one = length(asked(code, form, unit, number).text).tokens
    other = length(asked(code, form, unit, number + more).text).tokens
    assert one.expected <= other.expected
    assert one.high <= other.high


@pytest.mark.parametrize("code", CODES)
def test_a_limit_is_kept(code: str) -> None:
    most, least = (
        length(limited(code, Unit.SENTENCE, 5, most=most)).tokens.expected for most in (True, False)
    )
    assert most < least


@pytest.mark.parametrize(
    "text",
    [
        "Γράψε μια λεπτομερή έκθεση για τις αντλίες θερμότητας",
        "เขียนรายงานโดยละเอียดเกี่ยวกับปั๊มความร้อน",
        "דוח מפורט על משאבות חום",
        "Детальний звіт про ринок теплових насосів із вступом",
        "گزارش مفصل بازار پمپ حرارتی با مقدمه",
        "A ballad.",
    ],
)
def test_what_is_not_understood_has_a_wide_range_and_no_small_number(text: str) -> None:
    tokens = length(text).tokens
    assert tokens.expected >= 100
    assert tokens.high >= 2000
    assert tokens.high >= 20 * tokens.low


FOREIGN = (
    "Részletes jelentés 3 oldalon",
    "Legfeljebb 300 szó az éghajlatról.",
    "3 sivun raportti",
    "Verkostosuunnitelma ja aikataulu koko projektille.",
    "Ripoti ya kurasa 3",
    "Orodha ya mawazo kumi.",
    "Seznam pěti nejlepších hotelů v Praze s cenami.",
    "Ge ett kort svar på frågan med ja eller nej.",
    "Parašykite išsamią ataskaitą apie elektromobilių rinką.",
    "Αναφορά 3 σελίδων",
    "דוח של 3 עמודים",
    "รายงาน 3 หน้า",
    "3 பக்க அறிக்கை",
    "Максимум 300 слів про клімат.",
    "'n Lys van tien idees.",
    "Adroddiad manwl.",
)
"""Requests in languages without a lexicon, some with words of languages that have one."""


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("around", [None, "Summarize the meeting.", "Use the notes and write the result."])
def test_a_text_in_an_unknown_language_is_never_taken_for_a_small_answer(
    text: str, around: str | None
) -> None:
    for expected_output, description in ((text, around), (text, text), ("", text)):
        tokens = length(expected_output, description).tokens
        assert tokens.expected >= 200
        assert tokens.high >= 1000


@pytest.mark.parametrize("text", ["42", "The total is 1,250.", "Yes, 3 of them"])
def test_an_english_answer_that_is_stated_stays_short(text: str) -> None:
    assert length(text, "Find the answer to {question}.").tokens.high < 200


def test_older_encodings_take_more_tokens_for_hindi() -> None:
    text = asked("hi", Form.REPORT, Unit.PAGE, 5).text
    older = answer_length(text, None, Book(Assumptions()), encoding=CL100K).tokens.expected
    assert older > 1.2 * length(text).tokens.expected
