"""CP205: max_rpm makes a run wait longer than its work takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Savings, Severity
from crewprof.plan.kept_prompts import LEAST_SHARE
from crewprof.rules.amounts import number
from crewprof.rules.rule import Rule
from crewprof.semantics.schedule import makespan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject

MINUTE = 60.0


class MaxRpmThrottles(Rule):
    """`max_rpm` lets requests through so slowly that the run waits for it.

    ## What it does

    CrewAI lets `max_rpm` requests of a crew's agents through and then sleeps for a minute. This rule
    compares the minutes that takes for the expected number of calls with the time the tasks take.

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
        """At most one finding per crew."""
        crew, profile = subject.crew, subject.profile
        calls = profile.total.calls.expected
        if not crew.max_rpm or calls <= 1:
            return
        seconds = {task.name: task.seconds.expected for task in profile.tasks}
        work = makespan(subject.groups, seconds) + sum(one.seconds.expected for one in profile.overhead)
        waits = profile.total.seconds.expected - work
        if waits <= LEAST_SHARE * profile.total.seconds.expected:
            return
        enough = _enough(calls, work)
        yield self.finding(
            crew.place_of("max_rpm"),
            f"max_rpm {crew.max_rpm} stretches {number(calls)} calls to "
            f"{profile.total.seconds.expected:.0f} s; the tasks take {work:.0f} s",
            saves=Savings(seconds=waits),
            fix=Fix(
                Applicability.DISPLAY,
                f"stop the waiting with max_rpm {enough}, if the provider allows it",
                suggestion=f"max_rpm: {enough}",
            ),
        )


def _enough(calls: float, seconds: float) -> int:
    """The least ``max_rpm`` that lets ``calls`` through in ``seconds``."""
    minutes = math.floor(seconds / MINUTE)
    return math.ceil(calls / (minutes + 1))
