"""Seconds: of calls, of tools, and of a crew that forks and joins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crewprof.estimate.spending import times
from crewprof.quantity import Range, total
from crewprof.quick_dataclasses import replace
from crewprof.semantics.call import CallKind
from crewprof.semantics.schedule import makespan
from crewprof.semantics.throttle import MINUTE, throttle_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.crew.definition import Agent, Crew
    from crewprof.estimate.profile import CallLine
    from crewprof.estimate.spending import Spending
    from crewprof.models.speed import Speed
    from crewprof.semantics.schedule import Groups


def call_seconds(spending: Spending, speed: Speed) -> Range[float]:
    """Seconds the calls take one after the other: time to the first token, then output at its speed."""
    rate = speed.output_tokens_per_second
    for_one = Range(1.0 / rate.high, 1.0 / rate.expected, 1.0 / rate.low)
    return times(spending.calls, speed.first_token_seconds) + times(spending.output_tokens, for_one)


def throttled(
    seconds: Range[float], calls: Range[float], max_rpm: int | None, before: Range[float] | None = None
) -> Range[float]:
    """``seconds``, or what ``max_rpm`` requests a minute let ``calls`` take if that is longer.

    ``before``: calls that have used the same allowance already.
    """
    if not max_rpm:
        return seconds
    used = before or Range.exactly(0.0)

    def waited(took: float, called: float, already: float) -> float:
        whole = throttle_seconds(already + called, max_rpm)
        return max(took, whole - throttle_seconds(already, max_rpm))

    low, expected, high = (
        waited(*bounds)
        for bounds in (
            (seconds.low, calls.low, used.low),
            (seconds.expected, calls.expected, used.expected),
            (seconds.high, calls.high, used.high),
        )
    )
    # Full minutes make the wait jump, so that fewer calls may wait longer after others.
    return Range(min(low, expected), expected, max(high, expected), seconds.is_open or calls.is_open)


def throttled_after_any(seconds: Range[float], calls: Range[float], max_rpm: int | None) -> Range[float]:
    """The same where it is not known how much of the allowance has been used before."""
    if not max_rpm:
        return seconds
    # In the best case the allowance was fresh; in the worst it was just used up, so that a wait comes before
    # the first call.
    least = calls.mapped(lambda called: MINUTE * (called // max_rpm))
    most = MINUTE * math.ceil(calls.high / max_rpm)
    return replace(
        seconds,
        low=min(max(seconds.low, least.low), max(seconds.expected, least.expected)),
        expected=max(seconds.expected, least.expected),
        high=max(seconds.high, least.expected, most),
        is_open=seconds.is_open or calls.is_open,
    )


_LIMITED = frozenset({CallKind.TASK.value, CallKind.LOOP.value, CallKind.STEP.value, CallKind.WORKER.value})
"""Calls that pass the limiter: those of agents in their loop (``enforce_rpm_limit`` in
crewai/agents/agent_executor.py and step_executor.py). Memory, guardrails, plans and conversions do not."""


def crew_requests(crew: Crew, lines: Iterable[CallLine]) -> Range[float]:
    """Calls that the crew's ``max_rpm`` counts: of the agents it lists that have no limit of their own.

    ``Crew`` hands its limiter to ``Crew.agents`` alone, so neither a manager nor an agent left out has it.
    """
    counted = {agent.name for agent in crew.agents if not agent.max_rpm}
    limited = (line.calls for line in lines if line.kind in _LIMITED and line.agent in counted)
    return total(limited, 0.0)


def agent_requests(lines: Iterable[CallLine], agent: Agent | None) -> Range[float]:
    """Calls that the ``max_rpm`` of ``agent`` counts."""
    name = agent.name if agent is not None else None
    return total((line.calls for line in lines if line.kind in _LIMITED and line.agent == name), 0.0)


def makespan_range(groups: Groups, seconds: Mapping[str, Range[float]]) -> Range[float]:
    """The bounds of :func:`crewprof.semantics.schedule.makespan` for durations that are ranges."""
    return Range(
        makespan(groups, {name: one.low for name, one in seconds.items()}),
        makespan(groups, {name: one.expected for name, one in seconds.items()}),
        makespan(groups, {name: one.high for name, one in seconds.items()}),
        any(seconds[name].is_open for group in groups for name in group),
    )
