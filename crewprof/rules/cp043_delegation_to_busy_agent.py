"""CP043: an agent may delegate to one that works at the same time."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class DelegationToBusyAgent(ObjectionRule):
    """An agent may delegate to one that works at the same time.

    ## What it does

    Reports async tasks whose agent may delegate while an agent of another task of the same run is busy.

    ## Why

    An agent does one thing at a time. CrewAI answers such a delegation with the text of an error, which
    the agent then reasons over, at your cost.

    ## Example

    ```yaml
    researcher:
      allow_delegation: false   # before: true
    ```

    ## Fix safety

    No fix: who may delegate is a choice.

    ## When to ignore

    When the agent delegates to somebody else.
    """

    code = "CP043"
    name = "delegation-to-busy-agent"
    severity = Severity.WARNING
    kind = Kind.DELEGATION_TO_BUSY_AGENT
