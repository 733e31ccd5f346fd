"""The codes of the rules, known from their files without loading a rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def codes() -> tuple[str, ...]:
    """The code of every rule, in order: each has a file of its own, ``cp101_unneeded_context.py``."""
    files = Path(__file__).parent.glob("cp[0-9][0-9][0-9]_*")
    return tuple(sorted({file.name[:5].upper() for file in files}))


def code_prefix(text: str) -> str:
    """``text`` as a prefix of codes: in capitals, ``ALL`` being the prefix of every code.

    ``KeyError`` if no code begins so.
    """
    prefix = text.strip().upper()
    prefix = "CP" if prefix == "ALL" else prefix
    if not prefix or not any(code.startswith(prefix) for code in codes()):
        raise KeyError(text)
    return prefix
