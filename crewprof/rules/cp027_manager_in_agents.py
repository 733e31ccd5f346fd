"""CP027: the manager is also among the agents of the crew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class ManagerInAgents(ObjectionRule):
    """The manager is also among the agents of the crew.

    ## What it does

    Reports a `manager_agent` that `agents` holds too (a definition takes it out by itself).

    ## Why

    CrewAI refuses the crew. In a @CrewBase class this happens easily: `self.agents` has every agent a
    method with @agent makes.

    ## Example

    ```python
    def manager(self) -> Agent:   # after: without @agent, so that self.agents does not have it
    ```

    ## Fix safety

    Shown only: Python has to change.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP027"
    name = "manager-in-agents"
    severity = Severity.ERROR
    kind = Kind.MANAGER_IN_AGENTS

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Say how to keep it out."""
        (name,) = objection.agents
        return shown(f"remove '{name}' from the crew's agents", f"delete @agent above {name}")
