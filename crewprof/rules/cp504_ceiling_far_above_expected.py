"""CP504: the worst run costs many times the expected one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.cp303_retired_model import is_leaving
from crewprof.rules.cp501_no_answer_limit import NoAnswerLimit
from crewprof.rules.rule import Rule
from crewprof.rules.worst_case import worst_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject


class CeilingFarAboveExpected(Rule):
    """Before CrewAI stops by itself, one run can cost a hundred times what is expected.

    ## What it does

    Compares the worst case (every loop to `max_iter`, every retry taken, every answer as long as the model
    allows) with the expected cost. Reports, once per crew, when it is at least 100 times as much and at
    least ten dollars. Where agents have no `max_tokens`, CP501 says it instead; where an agent plans without
    a limit there is no worst case, and CP503 says so; where a model is to be retired, CP303.

    ## Why

    A run that goes wrong repeats itself. What bounds it is `max_iter`, `max_tokens` where it acts, and the
    retry limits; CP501, CP502 and CP503 say where they are missing.

    ## Example

    See those rules.

    ## Fix safety

    No fix of its own.

    ## When to ignore

    When something outside (a budget at the provider) stops a run.
    """

    code = "CP504"
    name = "ceiling-far-above-expected"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """At most one finding per crew."""
        told = worst_case(subject)
        if told is None or any(NoAnswerLimit().check(subject)):
            return
        models = (agent.llm for agent in subject.workers)
        if any(model is not None and is_leaving(subject, model) for model in models):
            return
        message = f"{told}, if every agent loops until max_iter"
        fix = Fix(Applicability.DISPLAY, "set a lower `max_iter` on agents with tools")
        yield self.finding(subject.crew.place, message, fix=fix)
