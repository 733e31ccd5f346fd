"""CP014: a hierarchical crew without a manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class HierarchicalWithoutManager(ObjectionRule):
    """A hierarchical crew without a manager.

    ## What it does

    Reports `process: hierarchical` with neither `manager_llm` nor `manager_agent`.

    ## Why

    CrewAI refuses the crew: somebody has to hand out the tasks.

    ## Example

    ```yaml
    process: hierarchical
    manager_llm: gpt-4.1   # missing before
    ```

    ## Fix safety

    Unsafe: `manager_llm` is set to the model of the first agent.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP014"
    name = "hierarchical-without-manager"
    severity = Severity.ERROR
    kind = Kind.HIERARCHICAL_WITHOUT_MANAGER

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Let the first agent's model manage."""
        crew = subject.crew
        llm = crew.agents[0].llm if crew.agents else None
        if llm is None or llm.id is None:
            return shown("set `manager_llm`", "manager_llm: …")
        return set_or_show(crew, crew, "manager_llm", llm.id, f"set `manager_llm: {llm.id}`")
