"""What was fitted on recorded runs and tasks: how often tools are used, how long the steps are
(``data/loops.json``), how far answers lie from what is expected (``data/answers.json``).

``scripts/fit_loops.py`` and ``scripts/fit_answers.py`` write the files and print how well they do.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from crewprof.bundled import bundled_text
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted quantity: 80 % of what was seen lies in ``spread``; ``groups`` crews or tasks were seen."""

    name: str
    spread: Range[float]
    unit: str
    source: str
    groups: int


@cache
def fitted() -> tuple[Fitted, ...]:
    """Every fitted quantity."""
    files = ("loops.json", "answers.json")
    return tuple(one for file in files for one in read_fitted(json.loads(bundled_text("estimate", file))))


def read_fitted(data: Any) -> tuple[Fitted, ...]:
    """The quantities in ``data``.

    Raises :class:`ValueError` naming the quantity that is malformed.
    """
    return tuple(_fitted(name, entry) for name, entry in data["quantities"].items())


def _fitted(name: str, entry: dict[str, Any]) -> Fitted:
    bounds = [entry.get(key) for key in ("low", "expected", "high")]
    numbers = [float(one) for one in bounds if isinstance(one, int | float) and one >= 0]
    groups, unit, source = (entry.get(key) for key in ("groups", "unit", "source"))
    if len(numbers) < len(bounds) or not isinstance(groups, int) or not unit or not source:
        raise ValueError(f"{name}: low, expected, high, groups, unit and source are needed: {entry}")
    if numbers != sorted(numbers):
        raise ValueError(f"{name}: not a range: {numbers}")
    low, expected, high = numbers
    return Fitted(name, Range(low, expected, high), str(unit), str(source), groups)
