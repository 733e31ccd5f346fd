"""How fast models answer, by class.

Source of the figures: third-party measurements gathered in 2026 (light models 0.5-0.6 s to the first
token and 150-200 tokens/s; standard 0.5-0.8 s, 100-130; frontier 0.8-2.4 s, about 50; reasoning models
2-15 s, about 45). They were not measured again here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Mapping


class Speed(NamedTuple):
    """Seconds until the first token of an answer, and output tokens per second after it.

    ``name`` is the class; ``unknown`` spans all of them.
    """

    name: str
    first_token_seconds: Range[float]
    output_tokens_per_second: Range[float]


SPEEDS: Mapping[str, Speed] = {
    speed.name: speed
    for speed in (
        Speed("light", Range(0.5, 0.55, 0.6), Range(150.0, 175.0, 200.0)),
        Speed("standard", Range(0.5, 0.65, 0.8), Range(100.0, 115.0, 130.0)),
        Speed("frontier", Range(0.8, 1.4, 2.4), Range(40.0, 50.0, 60.0)),
        Speed("reasoning", Range(2.0, 6.0, 15.0), Range(36.0, 45.0, 54.0)),
        Speed("unknown", Range(0.5, 1.0, 2.4), Range(40.0, 90.0, 200.0)),
    )
}
