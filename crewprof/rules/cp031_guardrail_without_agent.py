"""CP031: a guardrail in words on a task without an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class GuardrailWithoutAgent(ObjectionRule):
    """A guardrail in words on a task without an agent.

    ## What it does

    Reports tasks with a sentence as guardrail and no `agent`, as hierarchical crews have them.

    ## Why

    The sentence is checked by the LLM of the task's agent. Without one CrewAI refuses the crew.

    ## Example

    ```yaml
    review:
      agent: editor   # missing before
      guardrail: Names every source.
    ```

    ## Fix safety

    Shown only: which agent is a choice.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP031"
    name = "guardrail-without-agent"
    severity = Severity.ERROR
    kind = Kind.GUARDRAIL_WITHOUT_AGENT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Ask for an agent."""
        return shown("set `agent`", f"agent: {' | '.join(one.name for one in subject.crew.agents)}")
