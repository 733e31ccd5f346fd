"""CP016: an output class given as a text or decorated, which CrewAI drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.objection_rule import ObjectionRule, field_of, owner_of, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class OutputClassAsText(ObjectionRule):
    """An output class given as a text or decorated, which CrewAI drops.

    ## What it does

    Reports `output_pydantic`, `output_json` or `response_model` with a text in a crew definition, and in a
    `@CrewBase` class with a class that is decorated with `@output_pydantic` or `@output_json`.

    ## Why

    Only a JSON schema or `{python: module.Class}` is taken. A text becomes nothing: the prompt has no
    schema, the output no structure, and no error says so. The decorators put a wrapper in the place of the
    class, which comes to the same; CrewAI 1.0 to 1.13 refused it.

    ## Example

    ```yaml
    output_pydantic: schemas.Report             # before: dropped
    output_pydantic: {python: schemas.Report}   # after
    ```

    ## Fix safety

    Unsafe: the schema joins the prompt and the answer is checked against it. Only for a dotted path; the
    module must be in the project.

    ## When to ignore

    Never.
    """

    code = "CP016"
    name = "output-class-as-text"
    severity = Severity.WARNING
    kind = Kind.OUTPUT_CLASS_AS_TEXT

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Make it a Python reference."""
        field = field_of(subject.crew, objection)
        if field is None or not isinstance(field.value, str) or objection.key is None:
            return None
        if not subject.crew.written.is_definition:
            return None
        if "." not in field.value:
            title = f"write `{objection.key}` as a Python reference"
            return shown(title, f"{objection.key}: {{python: module.{field.value}}}")
        title = f"set `{objection.key}: {{python: {field.value.replace(':', '.')}}}`"
        owner = owner_of(subject.crew, objection)
        return set_or_show(
            subject.crew, owner, objection.key, {"python": field.value.replace(":", ".")}, title
        )
