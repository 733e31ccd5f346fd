"""CP003: an agent without role, goal or backstory, or a task without description or expected output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class MissingField(ObjectionRule):
    """An agent without role, goal or backstory, or a task without description or expected output.

    ## What it does

    Reports every missing or empty field CrewAI demands. In a definition, what stands under `config`
    comes too late.

    ## Why

    CrewAI refuses the crew.

    ## Example

    ```yaml
    researcher:
      role: Researcher
      goal: Find facts
      backstory: You are thorough.   # missing before
    ```

    ## Fix safety

    Shown only: the text has to be written by a person.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP003"
    name = "missing-field"
    severity = Severity.ERROR
    kind = Kind.MISSING_FIELD

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Say which line to write."""
        if objection.key is None:
            # A list or text where an entry is expected: mostly a key that is not indented.
            return Fix(Applicability.DISPLAY, "indent it, if it belongs to the entry above")
        return shown(f"add `{objection.key}`", f"{objection.key}: …")
