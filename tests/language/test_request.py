"""Sizes, forms and limits, read in every language."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crewprof.language.detection import language_of, own_language
from crewprof.language.lexicon import CODES, lexicon
from crewprof.language.meanings import Bound, Form, Unit
from crewprof.language.normalising import plain
from crewprof.language.request import read_request
from tests.language.requests import FORMS, UNITS, asked, limited

LANGUAGES = st.sampled_from(CODES)


@settings(max_examples=400, deadline=None)
@given(st.data(), LANGUAGES, st.sampled_from(["digits", "words", "own digits"]))
def test_form_number_and_unit_are_read_in_every_language(data: st.DataObject, code: str, style: str) -> None:
    unit = data.draw(st.sampled_from(sorted(UNITS[code], key=lambda one: one.value)))
    form = data.draw(st.sampled_from(sorted(FORMS[code], key=lambda one: one.value)))
    number = data.draw(st.sampled_from([5, 6, 7, 10, 12, 25, 200, 500]))
    request = asked(code, form, unit, number, style)
    read = read_request(request.text, code)
    assert read.form is form, request
    assert not read.is_choice, request
    assert [(one.unit, one.low, one.high) for one in read.counts] == [(unit, number, number)], request


@pytest.mark.parametrize("code", CODES)
def test_limits_are_read_in_every_language(code: str) -> None:
    unit = Unit.SENTENCE
    (most,) = read_request(limited(code, unit, 8, most=True), code).of(unit)
    (least,) = read_request(limited(code, unit, 8, most=False), code).of(unit)
    assert (most.bound, most.high) == (Bound.MOST, 8)
    assert (least.bound, least.low) == (Bound.LEAST, 8)


@pytest.mark.parametrize("code", CODES)
def test_a_short_request_is_known_by_its_language(code: str) -> None:
    found = {language_of(asked(code, form, unit, 5).text) for form in FORMS[code] for unit in UNITS[code]}
    assert found == {code}


@pytest.mark.parametrize(
    ("text", "unit", "low", "high"),
    [
        ("A 10k-word story.", Unit.WORD, 10000, 10000),
        ("A report of 2.5 pages.", Unit.PAGE, 2.5, 2.5),
        ("Seven (7) bullet points.", Unit.ITEM, 7, 7),
        ("Half a page.", Unit.PAGE, 0.5, 0.5),
        ("half of a page", Unit.PAGE, 0.5, 0.5),
        ("a page and a half", Unit.PAGE, 1.5, 1.5),
        ("three quarters of a page", Unit.PAGE, 0.75, 0.75),
        ("a page and half a paragraph", Unit.PAGE, 1, 1),
        ("half a dozen bullet points", Unit.ITEM, 6, 6),
        ("a couple of sentences", Unit.SENTENCE, 2, 2),
        ("1 000 words", Unit.WORD, 1000, 1000),
        ("one A4 page", Unit.PAGE, 1, 1),
        ("Word count: 500", Unit.WORD, 500, 500),
        ("a script for a 10-minute podcast", Unit.MINUTE, 10, 10),
        ("ein Bericht von anderthalb Seiten", Unit.PAGE, 1.5, 1.5),
        ("dos páginas y media", Unit.PAGE, 2.5, 2.5),
        ("une page et demie", Unit.PAGE, 1.5, 1.5),
        ("полторы страницы", Unit.PAGE, 1.5, 1.5),
        ("一页半", Unit.PAGE, 1.5, 1.5),
        ("bir buçuk sayfa", Unit.PAGE, 1.5, 1.5),
        ("5分钟的演讲", Unit.MINUTE, 5, 5),
        ("un discurso de 5 minutos", Unit.MINUTE, 5, 5),
        ("1½ pages", Unit.PAGE, 1.5, 1.5),
        ("A list of 10 letters", Unit.ITEM, 10, 10),
        ("about 200-300 words", Unit.WORD, 200, 300),
        ("twenty-five sentences", Unit.SENTENCE, 25, 25),
        ("two hundred and fifty words", Unit.WORD, 250, 250),
        ("two to three paragraphs", Unit.PARAGRAPH, 2, 3),
        ("un texte de 1 500 mots", Unit.WORD, 1500, 1500),
        ("ein Text von 1.500 Wörtern", Unit.WORD, 1500, 1500),
        ("eine halbe Seite", Unit.PAGE, 0.5, 0.5),
        ("ein zweiseitiger Bericht", Unit.PAGE, 2, 2),
        ("dos mil palabras sobre el mar", Unit.WORD, 2000, 2000),
        ("一份三百五十字的摘要", Unit.CHARACTER, 350, 350),
        ("撰写一篇800-1000字的文章", Unit.CHARACTER, 800, 1000),
        ("半页的总结", Unit.PAGE, 0.5, 0.5),
        ("10条建议", Unit.ITEM, 10, 10),
        ("3つの段落にまとめてください", Unit.PARAGRAPH, 3, 3),
        ("400字程度の要約", Unit.CHARACTER, 400, 400),
        ("세 문단으로 작성하세요", Unit.PARAGRAPH, 3, 3),
        ("отчёт с пятью разделами", Unit.SECTION, 5, 5),
        ("تقرير من صفحتين", Unit.PAGE, 2, 2),
        ("iki yüz elli kelimelik bir özet", Unit.WORD, 250, 250),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, unit: Unit, low: float, high: float) -> None:
    (count,) = read_request(text, language_of(text)).of(unit)
    assert (count.low, count.high) == (low, high)


_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
HALVES = st.sampled_from(["{n} and a half pages", "{n}-and-a-half-page memo", "{n} ½ pages", "{n}.5 pages"])


@given(st.integers(1, 9), HALVES, st.booleans())
def test_halves_are_added(number: int, pattern: str, in_words: bool) -> None:
    spelled = in_words and not ("½" in pattern or ".5" in pattern)
    written = _SPELLED[number - 1] if spelled else str(number)
    (count,) = read_request(pattern.format(n=written)).of(Unit.PAGE)
    assert (count.low, count.high) == (number + 0.5, number + 0.5)


@pytest.mark.parametrize(
    "text",
    [
        "a recipe that takes 30 minutes and a link to a video",
        "a summary of the 10-minute video",
        "the total time, e.g. 20 minutes",
        "a list of meetings of 15 minutes",
    ],
)
def test_minutes_of_other_things_are_no_size(text: str) -> None:
    assert not read_request(text).of(Unit.MINUTE)


THINGS = st.sampled_from(["paragraphs", "sections", "bullet points", "summaries", "tweets"])
LENGTHS = st.sampled_from([("word", Unit.WORD), ("character", Unit.CHARACTER), ("line", Unit.LINE)])


@given(st.integers(2, 12), st.integers(2, 400), THINGS, LENGTHS)
def test_a_length_before_things_is_meant_for_each(
    number: int, size: int, things: str, length: tuple[str, Unit]
) -> None:
    name, unit = length
    read = read_request(f"{number} {size}-{name} {things}")
    (each,) = read.of(unit)
    (counted,) = (count for count in read.counts if count is not each)
    assert (counted.middle, each.middle, each.each) == (number, size, True)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["two", "five", "7", "ten", "a dozen", "A list of eight"]),
    st.sampled_from(["one", "two", "three", "4"]),
    st.sampled_from([("line", Unit.LINE), ("sentence", Unit.SENTENCE), ("word", Unit.WORD)]),
    st.sampled_from(["tips", "answers", "names", "stanzas", "facts about heat pumps"]),
)
def test_a_length_in_letters_is_meant_for_each_too(
    number: str, size: str, unit: tuple[str, Unit], things: str
) -> None:
    read = read_request(f"{number} {size}-{unit[0]} {things}", "en")
    (each,) = (count for count in read.counts if count.each)
    (counted,) = (count for count in read.counts if count is not each)
    assert (each.unit, each.low) == (unit[1], {"one": 1, "two": 2, "three": 3, "4": 4}[size])
    wanted = {"two": 2, "five": 5, "7": 7, "ten": 10, "a dozen": 12, "A list of eight": 8}
    assert counted.low == wanted[number]


@pytest.mark.parametrize(
    "text",
    [
        "第3章のまとめ",
        "5个月的数据",
        "the 1990s",
        "GPT-4 with 3 agents",
        "過去5年間の市場",
        "지난 3년간의 보고서",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert read_request(text, language_of(text)).counts == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Skriv", "en"),
        ("Γράψε μια λεπτομερή έκθεση", None),
        ("เขียนรายงานโดยละเอียด", None),
        ("Напиши звіт українською мовою і додай її підсумок", None),
        ("یک گزارش دربارهٔ پمپ گرما بنویس", None),
        ("使用Python和CrewAI编写一个关于LLM的报告", "zh"),
        ("{topic}", "en"),
        ("", "en"),
        ("42", "en"),
    ],
)
def test_a_language_without_a_lexicon_is_said_to_be_unknown(text: str, code: str | None) -> None:
    assert language_of(text) == code


def test_what_is_wanted_is_found_where_the_language_puts_it() -> None:
    texts = {
        "ja": "序論、5つの章、結論を含む詳細な市場レポート",
        "ko": "서론과 다섯 개의 절, 요약이 있는 상세한 시장 보고서",
        "tr": "Giriş, beş bölüm ve özet içeren ayrıntılı bir pazar raporu",
        "hi": "परिचय, पांच खंड और सारांश के साथ एक विस्तृत बाजार रिपोर्ट",
        "zh": "一份详细的市场分析报告，包含摘要和列表",
        "de": "Ein ausführlicher Marktbericht mit einer Zusammenfassung",
    }
    assert {code: read_request(text, code).form for code, text in texts.items()} == dict.fromkeys(
        texts, Form.REPORT
    )


@settings(max_examples=200, deadline=None)
@example("𐹠 words and ² pages ½ ⅓", "en")
@example("百" * 400 + "字", "zh")
@example("two " * 300 + "hundred " * 300, "en")
@given(st.text(max_size=200), st.none() | LANGUAGES)
def test_any_text_is_read_in_any_language(text: str, code: str | None) -> None:
    assert all(0 < one.low <= one.high for one in read_request(text, code).counts if one.low)


@pytest.mark.parametrize(
    "piece", ["Write 5 pages on it. ", " ", "\n", "- a\n", "(", '"a', "一", "5 ", "{", "لا "]
)
def test_a_long_text_is_read_in_no_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.perf_counter()
    language = language_of(text)
    read_request(text, language)
    assert time.perf_counter() - began < 3


@settings(max_examples=200, deadline=None)
@given(st.data(), LANGUAGES)
def test_a_size_is_read_below_a_description_in_english(data: st.DataObject, code: str) -> None:
    unit = data.draw(st.sampled_from(sorted(UNITS[code], key=lambda one: one.value)))
    form = data.draw(st.sampled_from(sorted(FORMS[code], key=lambda one: one.value)))
    text = asked(code, form, unit, 500, "digits").text
    around = language_of("Write about the history of tea for readers who know nothing about it.", text)
    read = read_request(text, own_language(text, around))
    assert [(one.unit, one.low) for one in read.counts] == [(unit, 500)], text


LABELS = st.text(st.characters(categories=["Ll"], max_codepoint=0x24F), min_size=4, max_size=6).filter(
    lambda text: not plain(text).endswith("s")
)


@given(st.lists(LABELS, min_size=2, max_size=5, unique=True), LANGUAGES, st.data())
def test_one_of_a_few_named_words_is_a_choice(labels: list[str], code: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(sorted(lexicon(code).lists["or"])))
    commas, slashes = f"{', '.join(labels[:-1])} {word} {labels[-1]}", " / ".join(labels)
    text = data.draw(st.sampled_from((commas, slashes, commas + ".", slashes.upper())))
    told = [read_request(one, code) for one in labels]
    assert read_request(text, code).is_choice or any(one.form or one.begins_with_article for one in told)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A report or a summary", "en"),
        ("5 or 6 sentences", "en"),
        ("Reports or summaries", "en"),
        ("Pros/cons", "en"),
        ("Approve or reject with reasons", "en"),
        ("tea", "en"),
        ("", "en"),
        ("An answer, or a question where the request is not clear enough to be answered at all", "en"),
        ("One paragraph on coffee/tea trade routes of the nineteenth century", "en"),
        ("わかりやすい文", "ja"),
        ("明らかな結論と詳しい理由", "ja"),
        ("或许有用的建议", "zh"),
    ],
)
def test_other_things_are_no_choice(text: str, code: str) -> None:
    assert not read_request(text, code).is_choice


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ポジティブ、ネガティブまたは中立", "ja"),
        ("正面、负面或中性", "zh"),
        ("긍정 또는 부정", "ko"),
        ("tích cực hoặc tiêu cực", "vi"),
        ("सकारात्मक या नकारात्मक", "hi"),
        ("положительный или отрицательный", "ru"),
    ],
)
def test_a_choice_in_other_scripts(text: str, code: str) -> None:
    assert read_request(text, code).is_choice
