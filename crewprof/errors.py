"""The errors crewprof raises on purpose, each with the place it speaks of and what to do next.

The command line turns every :class:`CrewprofError` into one clear line and exit code 2.
"""

from __future__ import annotations

from typing import Final

ISSUES: Final = "https://github.com/crewprof/crewprof/issues"
LONGEST_REASON: Final = 200
"""Characters of an unexpected error's own words that are shown."""


class CrewprofError(Exception):
    """Something crewprof could not do, told so that the reader can mend it.

    ``path``, ``line`` and ``column`` (from 1) name the place when there is one; ``hint`` says
    what to do next.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class InputError(CrewprofError):
    """A file or option that cannot be read or is not what CrewAI would accept as input."""


class NotACrew(InputError):
    """A file or folder that holds no crew crewprof reads, and belongs to none.

    A hook that is given every changed file passes over these.
    """


class Unexpected(CrewprofError):
    """What should not have happened; its cause is the exception it was."""


def unexpected(error: Exception, path: str | None = None) -> Unexpected:
    """One line on an exception that is a bug of crewprof, met while ``path`` was read or analysed."""
    said = " ".join(str(error).split())
    shown = said if len(said) <= LONGEST_REASON else said[:LONGEST_REASON] + "…"
    made = Unexpected(
        f"crewprof failed: {type(error).__name__}" + (f": {shown}" if shown else ""),
        path=path,
        hint=f"this is a bug: run again with --verbose and report what it prints at {ISSUES}",
    )
    made.__cause__ = error
    return made


class SettingsError(CrewprofError):
    """A configuration file or flag with an unknown key or a value out of range."""


class EditRefused(CrewprofError):
    """A rewrite that cannot be made without touching more than it should; nothing was written."""


class LexiconError(CrewprofError):
    """A lexicon file that holds what no lexicon may: ``file``, the ``key``, and what is wrong with it."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"`{key}` {problem}" if key else problem, path=file)


class MissingExtra(CrewprofError):
    """A command needs an optional dependency that is not installed."""
