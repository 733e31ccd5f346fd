"""How a report for people is to look; the caller finds it out, reporters only obey."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """``width`` in columns (reports are made for 60 and more). ``colour``: ANSI escapes may be used.
    ``ascii_only``: draw with ASCII, for terminals whose encoding lacks bars and dashes.
    ``verbose``: print what is otherwise summed up."""

    width: int = 100
    colour: bool = False
    ascii_only: bool = False
    verbose: bool = False
