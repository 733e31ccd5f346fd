"""CP026: a task has both `output_json` and `output_pydantic`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.objection_rule import ObjectionRule, removal
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class TwoOutputTypes(ObjectionRule):
    """A task has both `output_json` and `output_pydantic`.

    ## What it does

    Reports tasks with two schemas CrewAI would use.

    ## Why

    CrewAI refuses the crew (`Only one output type can be set`).

    ## Example

    ```yaml
    output_pydantic: {…}   # before: beside output_json
    ```

    ## Fix safety

    Unsafe: `output_json` is taken out.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP026"
    name = "two-output-types"
    severity = Severity.ERROR
    kind = Kind.TWO_OUTPUT_TYPES

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Keep output_pydantic."""
        return removal(subject.crew, objection, f"delete `{objection.key}`")
