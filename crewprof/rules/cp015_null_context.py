"""CP015: an empty `context:` means everything in a definition and nothing in a @CrewBase project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Severity
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.objection_rule import ObjectionRule, owner_of, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class NullContext(ObjectionRule):
    """An empty `context:` means everything in a definition and nothing in a @CrewBase project.

    ## What it does

    Reports `context:` without a value, where tasks before it have outputs.

    ## Why

    A definition drops the null, so the task gets every output before it. In a @CrewBase project the null
    arrives and means none. Neither can be seen from the text.

    ## Example

    ```yaml
    context:                # before
    context: []             # after: nothing
    # or leave the key out: everything before
    ```

    ## Fix safety

    Safe: what CrewAI does is written down. The key is taken out of a crew.yaml, and `[]` is written in
    a crew.jsonc or a @CrewBase project; no prompt changes.

    ## When to ignore

    Never.
    """

    code = "CP015"
    name = "null-context"
    severity = Severity.WARNING
    kind = Kind.NULL_CONTEXT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Write what it means here."""
        if subject.crew.written.drops_nulls:
            return removal(
                subject.crew, objection, "delete the empty `context` (same effect)", Applicability.SAFE
            )
        task = owner_of(subject.crew, objection)
        return set_or_show(
            subject.crew, task, "context", [], "set `context: []`", applicability=Applicability.SAFE
        )
