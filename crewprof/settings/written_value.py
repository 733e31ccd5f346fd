"""A value as the configuration file has it, and the errors that name its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crewprof.errors import SettingsError
from crewprof.quick_dataclasses import dataclass
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_SHOWN = 80
"""Characters of a wrong value that are shown."""


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """The value of a key; ``text`` is that of the whole file."""

    path: Path
    text: str
    key: str
    value: object

    def wrong(self, expected: str) -> SettingsError:
        """The error of a value that is not as ``expected``."""
        hint = "see `[tool.crewprof]` in the README for every key and its form"
        return self.error(f"`{self.key}` must be {expected}, not {_shown(self.value)}", hint)

    def error(self, message: str, hint: str) -> SettingsError:
        """An error at the place of its key."""
        line, column = place_of_key(self.text, self.key)
        return SettingsError(message, path=str(self.path), line=line, column=column, hint=hint)

    def inner(self, name: str, value: object) -> WrittenValue:
        """A value of this one, which is a table."""
        return WrittenValue(self.path, self.text, name, value)


def _shown(value: object) -> str:
    """A value as it may stand in one line; Python refuses to print integers of thousands of digits."""
    try:
        text = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def place_of_key(text: str, key: str) -> tuple[int | None, int | None]:
    """Line and column of the first place where ``key`` is set; ``None`` where it cannot be told."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = re.search(rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*(=|\.|\])", line)
        if found:
            return number, found.start() + 1
    return None, None


def unknown_key(path: Path, text: str, key: str, known: tuple[str, ...]) -> SettingsError:
    """The error of a key that is not one of ``known``."""
    line, column = place_of_key(text, key)
    guess = did_you_mean(key, known)
    hint = f"did you mean `{guess}`?" if guess else "known keys: " + ", ".join(known)
    return SettingsError(f"unknown key `{key}`", path=str(path), line=line, column=column, hint=hint)
