"""CP002: a key that only a running crew sets, so CrewAI refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class RuntimeKey(ObjectionRule):
    """A key that only a running crew sets, so CrewAI refuses it.

    ## What it does

    Reports keys such as `id`, `output`, `used_tools` or `usage_metrics` (`runtime-only field(s)` in a
    definition; `id` anywhere).

    ## Why

    CrewAI refuses the definition before anything runs.

    ## Example

    ```yaml
    tasks:
      - name: research
        output: notes            # before: refused
        expected_output: notes   # what is mostly meant
    ```

    ## Fix safety

    Unsafe: the key is taken out, and whether another one was meant only the author knows.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP002"
    name = "runtime-key"
    severity = Severity.ERROR
    kind = Kind.RUNTIME_KEY

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take it out."""
        return removal(subject.crew, objection, f"delete `{objection.key}`")
