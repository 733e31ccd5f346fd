"""CP034: a Python reference that leads nowhere."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class BrokenReference(ObjectionRule):
    """A Python reference that leads nowhere.

    ## What it does

    Checks `{python: module.name}` in a definition: the form, and that the project has the module.

    ## Why

    CrewAI refuses the crew. Only modules inside the project are allowed.

    ## Example

    ```yaml
    guardrail: {python: check}          # before
    guardrail: {python: checks.check}   # after
    ```

    ## Fix safety

    No fix.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP034"
    name = "broken-reference"
    severity = Severity.ERROR
    kind = Kind.BROKEN_REFERENCE
