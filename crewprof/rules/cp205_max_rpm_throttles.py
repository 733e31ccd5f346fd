"""CP205: max_rpm makes a run wait longer than its work takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Agent
from crewprof.estimate.timing import agent_requests, crew_requests
from crewprof.figures import seconds
from crewprof.findings import Applicability, Finding, Fix, Savings, Severity
from crewprof.plan.kept_prompts import LEAST_SHARE
from crewprof.rules.amounts import counted
from crewprof.rules.rule import Rule
from crewprof.semantics.schedule import makespan
from crewprof.semantics.throttle import least_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.rules.subject import Subject


class MaxRpmThrottles(Rule):
    """`max_rpm` lets requests through so slowly that the run waits for it.

    ## What it does

    CrewAI lets `max_rpm` requests of a crew's agents (or of one agent) through and then sleeps for a minute.
    This rule compares the minutes that takes for the expected number of calls with the time the tasks take.
    Only calls of agents in their own loop count: not memory, guardrails, plans, nor a manager's.

    ## Why

    30 calls at `max_rpm: 10` take at least two minutes, however fast the model is, and running tasks side
    by side wins nothing.

    ## Example

    ```yaml
    max_rpm: 10    # before: 30 calls, 120 s at least
    max_rpm: 30    # after: as fast as the model answers
    ```

    ## Fix safety

    Shown only: which rate your provider allows is not written in the crew.

    ## When to ignore

    When the limit is your provider's.
    """

    code = "CP205"
    name = "max-rpm-throttles"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """At most one finding for the crew, and one for each agent with a limit of its own."""
        yield from self._of_crew(subject)
        for agent in subject.crew.workers:
            if agent.max_rpm:
                yield from self._of_agent(subject, agent, agent.max_rpm)

    def _of_crew(self, subject: Subject) -> Iterator[Finding]:
        crew, profile = subject.crew, subject.profile
        if not crew.max_rpm:
            return
        seconds = {task.name: task.seconds.expected for task in profile.tasks}
        work = makespan(subject.groups, seconds) + sum(one.seconds.expected for one in profile.overhead)
        lines = [line for task in profile.tasks for line in task.lines]
        calls = crew_requests(crew, lines).expected
        yield from self._waits(crew, crew.max_rpm, calls, work, profile.total.seconds.expected)

    def _of_agent(self, subject: Subject, agent: Agent, limit: int) -> Iterator[Finding]:
        tasks = subject.profile.tasks_of(agent.name)
        if not tasks:
            return
        work = sum(line.seconds.expected for task in tasks for line in task.lines)
        calls = sum(agent_requests(task.lines, agent).expected for task in tasks)
        took = sum(task.seconds.expected for task in tasks)
        yield from self._waits(agent, limit, calls, work, took)

    def _waits(
        self, owner: Agent | Crew, limit: int, calls: float, work: float, took: float
    ) -> Iterator[Finding]:
        """The finding that ``calls`` take ``took`` seconds instead of ``work``, if they do."""
        if took - work <= LEAST_SHARE * took:
            return
        enough = least_rate(calls, work)
        # Where no higher limit would help, the wait is one of full minutes that fall badly.
        if enough <= limit:
            return
        whose = f" of agent '{owner.name}'" if isinstance(owner, Agent) else ""
        yield self.finding(
            owner.place_of("max_rpm"),
            f"`max_rpm: {limit}`{whose} makes {counted(calls, 'call')} take {seconds(took)} "
            f"instead of {seconds(work)}",
            agents=(owner.name,) if isinstance(owner, Agent) else (),
            saves=Savings(seconds=took - work),
            fix=Fix(
                Applicability.DISPLAY,
                f"set `max_rpm: {enough}` if your provider allows it",
                suggestion=f"max_rpm: {enough}",
            ),
        )
