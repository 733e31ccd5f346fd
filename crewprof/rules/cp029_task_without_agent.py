"""CP029: a task of a sequential crew has no agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.objection_rule import ObjectionRule, owner_of, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class TaskWithoutAgent(ObjectionRule):
    """A task of a sequential crew has no agent.

    ## What it does

    Reports tasks without `agent` in a sequential crew.

    ## Why

    CrewAI refuses the crew; only a manager could choose somebody.

    ## Example

    ```yaml
    - name: research
      agent: researcher   # missing before
    ```

    ## Fix safety

    Unsafe: with a single agent in the crew, the task is given to it. Else shown.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP029"
    name = "task-without-agent"
    severity = Severity.ERROR
    kind = Kind.TASK_WITHOUT_AGENT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Give it to the only agent, or ask for one."""
        crew, agents = subject.crew, subject.crew.agents
        if len(agents) != 1:
            return shown("set `agent`", f"agent: {' | '.join(agent.name for agent in agents)}")
        only = agents[0].name
        return set_or_show(crew, owner_of(crew, objection), "agent", only, f"set `agent: {only}`")
