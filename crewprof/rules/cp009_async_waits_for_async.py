"""CP009: an async task has an async task as context that runs beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class AsyncWaitsForAsync(ObjectionRule):
    """An async task has an async task as context that runs beside it.

    ## What it does

    Reports async tasks whose `context` names a task of the same run of async tasks.

    ## Why

    They start at the same time, so there is no output to hand over. CrewAI refuses the crew; a sync task
    between them would join the first.

    ## Example

    ```yaml
    tasks:
      - {name: search, async_execution: true, …}
      - {name: sum_up, context: [search], …}   # before: async_execution: true
    ```

    ## Fix safety

    Unsafe: the waiting task is made sync, so it runs after those before it.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP009"
    name = "async-waits-for-async"
    severity = Severity.ERROR
    kind = Kind.ASYNC_WAITS_FOR_ASYNC

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Make the waiting task sync."""
        task = subject.crew.task(objection.tasks[0])
        title = f"set `async_execution: false` on '{task.name}'"
        return set_or_show(subject.crew, task, "async_execution", value=False, title=title)
