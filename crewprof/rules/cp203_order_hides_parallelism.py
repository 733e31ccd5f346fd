"""CP203: the order of the tasks keeps independent ones from running at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Savings, Severity
from crewprof.name_lists import named
from crewprof.rules.cp201_serial_independent_tasks import by_flags
from crewprof.rules.rule import Rule
from crewprof.rules.schedule_fixes import is_worth_it, moved_tasks, newly_together, schedule_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject


class OrderHidesParallelism(Rule):
    """Independent tasks cannot run at the same time because of their order in the list.

    ## What it does

    Only async tasks that follow each other in the list run together: any task without `async_execution`
    between them waits for all before it. This rule reports crews in which moving tasks, without changing
    what any of them receives, saves time that `async_execution` alone does not.

    ## Why

    In `research A, write A, research B, write B` nothing can overlap. In
    `research A, research B, write A, write B` the two researches can.

    ## Example

    ```yaml
    tasks:
      - name: research_a          # async_execution: true
      - name: research_b          # moved up; async_execution: true
      - name: write_a             # context: [research_a]
      - name: write_b             # context: [research_b]
    ```

    ## Fix safety

    Safe: what each task received is written as its `context`, so every call keeps its messages, and the
    last task stays last. Tasks are not moved in a crew with planning, conditional tasks or a trigger
    payload, whose prompts depend on the order. In a @CrewBase project the order is that of the methods
    in Python, so it is shown.

    ## When to ignore

    When the order is for readers and the time does not matter.
    """

    code = "CP203"
    name = "order-hides-parallelism"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per crew."""
        if subject.on_one_machine:
            return
        crew, found = subject.crew, subject.fastest
        known = by_flags(subject)
        if found is None or not is_worth_it(found, known):
            return
        moved = moved_tasks(crew, found)
        place = crew.task(moved[0]).place
        yield self.finding(
            place,
            f"{named(newly_together(crew, found))} could run at the same time "
            f"if {named(moved)} had another place in the list",
            tasks=moved,
            saves=Savings(seconds=found.saves - (known.saves if known is not None else 0.0)),
            fix=schedule_fix(crew, found, Applicability.SAFE),
        )
