"""CP038: a text contains `{input}`, `{tools}` or `{tool_names}`, which CrewAI replaces itself."""

from __future__ import annotations

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind


class ReservedPlaceholder(ObjectionRule):
    """A text contains `{input}`, `{tools}` or `{tool_names}`, which CrewAI replaces itself.

    ## What it does

    Looks for the three names in the texts of agents and tasks, where no input replaces them first.

    ## Why

    When a prompt is sent, CrewAI puts the whole text of the task in place of `{input}`, also in a role
    or backstory, and the tools in place of the others. The prompt then has its task twice.

    ## Example

    ```yaml
    backstory: You turn {input} into prose.       # before
    backstory: You turn what you get into prose.  # after
    ```

    ## Fix safety

    No fix: the sentence has to be written anew, or the input given.

    ## When to ignore

    When that is what you want.
    """

    code = "CP038"
    name = "reserved-placeholder"
    severity = Severity.WARNING
    kind = Kind.RESERVED_PLACEHOLDER
