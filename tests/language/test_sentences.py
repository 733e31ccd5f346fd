from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.language.phrases import holds, needles, spaced
from crewprof.language.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Use tools, e.g. Serper. Then stop.", ["Use tools, e.g. Serper.", "Then stop."]),
        ("Costs 3.5 percent. Next.", ["Costs 3.5 percent.", "Next."]),
        ("Do this:\n- read\n- write", ["Do this:", "- read", "- write"]),
        ("1. Read it.\n2. Write it.", ["1. Read it.", "2. Write it."]),
        ("First\nline goes on. Second.", ["First\nline goes on.", "Second."]),
        ("¿Qué? ¡Sí! Vale.", ["¿Qué?", "¡Sí!", "Vale."]),
        ("第一句。第二句！", ["第一句。", "第二句！"]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("  \n ", []),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, parts: list[str]) -> None:
    assert [one.text for one in sentences(text)] == parts


@given(st.text(alphabet="ab. \n!?-1{}é。", max_size=60))
def test_sentences_are_pieces_of_the_text_and_leave_only_blanks(text: str) -> None:
    rest, end = "", 0
    for one in sentences(text):
        assert text[one.start : one.end] == one.text == one.text.strip() != ""
        rest += text[end : one.start]
        end = one.end
    assert not (rest + text[end:]).strip()


def test_phrases_are_met_by_whole_words_and_beginnings() -> None:
    text = spaced("The Équipe's well-known PDF files; see {report_file}.")
    assert holds(text, needles(["well known"]))
    assert holds(text, needles(["fil*"]))
    assert holds(text, needles(["equipe*"]))
    assert not holds(text, needles(["fil", "report", "known p"]))
