"""The lexicon files, and what of a malformed one is said."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.errors import LexiconError
from crewprof.language.lexicon import CODES, lexicon, read_lexicon
from crewprof.language.meanings import Form, Unit
from crewprof.language.normalising import plain

SMALL = {"code": "xx", "name": "X", "script": "latin", "head": "first"}


@pytest.mark.parametrize("code", CODES)
def test_every_lexicon_is_well_formed_and_names_sizes_and_forms(code: str) -> None:
    loaded = lexicon(code)
    meanings = loaded.entries.values()
    assert loaded.code == code
    assert {meaning.unit for meaning in meanings} >= set(Unit) - {Unit.TOKEN}
    assert {meaning.form for meaning in meanings} >= set(Form) - {Form.GREETING}
    assert {meaning.number for meaning in meanings} >= {0.5, 2.0}


def test_no_file_lies_there_unread() -> None:
    files = {path.name for path in resources.files("crewprof.language").joinpath("data").iterdir()}
    assert files == {f"{code}.json" for code in CODES}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"units": {"wrod": "word"}}, "units.wrod"),
        ({"forms": {"report": "report  article"}}, "forms.report"),
        ({"forms": {"report": "\bchart\b"}}, "forms.report"),
        ({"numbers": {"two": "two"}}, "numbers.two"),
        ({"little": ["the", 5]}, "little"),
        ({"little": ""}, "little"),
        ({"little": "the *"}, "little"),
        ({"head": "last"}, "head"),
        ({"units": "word"}, "units"),
        ({"counted": {"page": "one-pager"}}, "counted.page"),
    ],
)
def test_a_malformed_lexicon_is_refused_with_file_and_key(more: dict[str, object], key: str) -> None:
    with pytest.raises(LexiconError, match=rf"^xx\.json: `{key}`"):
        read_lexicon(json.dumps({**SMALL, **more}), "xx.json")


@given(st.text(max_size=40))
def test_plain_text_stays_as_it_is_when_made_plain_again(text: str) -> None:
    assert plain(plain(text)) == plain(text)
