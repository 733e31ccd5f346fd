"""CP024: a conditional task is async."""

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


class ConditionalAsync(ObjectionRule):
    """A conditional task is async.

    ## What it does

    Reports conditional tasks with `async_execution: true`.

    ## Why

    CrewAI refuses the crew: the condition has to be decided in turn.

    ## Example

    ```yaml
    dig_deeper:
      type: ConditionalTask
      async_execution: false   # before: true
    ```

    ## Fix safety

    Unsafe: the task is made sync; CrewAI refused the crew before.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP024"
    name = "conditional-async"
    severity = Severity.ERROR
    kind = Kind.CONDITIONAL_ASYNC

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Make it sync."""
        task = subject.crew.task(objection.tasks[0])
        return set_or_show(subject.crew, task, "async_execution", False, "set `async_execution: false`")  # noqa: FBT003
