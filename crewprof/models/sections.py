"""Data files of named sections, one a line: a name, a tab, one JSON value.

Only the sections asked for are parsed, which keeps looking up one model to a few milliseconds.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


class Sections:
    """The sections of one file; a section is parsed when first asked for."""

    def __init__(self, lines: dict[str, str]) -> None:
        self._lines = lines
        self._parsed: dict[str, Any] = {}

    @classmethod
    def of_text(cls, text: str) -> Sections:
        """Split ``text`` into sections; raises :class:`ValueError` when it is not in that form."""
        lines: dict[str, str] = {}
        for line in text.splitlines():
            name, tab, value = line.partition("\t")
            if not tab:
                raise ValueError("not a file of sections")
            lines[name] = value
        return cls(lines)

    def __contains__(self, name: str) -> bool:
        return name in self._lines

    def get(self, name: str) -> Any:
        """The value of section ``name``, ``None`` if there is none."""
        if name not in self._parsed:
            line = self._lines.get(name)
            self._parsed[name] = None if line is None else json.loads(line)
        return self._parsed[name]

    def names(self, prefix: str) -> list[str]:
        """What follows ``prefix`` in the names that begin with it, in file order."""
        return [name.removeprefix(prefix) for name in self._lines if name.startswith(prefix)]


def text_of_sections(sections: dict[str, Any]) -> str:
    """The text of a file that holds ``sections``."""
    return "".join(
        f"{name}\t{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n"
        for name, value in sections.items()
    )


@cache
def catalogue_prices() -> Sections:
    """The prices of the catalogue CrewAI ships (data/catalogue-prices.tsv): the second source."""
    return Sections.of_text((DATA / "catalogue-prices.tsv").read_text(encoding="utf-8"))


@cache
def crewai_data() -> Sections:
    """What CrewAI's own files say of models: routing, lists, context windows (data/crewai.tsv)."""
    return Sections.of_text((DATA / "crewai.tsv").read_text(encoding="utf-8"))
