"""CP202: tasks run in a row only because CrewAI gives each of them everything before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Savings, Severity
from crewprof.name_lists import named
from crewprof.plan.inferred_schedule import fastest_as_inferred
from crewprof.rules.rule import Rule
from crewprof.rules.schedule_fixes import (
    can_move,
    fastest_to_write,
    is_worth_it,
    newly_together,
    schedule_fix,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject

LEAST_SHARE = 0.05
"""Share of the makespan that must be saved: the ground is a guess."""


class SerialByDefaultContext(Rule):
    """Tasks without `context` wait for outputs their text does not seem to use.

    ## What it does

    A task without `context` receives the outputs of all tasks before it, and so has to wait for them. This
    rule reads the texts (names of tasks, words of what they make, "based on", output files) to see which of
    them each task uses, looks for the fastest schedule under those dependencies, and reports the tasks
    that could then run at the same time. The same for tasks that only wait for each other because their tools
    or the crew's memory might carry something from one to the other.

    ## Why

    Waiting for what is not used costs time, and being sent it costs tokens in every later call.

    ## Example

    ```yaml
    tasks:
      - name: study_market
        async_execution: true    # after
      - name: study_law
        context: []              # after: it does not speak of the market
        async_execution: true
      - name: advise
        context: [study_market, study_law]
    ```

    ## Fix safety

    Unsafe: a task that gets less context may answer otherwise, and what it uses is inferred from words.
    Read the diff: is everything a task needs in its `context`?

    ## When to ignore

    When a task is meant to see everything before it; then write its `context` out.
    """

    code = "CP202"
    name = "serial-by-default-context"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per crew."""
        crew, profile, behavior = subject.crew, subject.profile, subject.behavior
        if subject.on_one_machine:
            return
        found = fastest_as_inferred(crew, profile, behavior, may_move=can_move(crew))
        if found is None or not is_worth_it(found, fastest_to_write(subject), least=LEAST_SHARE):
            return
        names = newly_together(crew, found)
        if not names:
            return
        first = next(task for task in crew.tasks if task.name in names)
        yield self.finding(
            first.place,
            f"{named(names)} could run at the same time: they do not seem to use each other's output",
            tasks=names,
            saves=Savings(seconds=found.saves),
            fix=schedule_fix(crew, found, Applicability.UNSAFE),
        )
