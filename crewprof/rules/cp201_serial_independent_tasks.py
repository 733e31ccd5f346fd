"""CP201: tasks that do not need each other run one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Savings, Severity
from crewprof.name_lists import named
from crewprof.rules.rule import Rule
from crewprof.rules.schedule_fixes import fastest_to_write, is_worth_it, newly_together, schedule_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.plan.kept_prompts import Rearrangement
    from crewprof.rules.subject import Subject


class SerialIndependentTasks(Rule):
    """Tasks that do not need each other's output run one after the other.

    ## What it does

    CrewAI runs tasks in the order of the list, one at a time, unless they have `async_execution: true`:
    those start at once, and the next task without it waits for all of them. This rule takes what every
    task receives today as given (its `context`, or everything before it where it has none), looks for the
    fastest schedule CrewAI can run under that condition, and reports the tasks it runs together.

    ## Why

    The seconds of tasks in a row add up; of tasks at the same time only the longest counts. Five
    independent analyses of 30 s each take 150 s in a row and 30 s together, for the same tokens and the same
    money.

    ## Example

    ```yaml
    tasks:
      - name: size_market
        context: []
        async_execution: true     # after
      - name: study_competitors
        context: []
        async_execution: true     # after
      - name: recommend
        context: [size_market, study_competitors]
    ```

    ## Fix safety

    Safe: every call keeps its messages, and the same task gives the final output. Where a task has no
    `context`, what it received is written out, because an async task without `context` receives nothing.
    Tasks are moved only where that changes no prompt. Two tasks of one agent never run together (CrewAI
    would crash), nor an agent and one that may delegate to it. Tasks whose tools may write what the other
    reads keep their order; custom tools count as such. Nothing is changed for a crew with memory, or on
    CrewAI before 1.14.5, where joins drop outputs. In a @CrewBase project the keys are written into
    `tasks.yaml` unless Python gives them, and the order of methods stays as it is.

    ## When to ignore

    When your provider's rate limit is too low for several requests at the same time.
    """

    code = "CP201"
    name = "serial-independent-tasks"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per crew, with the fix that reaches the best schedule."""
        found = by_flags(subject)
        names = newly_together(subject.crew, found) if found is not None else ()
        if found is not None and names:
            first = next(task for task in subject.crew.tasks if task.name in names)
            yield self.finding(
                first.place,
                f"{named(names)} could run at the same time: they do not need each other's output",
                tasks=names,
                saves=Savings(seconds=found.saves),
                fix=schedule_fix(subject.crew, found, Applicability.SAFE),
            )


def by_flags(subject: Subject) -> Rearrangement | None:
    """The best schedule with the same prompts, if async flags alone bring one nearer to it.

    Where tasks can be moved too and that saves more, it includes the moves.
    """
    if subject.on_one_machine or not is_worth_it(subject.fastest_in_order):
        return None
    return fastest_to_write(subject)
