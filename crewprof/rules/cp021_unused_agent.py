"""CP021: an agent without a task that nobody can delegate to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, RemoveEntry, Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class UnusedAgent(ObjectionRule):
    """An agent without a task that nobody can delegate to.

    ## What it does

    Reports agents no task names, in a crew where no working agent may delegate and no manager hands out
    tasks freely.

    ## Why

    It is never asked anything. Often a task names the wrong agent, or was forgotten.

    ## Example

    ```yaml
    agents:
      checker: {…}   # before: no task, so it never checks
    ```

    ## Fix safety

    Unsafe: the agent is taken out of a definition. No prompt changes, but whether a task is missing only
    the author knows.

    ## When to ignore

    While the crew is being written.
    """

    code = "CP021"
    name = "unused-agent"
    severity = Severity.WARNING
    kind = Kind.UNUSED_AGENT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take the agent out."""
        agent = subject.crew.agent(objection.agents[0])
        title = f"delete agent '{agent.name}'"
        alone = subject.crew.memory or len(subject.crew.agents) == 1
        if subject.crew.written.agents is None or agent.place.route is None or alone:
            return shown(title, f"delete agent '{agent.name}'")
        return Fix(Applicability.UNSAFE, title, (RemoveEntry(agent.place.path, agent.place.route),))
