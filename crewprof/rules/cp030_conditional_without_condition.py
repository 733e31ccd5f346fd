"""CP030: a conditional task without a condition CrewAI can ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class ConditionalWithoutCondition(ObjectionRule):
    """A conditional task without a condition CrewAI can ask.

    ## What it does

    Reports conditional tasks of a definition whose `condition` is missing or is a text.

    ## Why

    The crew loads, runs up to that task, pays for it, and fails there.

    ## Example

    ```yaml
    condition: {python: checks.is_thin}   # before: condition: is_thin
    ```

    ## Fix safety

    Shown only: the function has to exist.

    ## When to ignore

    Never: the crew does not run to its end.
    """

    code = "CP030"
    name = "conditional-without-condition"
    severity = Severity.ERROR
    kind = Kind.CONDITIONAL_WITHOUT_CONDITION

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Say how a condition is given."""
        return shown("set `condition` to a Python function", "condition: {python: module.function}")
