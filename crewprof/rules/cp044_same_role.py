"""CP044: two agents have one role, so delegated work always goes to the first."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class SameRole(ObjectionRule):
    """Two agents have one role, so delegated work always goes to the first.

    ## What it does

    Compares roles, without case, quotes and extra spaces, in crews where somebody delegates.

    ## Why

    Coworkers are found by their role. The second agent of a role never gets delegated work, and the role
    is listed twice in every delegating prompt.

    ## Example

    ```yaml
    junior:
      role: Junior writer   # before: Writer, like the other
    ```

    ## Fix safety

    No fix: a role has to be written.

    ## When to ignore

    When the agents are copies of each other.
    """

    code = "CP044"
    name = "same-role"
    severity = Severity.WARNING
    kind = Kind.SAME_ROLE
