from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from crewprof.rewrite.diff import unified_diff
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = [
    (b"a\nb\n", b"a\nc\n"),
    (b"a\nb", b"a\nb\nc"),
    (b"a\r\nb\r\nc", b"a\r\nc"),
    (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
    ("é\u2028x\n\x0c\n".encode(), "é\u2028y\n\x0c\n".encode()),
    (b"a\n" * 50 + b"x\n" + b"b\n" * 50, b"a\n" * 50 + b"b\n" * 50 + b"y"),
]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize(("old", "new"), PAIRS)
@pytest.mark.parametrize("name", ["crew.yaml", "my crews/crew é.yaml", 'odd"name.yaml'])
def test_git_applies_it_and_takes_it_back(old: bytes, new: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(old)
    diff = unified_diff(name, SourceText.from_bytes(name, old), SourceText.from_bytes(name, new))
    for options, wanted in (((), new), (("-R",), old)):
        command = ["git", "apply", "--whitespace=nowarn", *options, "-"]
        subprocess.run(command, input=diff.encode(), cwd=tmp_path, check=True)
        assert path.read_bytes() == wanted


def test_equal_texts_have_no_diff() -> None:
    assert unified_diff("f", SourceText("f", "a"), SourceText("f", "a")) == ""
