"""CP032: a `guardrail` beside `guardrails` is not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Severity
from crewprof.rules.objection_rule import ObjectionRule, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class IgnoredGuardrail(ObjectionRule):
    """A `guardrail` beside `guardrails` is not checked.

    ## What it does

    Reports tasks with both keys.

    ## Why

    CrewAI forgets `guardrail` as soon as `guardrails` names any.

    ## Example

    ```yaml
    guardrails: [Is short., Names every source.]   # before: one of them under guardrail
    ```

    ## Fix safety

    Safe: the key without effect is taken out; no prompt and no call changes.

    ## When to ignore

    Never.
    """

    code = "CP032"
    name = "ignored-guardrail"
    severity = Severity.WARNING
    kind = Kind.IGNORED_GUARDRAIL

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take out what has no effect."""
        return removal(subject.crew, objection, "delete `guardrail` (no effect)", Applicability.SAFE)
