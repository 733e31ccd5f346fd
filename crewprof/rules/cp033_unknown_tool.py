"""CP033: a tool CrewAI will not find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, SetValue, Severity
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class UnknownTool(ObjectionRule):
    """A tool CrewAI will not find.

    ## What it does

    Checks the names under `tools` of a definition: classes of crewai_tools, `custom:name` with a file
    `tools/name.py`, `platform:app`.

    ## Why

    CrewAI refuses the crew.

    ## Example

    ```yaml
    tools: [SerperDevTol]    # before
    tools: [SerperDevTool]   # after
    ```

    ## Fix safety

    Unsafe: the tool that was probably meant is written.

    ## When to ignore

    When your crewai-tools is newer than crewprof knows.
    """

    code = "CP033"
    name = "unknown-tool"
    severity = Severity.ERROR
    kind = Kind.UNKNOWN_TOOL

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """Write the tool that was probably meant."""
        if objection.suggestion is None or objection.place.route is None:
            return None
        change = SetValue(objection.place.path, objection.place.route, objection.suggestion)
        return Fix(Applicability.UNSAFE, f"write `{objection.suggestion}`", (change,))
