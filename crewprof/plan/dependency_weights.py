"""The weights of the signs of a dependency, and the probability they make."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import TYPE_CHECKING

from crewprof.bundled import bundled_text
from crewprof.plan.dependency_signs import FEATURES
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Weights:
    """``by_feature``: the weights of :data:`FEATURES`. ``threshold``: probability from which an edge is
    taken: low, as a missed dependency harms and an extra one only costs."""

    by_feature: tuple[float, ...]
    threshold: float


@cache
def shipped_weights() -> Weights:
    """The weights in the data file."""
    data = json.loads(bundled_text("plan", "dependency_weights.json"))
    return Weights(tuple(data["weights"][name] for name in FEATURES), data["threshold"])


def probability(values: Sequence[float], weights: Weights) -> float:
    """The probability (0 to 1) that a text with these :data:`FEATURES` uses the earlier output."""
    logit = sum(value * weight for value, weight in zip(values, weights.by_feature, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))
