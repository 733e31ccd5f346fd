"""CP028: the manager of a hierarchical crew has tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class ManagerWithTools(ObjectionRule):
    """The manager of a hierarchical crew has tools.

    ## What it does

    Reports `tools` on the `manager_agent`.

    ## Why

    CrewAI accepts the crew and fails when it starts: a manager only has the tools to delegate.

    ## Example

    ```yaml
    manager:
      tools: []   # before: [SerperDevTool]
    ```

    ## Fix safety

    Unsafe: the tools are taken out; the crew failed before.

    ## When to ignore

    Never: the crew does not run to its end.
    """

    code = "CP028"
    name = "manager-with-tools"
    severity = Severity.ERROR
    kind = Kind.MANAGER_WITH_TOOLS

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take the tools away."""
        return removal(subject.crew, objection, "delete `tools`")
