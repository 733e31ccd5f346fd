"""CP016: an output class given as a plain text, which a definition drops."""

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
    """An output class given as a plain text, which a definition drops.

    ## What it does

    Reports `output_pydantic`, `output_json` or `response_model` with a text in a crew definition.

    ## Why

    Only a JSON schema or `{python: module.Class}` is taken. A text becomes nothing: the prompt has no
    schema, the output no structure, and no error says so.

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
        if "." not in field.value:
            title = f"write `{objection.key}` as a Python reference"
            return shown(title, f"{objection.key}: {{python: module.{field.value}}}")
        title = f"set `{objection.key}: {{python: {field.value.replace(':', '.')}}}`"
        owner = owner_of(subject.crew, objection)
        return set_or_show(
            subject.crew, owner, objection.key, {"python": field.value.replace(":", ".")}, title
        )
