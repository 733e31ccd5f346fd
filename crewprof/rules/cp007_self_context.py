"""CP007: a task has itself as context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, item_removal
from crewprof.semantics.refusals import Kind
from crewprof.semantics.refusals.written import authored_name

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class SelfContext(ObjectionRule):
    """A task has itself as context.

    ## What it does

    Reports a task whose `context` names the task itself.

    ## Why

    A definition with it is refused, a @CrewBase project fails while it is built from YAML; given in
    Python it is accepted and means nothing.

    ## Example

    ```yaml
    write:
      context: [research, write]   # before
      context: [research]          # after
    ```

    ## Fix safety

    Unsafe: the entry is taken out, the other entries stay.

    ## When to ignore

    Never.
    """

    code = "CP007"
    name = "self-context"
    severity = Severity.WARNING
    kind = Kind.SELF_CONTEXT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take it out of its own context."""
        (name,) = objection.tasks
        authored = authored_name(subject.crew, subject.crew.task(name)) or name
        title = f"delete '{authored}' from its own `context`"
        return item_removal(subject.crew, objection, authored, title)
