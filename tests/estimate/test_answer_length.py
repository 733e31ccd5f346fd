from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crewprof.estimate.answer_length import AnswerLength, answer_length, with_what_is_given
from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.language.detection import language_of
from crewprof.language.meanings import Unit
from crewprof.language.request import read_request
from crewprof.tokens.encoding import O200K


def length(expected: str | None, description: str | None = None, **more: object) -> AnswerLength:
    return answer_length(expected, description, Book(Assumptions()), **more)  # type: ignore[arg-type]


def expected_tokens(expected: str | None, description: str | None = None) -> float:
    return length(expected, description).tokens.expected


@pytest.mark.parametrize(
    ("text", "unit", "low", "high"),
    [
        ("5 bullet points about ants", Unit.ITEM, 5, 5),
        ("a list of ten interesting facts", Unit.ITEM, 10, 10),
        ("a 500-word blog post", Unit.WORD, 500, 500),
        ("between 200 and 280 characters [Inclusive]", Unit.CHARACTER, 200, 280),
        ("a chapter of around 3,000 words", Unit.WORD, 3000, 3000),
        ("2–3 key talking points", Unit.ITEM, 2, 3),
        ("three paragraphs", Unit.PARAGRAPH, 3, 3),
        ("Exatamente 3 sugestões", Unit.ITEM, 3, 3),
        ("un informe de 800 palabras", Unit.WORD, 800, 800),
        ("un article de quatre paragraphes", Unit.PARAGRAPH, 4, 4),
        ("ein Bericht mit zwei Absätzen", Unit.PARAGRAPH, 2, 2),
        ("cinque punti", Unit.ITEM, 5, 5),
    ],
)
def test_numbers_are_read_in_six_languages(text: str, unit: Unit, low: float, high: float) -> None:
    (count,) = read_request(text, language_of(text)).of(unit)
    assert (count.low, count.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    ["the last 5 years", "a score from 1 to 10", "in 2 hours", "a bullet list", "version 3 of the API"],
)
def test_numbers_that_are_not_about_length_are_left_alone(text: str) -> None:
    assert read_request(text).counts == ()


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("3 bullet points", "10 bullet points"),
        ("A one sentence summary.", "A one paragraph summary."),
        ("5 bullet points", "5 bullet points with a paragraph each"),
        ("A score.", "A paragraph."),
        ("A brief summary.", "A summary."),
        ("A summary.", "A detailed report."),
        ("A report.", "A comprehensive, detailed report."),
        ("A report.", "A report with: \n- risks\n- costs\n- plan\n- team"),
        ("A report, max 100 words.", "A report."),
        ("An essay of 200 words.", "An essay of at least 200 words."),
        ("Un resumen breve.", "Un informe detallado."),
        ("Eine kurze Zusammenfassung.", "Ein ausführlicher Bericht."),
    ],
)
def test_asking_for_more_gives_more(shorter: str, longer: str) -> None:
    assert expected_tokens(shorter) < expected_tokens(longer)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("A 500-word blog post.", 550, 800),
        ("1 bullet point under 15 words.", 10, 30),
        ("A tweet under 280 characters.", 30, 80),
        ("5 bullet points with a paragraph for each idea.", 500, 900),
        ("A 4 paragraph article about AI.", 400, 700),
    ],
)
def test_explicit_sizes_are_met(text: str, least: float, most: float) -> None:
    predicted = length(text)
    assert predicted.basis == "counted"
    assert least <= predicted.tokens.expected <= most


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.integers(5, 60))
def test_words_of_each_item_are_meant_for_each(items: int, words: int) -> None:
    whole = expected_tokens(f"{items * words} words")
    for text in (
        f"{items} bullet points, each {words} words",
        f"{items} bullet points of {words} words each",
        f"{items} {words}-word bullet points",
    ):
        assert expected_tokens(text) == pytest.approx(whole)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 30), st.integers(2, 6))
def test_items_in_each_of_others_are_all_written(outer: int, inner: int) -> None:
    all_of_them = expected_tokens(f"{outer * inner} examples")
    nested = expected_tokens(f"{outer} topics with {inner} examples each")
    assert nested == pytest.approx(all_of_them)


@settings(max_examples=30, deadline=None)
@given(st.integers(200, 2000), st.integers(2, 4), st.booleans())
def test_words_of_the_whole_are_not_those_of_each_part(words: int, parts: int, words_first: bool) -> None:
    told = [f"Each section should be {parts} paragraphs.", f"Target around {words} words."]
    text = " ".join(["Write a blog post.", *(reversed(told) if words_first else told)])
    assert expected_tokens(text) == pytest.approx(expected_tokens(f"{words} words"))


