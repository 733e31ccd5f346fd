"""Which model the environment names, as CrewAI and python-dotenv read it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.crew.environment import bindings, model_from_environment

if TYPE_CHECKING:
    from pathlib import Path

PIECES = st.sampled_from(
    [
        "MODEL",
        "A",
        "export ",
        "=",
        " ",
        '"',
        "'",
        "\\",
        "\n",
        "\r\n",
        "# c",
        "x",
        "${B}",
        "\\n",
        "é",
        "gpt-4o",
        "\t",
    ]
)


@settings(max_examples=400, deadline=None)
@given(text=st.lists(PIECES, max_size=14).map("".join))
def test_a_file_is_read_as_python_dotenv_reads_it(text: str) -> None:
    dotenv = pytest.importorskip("dotenv.main")
    expected = dotenv.DotEnv(None, stream=io.StringIO(text), interpolate=False).dict()
    assert dict(bindings(text)) == dict(expected)


@pytest.mark.parametrize(
    ("environ", "file", "expected"),
    [
        ({}, None, None),
        ({}, "OTHER=1\nAPI_KEY=secret\n", None),
        ({"MODEL": "a", "MODEL_NAME": "b"}, "MODEL=c", ("MODEL", "a", False)),
        ({"OPENAI_MODEL_NAME": "a"}, "MODEL_NAME=b", ("MODEL_NAME", "b", True)),
        ({"MODEL": ""}, "MODEL=c\nOPENAI_MODEL_NAME=d", ("OPENAI_MODEL_NAME", "d", True)),
        ({"B": "x"}, 'MODEL="${B}-mini" # comment', ("MODEL", "x-mini", True)),
        ({}, "MODEL=${B:-gpt-4o}", ("MODEL", "gpt-4o", True)),
        ({}, "MODEL=gpt-4o\nMODEL\n", None),
        ({}, "\ufeffMODEL=gpt-4o", ("MODEL", "gpt-4o", True)),
    ],
)
def test_the_first_variable_that_is_set_counts(
    environ: dict[str, str], file: str | None, expected: tuple[str, str, bool] | None, tmp_path: Path
) -> None:
    if file is not None:
        (tmp_path / ".env").write_text(file, encoding="utf-8")
    found = model_from_environment(environ, tmp_path)
    if expected is None:
        assert found is None
    else:
        path = str(tmp_path / ".env") if expected[2] else None
        assert found == (expected[0], expected[1], path)


def test_a_file_that_is_no_text_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"MODEL=\xff\xfe\x00")
    assert model_from_environment({}, tmp_path) is None
