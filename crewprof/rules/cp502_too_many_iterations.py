"""CP502: max_iter lets a task loop far longer than it needs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crewprof.findings import Finding, Severity
from crewprof.name_lists import named
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.merging import merged
from crewprof.rules.rule import Rule
from crewprof.rules.worst_case import worst_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent
    from crewprof.rules.subject import Subject

HEADROOM = 2.0
"""Times the high estimate of an agent's turns that are left; the high estimate holds 90% of runs."""
LEAST = 15
"""Turns that are always left: the most that a recorded task of a real crew took."""


class TooManyIterations(Rule):
    """An agent with tools may loop 25 times, everything resent each time, where a few turns do.

    ## What it does

    Compares `max_iter` (CrewAI's default is 25, and one more call follows at the limit) with the turns the
    agent's tasks are estimated to take at the high end, and suggests twice that, at least 8. Says nothing
    where the worst case of a run is under a dollar, or under a hundred times the expected cost.

    ## Why

    Each turn sends everything before it again, so the cost of a loop grows with the square of its length:
    25 turns cost about ten times as much as 8. Half of all recorded tasks with tools needed two calls, nine
    in ten at most eight.

    ## Example

    ```yaml
    researcher:
      tools: [SerperDevTool]
      max_iter: 15   # after: at most 16 calls, not 61
    ```

    ## Fix safety

    Unsafe: a task that needs more turns is told to answer with what it has.

    ## When to ignore

    When long loops are the point (crawling, coding with tests).
    """

    code = "CP502"
    name = "too-many-iterations"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding for all agents whose tasks use tools."""
        found = list(self._of_agents(subject)) if worst_case(subject) is not None else []
        if len(found) > 1:
            who = named([name for one in found for name in one.agents])
            message = f"{len(found)} agents may take far more turns than they need (max_iter): {who}"
            yield merged(found, message, f"set `max_iter` for {len(found)} agents")
        else:
            yield from found

    def _of_agents(self, subject: Subject) -> Iterator[Finding]:
        for agent in subject.workers if subject.crew.work_known else ():
            turns = _turns(subject, agent)
            if turns is None:
                continue
            limit = agent.max_iter if agent.max_iter is not None else subject.behavior.max_iter
            enough = max(LEAST, math.ceil(turns * HEADROOM))
            if limit < 2 * enough:
                continue
            by = "" if agent.max_iter is not None else " by default"
            yield self.finding(
                agent.place_of("max_iter"),
                f"agent '{agent.name}' may take {limit} turns{by} (max_iter), but its tasks need about "
                f"{turns:.0f} at most",
                agents=(agent.name,),
                fix=set_or_show(subject.crew, agent, "max_iter", enough, f"set `max_iter: {enough}`"),
            )


def _turns(subject: Subject, agent: Agent) -> float | None:
    loops = [
        # The first turn is the task's own call, the others are its loop.
        line.calls.high + 1
        for task in subject.profile.tasks_of(agent.name)
        for line in task.lines
        if line.kind == "loop" and line.calls.high > 0
    ]
    return max(loops, default=None)
