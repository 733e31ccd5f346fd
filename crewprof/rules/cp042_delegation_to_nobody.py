"""CP042: the only agent of a crew may delegate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.written import Judge
from crewprof.findings import Applicability, Severity
from crewprof.rules.objection_rule import ObjectionRule, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.findings import Finding, Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class DelegationToNobody(ObjectionRule):
    """The only agent of a crew may delegate.

    ## What it does

    Reports `allow_delegation: true` in a crew with one agent. Agents made in plain Python are left alone:
    they may work for other crews as well.

    ## Why

    CrewAI gives it no tool for it: there is nobody to ask.

    ## Example

    ```yaml
    allow_delegation: false   # before: true
    ```

    ## Fix safety

    Safe: the key has no effect, so taking it out changes no prompt.

    ## When to ignore

    When more agents are to come.
    """

    code = "CP042"
    name = "delegation-to-nobody"
    severity = Severity.INFO
    kind = Kind.DELEGATION_TO_NOBODY

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding at most."""
        if subject.crew.written.judge is not Judge.CODE:
            yield from super().check(subject)

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take out what has no effect."""
        return removal(subject.crew, objection, "delete `allow_delegation` (no effect)", Applicability.SAFE)
