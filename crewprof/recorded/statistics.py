"""Sums over the kickoffs of a crew, with how far they spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.recorded.runs import Call, Kickoff


@dataclass(frozen=True, slots=True)
class Sums:
    """What calls have used together; ``unknown`` calls have no usage and are missing in the tokens."""

    calls: int
    failed: int
    prompt: int
    completion: int
    cached: int
    reasoning: int
    seconds: float
    unknown: int

    @property
    def is_complete(self) -> bool:
        """Whether every call that was answered has its tokens."""
        return not self.unknown


def sums_of(calls: Iterable[Call]) -> Sums:
    """The sums of ``calls``; refused ones count as ``failed`` only."""
    every = list(calls)
    made = [call for call in every if not call.failed]
    return Sums(
        calls=sum(call.requests for call in made),
        failed=len(every) - len(made),
        prompt=sum(call.prompt or 0 for call in made),
        completion=sum(call.completion or 0 for call in made),
        cached=sum(call.cached or 0 for call in made),
        reasoning=sum(call.reasoning or 0 for call in made),
        seconds=sum(call.seconds for call in every),
        unknown=sum(call.prompt is None for call in made),
    )


def spread_of(values: Sequence[float]) -> Range[float]:
    """The mean of what was measured, between the least and the most; ``values`` is not empty."""
    low, high = min(values), max(values)
    return Range(low, min(max(sum(values) / len(values), low), high), high)


def concurrent_groups(kickoff: Kickoff) -> tuple[tuple[str, ...], ...]:
    """The tasks of a kickoff in time order; those that ran at the same time stand together."""
    groups: list[list[str]] = []
    until = float("-inf")
    for span in sorted(kickoff.spans, key=lambda one: one.started):
        # A task that waits for another starts some microseconds after it.
        if groups and span.started < until - 0.001:
            groups[-1].append(span.task)
        else:
            groups.append([span.task])
        until = max(until, span.started + span.seconds)
    return tuple(tuple(group) for group in groups)
