from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewprof.errors import InputError
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path


@given(st.text(), st.booleans())
def test_reading_and_writing_gives_the_same_bytes(text: str, has_bom: bool) -> None:
    text = text.replace("\0", "").lstrip("\ufeff")
    data = (b"\xef\xbb\xbf" if has_bom else b"") + text.encode()
    source = SourceText.from_bytes("f", data)
    assert source.to_bytes() == data
    assert source.has_bom == has_bom


@given(st.text(alphabet="aé😀\r\n \x85\u2028", max_size=40), st.data())
def test_offsets_and_positions_are_inverse(text: str, data: st.DataObject) -> None:
    source = SourceText("f", text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = source.position(offset)
    assert source.offset(line, column) == offset
    assert text[:offset].replace("\r\n", "\n").replace("\r", "\n").count("\n") - line in (-1, 0)


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        (b"a: 1\nb: \xff\n", (2, 4), "0xff"),
        ("é: \0".encode(), (1, 4), "NUL"),
        ("\ufeffa: 1\nb".encode("utf-16-le"), (1, 1), "UTF-16"),
        ("\ufeffa".encode("utf-16-be"), (1, 1), "UTF-16"),
        ("\ufeffa".encode("utf-32-le"), (1, 1), "UTF-32"),
    ],
)
def test_what_is_not_utf8_text_is_refused_with_its_place(
    data: bytes, place: tuple[int, int], said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        SourceText.from_bytes("f", data)
    assert (caught.value.line, caught.value.column) == place
    assert caught.value.hint


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a" * 101)
    with pytest.raises(InputError, match="more than 100 bytes"):
        SourceText.read(path, limit=100)
    assert SourceText.read(path, limit=101).text == "a" * 101


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        SourceText.read(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="folder"):
        SourceText.read(tmp_path)
