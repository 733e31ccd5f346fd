"""How fast models answer, by class and where measured by vendor.

Output speeds come from recordings: OpenAI's own processing times (light models 43 to 67 tokens a second,
gpt-4o and gpt-4.1 65 to 71), logs of runs (Claude Sonnet 45, Qwen 30, GLM 48). Classes without a recording
(frontier, reasoning) and times to the first token lean on third-party measurements gathered in 2026
(frontier about 50, reasoning about 45 tokens a second; 0.5 to 2.4 s to the first token, 2 to 15 s where a
model thinks first). Ranges span busy and quiet hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crewprof.quantity import Range

if TYPE_CHECKING:
    from collections.abc import Mapping


class Speed(NamedTuple):
    """Seconds until the first token of an answer, and output tokens per second after it.

    ``name`` is the class or, where its models were measured, the vendor's line; ``unknown`` spans all.
    """

    name: str
    first_token_seconds: Range[float]
    output_tokens_per_second: Range[float]


SPEEDS: Mapping[str, Speed] = {
    speed.name: speed
    for speed in (
        Speed("light", Range(0.3, 0.6, 1.5), Range(40.0, 55.0, 85.0)),
        Speed("standard", Range(0.3, 0.7, 1.8), Range(40.0, 65.0, 95.0)),
        Speed("frontier", Range(0.5, 1.2, 3.0), Range(28.0, 48.0, 70.0)),
        Speed("reasoning", Range(1.0, 4.0, 15.0), Range(28.0, 45.0, 75.0)),
        Speed("sonnet", Range(0.5, 1.0, 2.5), Range(32.0, 45.0, 65.0)),
        Speed("qwen", Range(0.3, 0.7, 2.0), Range(20.0, 30.0, 42.0)),
        Speed("glm", Range(0.5, 1.1, 3.0), Range(33.0, 48.0, 65.0)),
        Speed("unknown", Range(0.3, 0.9, 3.0), Range(22.0, 50.0, 90.0)),
    )
}

FASTEST = Speed(
    "fastest",
    Range(
        min(one.first_token_seconds.low for one in SPEEDS.values()),
        min(one.first_token_seconds.expected for one in SPEEDS.values()),
        min(one.first_token_seconds.high for one in SPEEDS.values()),
    ),
    Range(
        max(one.output_tokens_per_second.low for one in SPEEDS.values()),
        max(one.output_tokens_per_second.expected for one in SPEEDS.values()),
        max(one.output_tokens_per_second.high for one in SPEEDS.values()),
    ),
)
"""As fast as any class is in each respect: what a model of which nothing is known takes at least."""
