"""Regular expressions that are compiled when they are first used.

Compiling those of all modules that a run loads takes a tenth of its time; it uses a third of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("match", "fullmatch", "search", "findall", "finditer", "split", "sub", "subn")


def late_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile(text, flags)`` for a module: its methods, and nothing else that takes a pattern."""
    return cast("re.Pattern[str]", _LatePattern(text, flags))


class _LatePattern:
    def __init__(self, text: str, flags: int) -> None:
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: afterwards the methods of the pattern are."""
        compiled = re.compile(*self._given)
        vars(self).update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)
