"""Inline ignores stand in comments, whatever the file is."""

from __future__ import annotations

import json

import pytest

from crewprof.analysis.ignores import ignores_in
from crewprof.analysis.result import EVERY_CODE
from crewprof.source.documents import Documents
from crewprof.source.text import SourceText

NOTEBOOK = json.dumps(
    {
        "cells": [
            {
                "cell_type": "code",
                "source": "# crewprof: ignore[CP102, CP5] why\n# more\na = 1\nb = 2  # crewprof: ignore",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
FORMS = {
    "f.yaml": "# crewprof: ignore[CP102, CP5] why\n# more\na: 1\nb: 2  # crewprof: ignore\n",
    "f.py": "# crewprof: ignore[CP102, CP5] why\n# more\na = 1\nb = 2  # crewprof: ignore\n",
    "f.jsonc": '{\n// crewprof: ignore[CP102, CP5] why\n"a": 1, // crewprof: ignore\n}',
    "f.ipynb": NOTEBOOK,
}


@pytest.mark.parametrize("name", FORMS)
def test_ignores_are_found(name: str) -> None:
    documents = Documents(texts={name: SourceText(name, FORMS[name])})
    first, second = ignores_in(documents.document(name))
    assert first.codes == ("CP102", "CP5")
    assert second.codes == (EVERY_CODE,)
    lines = documents.document(name).text.text.split("\n")
    assert lines[first.line - 1].startswith(("a", '"a"'))
    assert "crewprof: ignore" in lines[second.line - 1]
