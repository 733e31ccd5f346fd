"""CP039: a manager that CrewAI does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Severity
from crewprof.rules.objection_rule import ObjectionRule, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class NeedlessManager(ObjectionRule):
    """A manager that CrewAI does not use.

    ## What it does

    Reports `manager_llm` and `manager_agent` of a sequential crew, and `manager_llm` beside
    `manager_agent`.

    ## Why

    Only a hierarchical crew has a manager, and its own agent beats an LLM. In a definition, a
    `manager_agent` is moreover taken out of the crew's agents.

    ## Example

    ```yaml
    process: hierarchical   # missing before
    manager_llm: gpt-4.1
    ```

    ## Fix safety

    Safe for `manager_llm`: it has no effect and is taken out. No fix for `manager_agent`.

    ## When to ignore

    When another tool reads the key.
    """

    code = "CP039"
    name = "needless-manager"
    severity = Severity.WARNING
    kind = Kind.NEEDLESS_MANAGER

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Take out what has no effect."""
        if objection.key != "manager_llm":
            return None
        return removal(subject.crew, objection, "delete `manager_llm` (no effect)", Applicability.SAFE)
