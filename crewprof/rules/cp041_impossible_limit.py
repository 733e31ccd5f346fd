"""CP041: a limit below 1, on which CrewAI fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class ImpossibleLimit(ObjectionRule):
    """A limit below 1, on which CrewAI fails.

    ## What it does

    Reports `max_iter` and `max_execution_time` below 1.

    ## Why

    CrewAI accepts the crew and fails when the agent starts to work.

    ## Example

    ```yaml
    max_execution_time: 300   # before: 0
    ```

    ## Fix safety

    Unsafe: the key is taken out, so CrewAI's default holds.

    ## When to ignore

    Never: the crew does not run to its end.
    """

    code = "CP041"
    name = "impossible-limit"
    severity = Severity.ERROR
    kind = Kind.IMPOSSIBLE_LIMIT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Go back to the default."""
        return removal(subject.crew, objection, f"delete `{objection.key}` (the default applies)")