def test_the_same_number_of_words_takes_more_tokens_in_german() -> None:
    german = expected_tokens("Ein Artikel mit 500 Wörtern über die Stadt und das Land.")
    assert german > expected_tokens("An article of 500 words about the city and the land.")
    assert language_of("Schreibe einen Bericht über die Stadt und das Land") == "de"
    assert language_of("{topic}", None) == "en"


def test_the_description_speaks_where_the_expected_output_says_nothing() -> None:
    assert length("The final answer.", "Write a list of 5 ideas.").basis == "described"
    assert length("Result", "What is 12 * 3?").tokens.high < length("Result", "Write a report.").tokens.high
    assert length(None, None).basis == "unknown"


def test_a_limit_in_the_description_holds_for_the_answer() -> None:
    told = "Generate 5 ideas, where each bullet point is under 15 words."
    assert expected_tokens("A list of 5 ideas.", told) < 0.5 * expected_tokens("A list of 5 ideas.")


def test_a_schema_decides_the_length_of_a_structured_answer() -> None:
    flag = {"type": "object", "properties": {"ok": {"type": "boolean"}}}
    text = {"type": "object", "properties": {"ok": {"type": "boolean"}, "report": {"type": "string"}}}
    items = {
        "type": "object",
        "properties": {"all": {"type": "array", "items": {"$ref": "#/$defs/T"}}},
        "$defs": {"T": text},
    }
    lengths = [
        length("The result.", "Check it.", json_schema=schema).tokens.expected
        for schema in (flag, text, items)
    ]
    assert lengths == sorted(lengths)
    assert lengths[0] < 20 < lengths[2]


def test_a_schema_that_contains_itself_has_a_length() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}
    schema = {"$ref": "#/$defs/Node", "$defs": {"Node": node}}
    assert length("A tree.", "Grow it.", json_schema=schema).tokens.expected > 0


@settings(max_examples=150, deadline=None)
@example("𐹠 words and ² pages", "9" * 5000 + " words", None)
@given(st.text(max_size=300), st.text(max_size=300), st.none() | st.integers(1, 5000))
def test_any_text_gives_a_range_within_max_tokens(expected: str, description: str, limit: int | None) -> None:
    tokens = length(expected, description, max_tokens=limit).tokens
    assert 0 < tokens.low <= tokens.expected <= tokens.high
    assert limit is None or tokens.high <= limit


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Return: Test output", "Test output"),
        ("Antworte mit: Alles in Ordnung", "Alles in Ordnung"),
        ('Reply "the doors are open now"', "The doors are open now"),
        ("Responde: todo está en orden", "Todo está en orden"),
    ],
)
def test_an_answer_that_the_description_gives_is_as_long_as_it_is(description: str, expected: str) -> None:
    assert length(expected, description).basis == "literal"


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Write: a summary of the war", "A summary of the war"),
        ("Output: report on tea", "report on tea"),
        ("Write a summary of the war", "A summary of the war"),
        ("Your task: a long report on the history of tea", "A report on the history of tea"),
    ],
)
def test_what_is_asked_for_is_no_answer_that_is_given(description: str, expected: str) -> None:
    assert length(expected, description).basis != "literal"


def test_an_answer_of_one_word_may_be_one_token() -> None:
    assert length("The score of the title.", "Give me a score", thought_first=False).tokens.low < 2


@given(st.integers(0, 3000), st.integers(1, 4000))
def test_a_long_text_that_is_given_may_be_said_again(words: int, most: int) -> None:
    text = "Save this text. " + "word " * words
    known = answer_length("A receipt.", text, Book(Assumptions()), max_tokens=most)
    found = with_what_is_given(known, text, O200K, most)
    assert found.tokens.expected == known.tokens.expected
    assert known.tokens.high <= found.tokens.high <= max(most, known.tokens.high)
    if words > 700:
        assert found.tokens.high >= min(words, most)


@given(st.integers(1, 5), st.integers(200, 2000))
def test_what_each_section_has_does_not_change_the_words_of_the_whole(paragraphs: int, number: int) -> None:
    whole = expected_tokens("A blog post.", f"Write a blog post. Target around {number} words.")
    parts = (
        f"Write a blog post. Each section should be {paragraphs} paragraphs. Target around {number} words."
    )
    assert expected_tokens("A blog post.", parts) == whole
