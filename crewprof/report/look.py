"""How a report for people is to look; the caller finds it out, reporters only obey."""

from __future__ import annotations

from typing import Literal, TypeAlias

from crewprof.quick_dataclasses import dataclass

Sorting: TypeAlias = Literal["cost", "tokens", "time", "order"]
ROOMY = 80
SORTINGS: tuple[Sorting, ...] = ("cost", "tokens", "time", "order")


@dataclass(frozen=True, slots=True)
class Look:
    """``width`` in columns (reports are made for 50 and more). ``colour``: ANSI escapes may be used.
    ``ascii_only``: draw with ASCII, for terminals whose encoding lacks bars and dashes.
    ``verbose``: print what is otherwise summed up. ``sort``: what tables list first, the most of it, or
    ``order``, as the crew lists it. ``frames``: show the lines of files that findings are about. ``wraps``:
    break what is a line for each finding between words, for a terminal would break words. ``exact``: diffs
    are letter for letter, also where a letter would steer a terminal or a log."""

    width: int = 100
    colour: bool = False
    ascii_only: bool = False
    verbose: bool = False
    sort: Sorting = "cost"
    frames: bool = False
    wraps: bool = False
    exact: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether what stands side by side elsewhere is put below each other, and less of it."""
        return self.width < ROOMY
