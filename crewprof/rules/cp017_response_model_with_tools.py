"""CP017: `response_model` has no effect on a task with tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, RenameKey, Severity
from crewprof.rules.key_changes import route_of
from crewprof.rules.objection_rule import ObjectionRule, field_of, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class ResponseModelWithTools(ObjectionRule):
    """`response_model` has no effect on a task with tools.

    ## What it does

    Reports tasks that have `response_model` alone and whose agent has tools, of its own or by delegation
    or memory.

    ## Why

    CrewAI sends `response_model` to the provider only when there are no tools. With tools it is neither
    sent, nor written into the prompt, nor checked.

    ## Example

    ```yaml
    output_pydantic: {…}   # after: works with tools, by a converter call where needed
    ```

    ## Fix safety

    Unsafe: the key is renamed to `output_pydantic`, which puts the schema into the prompt and checks the
    answer.

    ## When to ignore

    Never.
    """

    code = "CP017"
    name = "response-model-with-tools"
    severity = Severity.WARNING
    kind = Kind.RESPONSE_MODEL_WITH_TOOLS

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Use output_pydantic, which works with tools."""
        field = field_of(subject.crew, objection)
        title = "rename `response_model` to `output_pydantic`, which works with tools"
        route = route_of(field) if field is not None else None
        if field is None or route is None:
            return shown(title, "output_pydantic=…")
        return Fix(Applicability.UNSAFE, title, (RenameKey(field.place.path, route, "output_pydantic"),))
