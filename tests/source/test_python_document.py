from __future__ import annotations

import ast

import pytest

from crewprof.errors import InputError
from crewprof.source.python_document import parse_python
from crewprof.source.text import SourceText


def test_places_count_characters_though_ast_counts_bytes() -> None:
    document = parse_python(SourceText("f.py", "é = '😀ü'; agent = Agent(\r\n  role='x')  # said\r\n"))
    call = next(node for node in ast.walk(document.tree) if isinstance(node, ast.Call))
    place = document.place_of(call)
    assert (place.line, place.column, place.end_line, place.end_column) == (1, 19, 2, 12)
    assert document.source_of(call) == "Agent(\r\n  role='x')"
    (comment,) = document.comments
    assert (comment.text, comment.place.line, comment.place.column, comment.own_line) == (
        "# said",
        2,
        14,
        False,
    )


def test_broken_python_has_a_place() -> None:
    with pytest.raises(InputError) as caught:
        parse_python(SourceText("f.py", "a = 1\ndef f(:\n"))
    assert (caught.value.line, caught.value.column) == (2, 7)


@pytest.mark.parametrize("text", ["(" * 5000, "x = " + "-" * 100_000 + "1", "a.b" * 0 + "1" + "+1" * 200_000])
def test_deep_python_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_python(SourceText("f.py", text))
