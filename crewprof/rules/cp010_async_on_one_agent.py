"""CP010: async tasks that run at the same time share an agent, on which CrewAI fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, Severity
from crewprof.name_lists import called
from crewprof.rules.key_changes import set_key
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class AsyncOnOneAgent(ObjectionRule):
    """Async tasks that run at the same time share an agent, on which CrewAI fails.

    ## What it does

    Looks at each run of async tasks (those with no sync task between them) for two tasks of one agent;
    in a hierarchical crew, for any two, for the manager does them all.

    ## Why

    An agent has one executor. Since CrewAI 1.14.5 the second task fails with `Executor is already
    running`, and with it the kickoff, after the calls made so far were paid. From 1.8.0 on the two
    conversations were mixed without a word. On a manager it depends on timing.

    ## Example

    ```yaml
    tasks:
      - {name: a, agent: writer, async_execution: true, …}
      - {name: b, agent: writer, …}   # before: async_execution: true
    ```

    ## Fix safety

    Unsafe: all but the first are made sync. Another way is an agent of its own for each (CP204).

    ## When to ignore

    Never: the crew does not run to its end.
    """

    code = "CP010"
    name = "async-on-one-agent"
    severity = Severity.WARNING
    kind = Kind.ASYNC_ON_ONE_AGENT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Make all but the first sync."""
        later = [subject.crew.task(name) for name in objection.tasks[1:]]
        title = f"set `async_execution: false` on {called(task.name for task in later)}"
        changes = [set_key(subject.crew, task, "async_execution", False) for task in later]  # noqa: FBT003
        if None in changes:
            return shown(title, "async_execution=False")
        return Fix(Applicability.UNSAFE, title, tuple(change for change in changes if change is not None))
