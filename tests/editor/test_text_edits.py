"""What the server proposes to an editor leads from the one text to the other."""

from __future__ import annotations

import pytest

pytest.importorskip("pygls")

from hypothesis import given
from hypothesis import strategies as st
from pygls.workspace import PositionCodec

from crewprof.editor.answers import text_edits
from crewprof.source.text import SourceText
from tests.editor.session import applied

TEXTS = st.lists(st.sampled_from(["a\n", "tasks: 🙂\n", "\n", "b\r\n", "wörter"]), max_size=12).map("".join)


@given(old=TEXTS, new=TEXTS)
def test_the_edits_make_the_new_text(old: str, new: str) -> None:
    edits = text_edits(SourceText("a", old), SourceText("a", new), PositionCodec())
    assert applied(old, edits) == new
    assert bool(edits) == (old != new)


def test_many_lines_that_are_alike_are_not_compared_with_each_other() -> None:
    old = "tasks:\n" * 20_000
    edits = text_edits(SourceText("a", old), SourceText("a", f"{old}a: 1\n{old}"), PositionCodec())
    assert len(edits) == 1
