"""CP037: an agent that plans its work does not see the context of its tasks while it works."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class PlanningDropsContext(ObjectionRule):
    """An agent that plans its work does not see the context of its tasks while it works.

    ## What it does

    Reports tasks with context whose agent has `planning`, `reasoning` or `planning_config`.

    ## Why

    Such an agent makes a plan and works on it step by step. The steps get their own short texts: neither
    the outputs of other tasks nor the expected output is in them.

    ## Example

    ```yaml
    editor:
      planning: false   # before: true, so its steps never saw the draft
    ```

    ## Fix safety

    No fix: whether to plan is a choice, and it changes everything the agent does.

    ## When to ignore

    When the plan alone is enough for the steps.
    """

    code = "CP037"
    name = "planning-drops-context"
    severity = Severity.WARNING
    kind = Kind.PLANNING_DROPS_CONTEXT
    several = "{agents} plan in steps, which do not receive what their tasks have as context"
