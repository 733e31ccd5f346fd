"""CP008: the crew ends with more than one async task."""

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


class SeveralAsyncAtEnd(ObjectionRule):
    """The crew ends with more than one async task.

    ## What it does

    Counts the async tasks at the end of the list.

    ## Why

    Async tasks are joined by the next sync task. At the end there is none, and CrewAI refuses more than
    one.

    ## Example

    ```yaml
    tasks:
      - {name: draft_a, async_execution: true, …}
      - {name: draft_b, async_execution: true, …}
      - {name: merge, …}   # a sync task that uses both
    ```

    ## Fix safety

    Unsafe: the last task is made sync. Without a `context` of its own it then gets all outputs before
    it.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP008"
    name = "several-async-at-end"
    severity = Severity.ERROR
    kind = Kind.SEVERAL_ASYNC_AT_END

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Make the last task sync."""
        last = subject.crew.task(objection.tasks[-1])
        title = f"set `async_execution: false` on '{last.name}'"
        return set_or_show(subject.crew, last, "async_execution", value=False, title=title)
