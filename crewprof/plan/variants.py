"""Tasks that make the same thing several times, as their names say: ``draft_a`` and ``draft_b``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from crewprof.late_patterns import late_pattern

_NUMBERED: Final = late_pattern(
    r"(.*?)(?:[_\- ]+([a-z]|one|two|three|four|five)|[_\- ]*(\d+))", re.IGNORECASE | re.DOTALL
)
PARALLEL: Final = 0.3
"""Share of words two texts have in common from which on they ask for the same kind of work."""


@lru_cache(maxsize=4096)
def variant(task: str) -> tuple[str, str] | None:
    """What the name of a task says it is one of, and which one; ``None`` where it is not numbered."""
    found = _NUMBERED.fullmatch(task)
    return None if found is None else (found[1].lower(), (found[2] or found[3]).lower())


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the words two texts have in common, of the fewer words."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer else 0.0
