"""Where the pages are that reports of other programs point to."""

from __future__ import annotations

from typing import Final

HOME: Final = "https://github.com/crewprof/crewprof"


def rule_address(code: str) -> str:
    """The page of a rule."""
    return f"{HOME}/blob/main/docs/rules.md#{code.lower()}"
