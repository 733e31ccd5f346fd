"""CP018: a guardrail on an agent is not checked in a crew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.name_lists import named
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class AgentGuardrail(ObjectionRule):
    """A guardrail on an agent is not checked in a crew.

    ## What it does

    Reports `guardrail` among the keys of an agent.

    ## Why

    Only `Agent.kickoff` checks it. In a crew the answers pass unchecked; guardrails belong to tasks.

    ## Example

    ```yaml
    tasks:
      - name: write
        guardrail: Names every source.   # after: on the task
    ```

    ## Fix safety

    Shown only: moving it makes calls and retries that were not made before.

    ## When to ignore

    When the agent is also run on its own.
    """

    code = "CP018"
    name = "agent-guardrail"
    severity = Severity.WARNING
    kind = Kind.AGENT_GUARDRAIL
    of_all = "CrewAI ignores guardrail of {whom}: in a crew CrewAI checks only the guardrails of tasks"

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Name the tasks it would belong to."""
        agent = subject.crew.agent(objection.agents[0])
        tasks = named(task.name for task in subject.crew.tasks_of(agent.name))
        whose = f"move `guardrail` of agent '{agent.name}' to the task that needs it"
        return shown(f"{whose} ({tasks})" if tasks else whose, "guardrail: …")
