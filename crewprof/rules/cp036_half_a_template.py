"""CP036: one of `system_template` and `prompt_template` alone is ignored."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class HalfATemplate(ObjectionRule):
    """One of `system_template` and `prompt_template` alone is ignored.

    ## What it does

    Reports agents that have one of the two.

    ## Why

    CrewAI uses templates only if it has both. One alone even takes the system message away: everything
    becomes one user message, in CrewAI's own words.

    ## Example

    ```yaml
    system_template: "{{ .System }}"
    prompt_template: "{{ .Prompt }}"   # missing before
    ```

    ## Fix safety

    No fix: write the other one, or take this one out, which brings the system message back.

    ## When to ignore

    Never.
    """

    code = "CP036"
    name = "half-a-template"
    severity = Severity.WARNING
    kind = Kind.HALF_A_TEMPLATE
