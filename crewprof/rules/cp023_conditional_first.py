"""CP023: a conditional task comes first."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class ConditionalFirst(ObjectionRule):
    """A conditional task comes first.

    ## What it does

    Reports a crew whose first task is conditional.

    ## Why

    A condition looks at the output before it, and there is none: CrewAI refuses the crew.

    ## Example

    ```yaml
    tasks:
      - {name: research, …}
      - {name: dig_deeper, type: ConditionalTask, condition: {python: checks.is_thin}, …}
    ```

    ## Fix safety

    No fix: the order is the author's.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP023"
    name = "conditional-first"
    severity = Severity.ERROR
    kind = Kind.CONDITIONAL_FIRST
