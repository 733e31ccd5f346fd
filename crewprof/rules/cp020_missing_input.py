"""CP020: a placeholder that no input fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind, Outcome

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class MissingInput(ObjectionRule):
    """A placeholder that no input fills.

    ## What it does

    Reads placeholders such as `{topic}` in the texts CrewAI fills in, against the inputs of the
    definition and of `--input`, and against what the project's Python passes to `kickoff()`. A definition
    without any inputs is left alone: they are given by who starts it.

    ## Why

    With some inputs given, a missing one makes the kickoff fail, also in an agent without a task
    (`crewai run` of a `crew.jsonc` asks for it). With
    none at all, the braces are sent to the model as they are. Values of a type CrewAI does not take (a
    date YAML makes of `2025-01-01`) fail too.

    ## Example

    ```yaml
    inputs:
      topic: AI agents   # missing before
      day: "2025-01-01"  # in quotes
    ```

    ## Fix safety

    Shown only: the value has to come from a person.

    ## When to ignore

    When your code gives the input at kickoff; say so with `--input`.
    """

    code = "CP020"
    name = "missing-input"
    severity = Severity.WARNING
    kind = Kind.MISSING_INPUT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Say which input to give."""
        if objection.outcome is Outcome.NOTE:
            return None
        (name,) = objection.names
        where = "inputs" if subject.crew.written.is_definition else "crew().kickoff(inputs=…)"
        return shown(f"add {name} to {where}", f"{name}: …")
