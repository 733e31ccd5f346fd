"""CP045: after a failed guardrail CrewAI tries again without the outputs of other tasks."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class RetryWithoutContext(ObjectionRule):
    """After a failed guardrail CrewAI tries again without the outputs of other tasks.

    ## What it does

    Reports tasks with a guardrail that get outputs of other tasks.

    ## Why

    The retry's context is replaced by the objection and the last answer. What the task was to work from
    is not sent again.

    ## Example

    ```yaml
    guardrail: Names every source.   # a retry no longer has the sources
    ```

    ## Fix safety

    No fix.

    ## When to ignore

    When the last answer holds all that is needed.
    """

    code = "CP045"
    name = "retry-without-context"
    severity = Severity.INFO
    kind = Kind.RETRY_WITHOUT_CONTEXT
    of_all = (
        "when a guardrail of {whom} fails, CrewAI tries again without the outputs of other tasks: it sends "
        "only the last answer and what the guardrail said"
    )
    several = "{tasks} are tried again without the outputs of others when a guardrail fails"
