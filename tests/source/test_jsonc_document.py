from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.errors import InputError
from crewprof.source.jsonc_document import parse_jsonc
from crewprof.source.text import SourceText
from tests.source.json_texts import json_texts
from tests.source.shared_crews import shared_json_files

if TYPE_CHECKING:
    from pathlib import Path

loader = pytest.importorskip("crewai.project.json_loader")

FRAGMENTS = (
    "{", "}", "[", "]", ",", ":", " ", "\n", '"a"', '"b": 1', "1", "-1.5e3", "01", "true", "null", "NaN",
    "// c\n", "/*c*/", "/*", '"', "\\", "é", "\t", "x",
)  # fmt: skip


def check_against_crewai(text: str) -> None:
    try:
        wanted = loader.parse_jsonc(text)
    except ValueError:
        with pytest.raises(InputError) as caught:
            parse_jsonc(SourceText("f.jsonc", text))
        assert caught.value.line
        assert caught.value.hint
        return
    assert repr(parse_jsonc(SourceText("f.jsonc", text)).data) == repr(wanted)


@settings(max_examples=200, deadline=None)
@given(json_texts())
def test_the_data_is_what_crewai_reads(text: str) -> None:
    check_against_crewai(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join))
def test_any_text_is_read_as_crewai_reads_it_or_refused(text: str) -> None:
    # CrewAI cuts a comment out before it reads numbers, so 1/*c*/1 is eleven to it; nobody writes that.
    if not any(glued in text for glued in ("1/*c*/1", "1/*c*/0", "3/*c*/1", "3/*c*/0", "1/*c*/x", "1// c")):
        check_against_crewai(text)


@pytest.mark.parametrize("path", shared_json_files(), ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_real_crews_are_read_as_crewai_reads_them(path: Path) -> None:
    check_against_crewai(path.read_text("utf-8"))


def test_places_comments_and_duplicates() -> None:
    text = '// crew\n{\n  "agents": ["é", "b"], // two\n  "x": 1,\n  "x": 2,\n}\n'
    document = parse_jsonc(SourceText("f.jsonc", text))
    place = document.place_of(("agents", 1))
    assert (place.line, place.column, place.end_column) == (3, 19, 22)
    assert document.key_place(("agents",)).column == 3
    assert [comment.text for comment in document.comments] == ["// crew", "// two"]
    assert [(each.key, each.first.line, each.second.line) for each in document.duplicates] == [("x", 4, 5)]


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(InputError, match="deep"):
        parse_jsonc(SourceText("f.json", "[" * 100_000))
