"""CP011: an async task without `context` gets no output of the tasks before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.objection_rule import ObjectionRule, owner_of
from crewprof.semantics.refusals import Kind
from crewprof.semantics.refusals.written import authored_name

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class AsyncWithoutContext(ObjectionRule):
    """An async task without `context` gets no output of the tasks before it.

    ## What it does

    Reports async tasks that leave `context` out although outputs are ready when they start.

    ## Why

    A sync task without `context` gets everything before it, an async one nothing. Making a task async to
    save time thus takes its input away, silently: it answers from its description alone.

    ## Example

    ```yaml
    report:
      async_execution: true
      context: [research]   # after: say what it needs, or [] if nothing
    ```

    ## Fix safety

    Unsafe: `context` with all outputs that are ready, as a sync task would get; the prompt grows by
    them. Write `context: []` if nothing is needed.

    ## When to ignore

    When the task needs no other output; `context: []` says so.
    """

    code = "CP011"
    name = "async-without-context"
    severity = Severity.WARNING
    kind = Kind.ASYNC_WITHOUT_CONTEXT
    of_all = (
        "{whom} are async and have no context, so they receive none of the outputs that are ready when they "
        "start"
    )

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Give it what a sync task would get."""
        crew = subject.crew
        names = [authored_name(crew, crew.task(name)) for name in objection.names]
        # A task that has no name, or shares it, cannot be meant in a ``context``.
        if None in names or len(set(names)) < len(names):
            return None
        title = "set `context:` to the outputs that are ready"
        return set_or_show(
            crew, owner_of(crew, objection), "context", [name for name in names if name], title
        )
